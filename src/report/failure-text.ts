// How is a failure worded? One exhaustive switch: what happened with its facts, the evidence, the next step.
// It does not know where the words appear, and nothing else in the project words a failure.

import type { Failure } from "../model/failure.ts";
import type { GateResult } from "../model/inspection.ts";
import { agentFailureText } from "./agent-failure-text.ts";
import { attributesText, lackingText } from "./attributes-text.ts";
import { circumstanceText } from "./circumstance-text.ts";
import { differencesText } from "./difference-text.ts";
import { count, duration, size } from "./figures.ts";
import { gitFailureText } from "./git-failure-text.ts";
import { HOSTILE_TEXT } from "./hostile-text.ts";
import { inTheWay } from "./in-the-way.ts";
import { insertionText } from "./insertion-text.ts";
import { mergeConflictText } from "./merge-conflict-text.ts";
import { offerText } from "./offer-text.ts";
import { plain, plainLines, quoted } from "./plain.ts";
import { clashText } from "./plan-clash-text.ts";
import { projectFailureText } from "./project-failure-text.ts";
import { setupFailureText } from "./setup-failure-text.ts";
import { sharedFileText } from "./shared-file-text.ts";
import { storeFailureText } from "./store-failure-text.ts";
import { templatesText } from "./templates-failure-text.ts";
import { vanishedText } from "./vanished-text.ts";
import { type FailureText, sentence } from "./wording.ts";

/** Lines of a program's output that are worth repeating; the end is where programs say why they stopped. */
const TAIL = 20;

/**
 * Safe to print: every line is free of control characters, whatever the failure carries. `target` is the address of
 * what failed, for next steps that name it.
 */
export function failureText(failure: Failure, target = "FEATURE:TASK"): FailureText {
  const { message, detail, fix } = textOf(failure, target);
  return { message: plain(message), detail: detail.flatMap(plainLines), fix: plain(fix) };
}

function textOf(failure: Failure, target: string): FailureText {
  switch (failure.reason) {
    case "invalid-spec": {
      const errors = failure.diagnostics.filter((each) => each.severity === "error");
      return {
        message: `The specs are not valid: ${count(errors.length, "error")}.`,
        detail: errors.map((each) => `${placeOf(each.file, each.line)}${each.message}`),
        fix: "Fix the places that it names, then run `factory validate`.",
      };
    }
    case "usage":
      return {
        message: sentence(failure.message),
        detail: failure.detail ?? [],
        fix: sentence(failure.fix),
      };
    case "window-too-large":
      return {
        message: `The task's window takes ${size(failure.bytes)}, and the limit is ${size(failure.limit)}; its largest segments are ${failure.fattest.map(({ name, bytes }) => `${plain(name)} (${size(bytes)})`).join(", ")}.`,
        detail: [],
        fix: "Shorten the largest segments, split the task, or raise `limits.window_bytes` in projects.yaml.",
      };
    case "agent-exit":
      return {
        message: `The agent ended with ${endOf(failure)}.`,
        detail: tail(failure.output),
        fix: `Read what it printed in ${logOf(target)}, then run \`factory build\` again.`,
      };
    case "agent-timeout":
      return {
        message: `The agent reached its time limit and ended after ${duration(failure.ms)}.`,
        detail: tail(failure.output),
        fix: "Split the task, or raise the agent's `timeout` (or `silence`, if it has one) in projects.yaml.",
      };
    case "agents-unreachable": {
      const causes = failure.tried.map((each) => ({ ...textOf(each.failure, target), agent: each.agent }));
      return {
        message: `None of ${count(causes.length, "agent")} can be reached: ${causes.map(({ agent }) => agent).join(", ")}.`,
        detail: causes.map(({ agent, message }) => `${agent}: ${message}`),
        fix: causes[0]?.fix ?? "Run `factory doctor` to see what the agents need, then build again.",
      };
    }
    case "agent-missing":
    case "agent-unavailable":
    case "sandbox-unavailable":
    case "model-needed":
    case "model-error":
    case "call-unresolved":
    case "price-unknown":
    case "budget":
    case "agent-turns":
    case "agent-loop":
    case "agent-answer":
    case "agent-thoughts":
    case "review-rejected":
    case "review-undecided":
    case "approval-needed":
    case "change-waits":
      return agentFailureText(failure, target);
    case "template":
      return {
        message: `Template ${placeOf(failure.file, failure.line)}${sentence(failure.message)}`,
        detail: [],
        fix: `Fix ${failure.file}, or the parameters that it gets.`,
      };
    case "insertion":
      return insertionText(failure);
    case "empty-draft":
      return {
        message: "The agent ended without changing any file.",
        detail: [],
        fix: `Say in the task's description and acceptance which change you want, or remove the task if you want none. If ${logOf(target)} shows tool calls written as text, use a model, or a setting of its server, that calls tools.`,
      };
    case "ignored-path":
      return {
        message: `${plain(failure.path)} is ignored by ${plain(failure.source)}:${failure.line}, so a draft cannot contain it.`,
        detail: [],
        fix: "Change that rule so that git does not ignore the path, and commit it, or name another file in the task's `files_hint`.",
      };
    case "hostile-path":
      return {
        message: `The draft has the path ${quoted(failure.path)}, which ${HOSTILE_TEXT[failure.cause]}.`,
        detail: [],
        fix: "Name plain files inside the project in the task's `files_hint`, then build again.",
      };
    case "no-test-file":
      return {
        message: `${target} may write no file that could hold a test, and no test that is there names ${failure.criteria.join(", ")}.`,
        detail: [],
        fix: `Add the file of its tests to \`files_hint\`, such as ${failure.example ?? "tests/**"}, or say in the spec how they are proved: \`proof: {test: …}\`, \`proof: {gate: …}\` or \`proof: reviewer\`.`,
      };
    case "submodule-path":
      return {
        message: `${quoted(failure.path)} lies in the submodule ${quoted(failure.submodule)}, which is another repository, so no draft of this project can hold it.`,
        detail: [],
        fix: "Make that repository a project of its own in projects.yaml and give the task to it, or name files of this project in the task's `files_hint`.",
      };
    case "filtered-path":
    case "not-encoded":
    case "filter-failed":
      return attributesText(failure);
    case "draft-too-large":
      return {
        message: `The draft takes ${size(failure.bytes)} on a disk in ${count(failure.files, "file")}, and the limit is ${size(failure.limit)}.`,
        detail: [],
        fix: "Keep build products and dependencies out of the draft with the project's .gitignore, or split the task.",
      };
    case "gates-failed": {
      const red = failure.results.filter((result) => !result.passed);
      return {
        message: `${red.length === 1 ? "Gate" : "Gates"} ${red.map(gateWithEnd).join(", ")} failed.`,
        detail: red.flatMap(evidenceOf),
        fix: "Make the spec say what the evidence asks for, or fix the gate, then run `factory build` again.",
      };
    }
    case "question":
      return {
        message: `The agent asks: ${quoted(failure.text)}.`,
        detail: [],
        fix: `Answer it with \`factory answer ${target} "…"\`, which puts it into the spec, then run \`factory build\` again.`,
      };
    case "plan-conflict":
      return {
        message: `${quoted(failure.feature)} was planned again, and people changed the same places of its files.`,
        detail: failure.clashes.map(clashText),
        fix: `Copy what you want from ${failure.proposal}/ into the files, then run \`factory approve ${failure.feature}\`.`,
      };
    case "needs-clarification":
      return {
        message: `${placeOf(failure.file, failure.line)}an open question blocks the feature: ${quoted(failure.text)}.`,
        detail: [],
        fix: `Answer it with \`factory answer ${target.split(":")[0]} "…"\`, or in the spec, in place of the \`[NEEDS CLARIFICATION: …]\` mark.`,
      };
    case "gate-broken": {
      const how =
        failure.how === "fails-untouched"
          ? "fails on the untouched tree"
          : "passes although its canary is applied";
      return {
        message: `Gate ${quoted(failure.gate)} ${how}, so it cannot judge a draft.`,
        detail: [
          ...evidenceOf(failure.result),
          ...(failure.differences === undefined ? [] : differencesText(failure.differences)),
        ],
        fix:
          failure.how === "fails-untouched"
            ? (lackingText(failure.lacks) ??
              "Make the gate pass on the project's branch as it is, in a fresh copy of it, then build again.")
            : "Fix the gate's command, or give it a canary that it must refuse.",
      };
    }
    case "setup-failed":
      return setupFailureText(failure);
    case "service-failed": {
      const ended = `ended (${failure.detail}) before it was ready`;
      return {
        message: `The service ${quoted(failure.service)} of ${quoted(failure.project)} ${failure.how === "ended" ? ended : `was not ready within ${failure.detail}`}.`,
        detail: [...tail(failure.output), `its log: ${failure.log}`],
        fix: "Make its `run` and `ready` work in a fresh copy of the project, or correct them in projects.yaml.",
      };
    }
    case "git":
      return gitFailureText(failure);
    case "project-missing":
    case "project-not-cloned":
    case "branch-detached":
    case "branch-missing":
    case "project-unusable":
    case "branch-elsewhere":
    case "branch-moved":
      return projectFailureText(failure);
    case "dirty-worktree":
      return inTheWay(failure.paths, failure.hidden);
    case "merge-conflict":
      return mergeConflictText(failure);
    case "sources-vanished":
      return vanishedText(failure);
    case "merge-waits":
      return {
        message: `The product waits for a person: checkpoint \`merge\` is \`ask\`, and ${quoted(failure.branch)} is untouched.`,
        detail: [],
        fix: `Look at it in the project with \`git diff ${failure.branch}...${failure.ref}\`, then run \`factory approve ${target}\`.`,
      };
    case "merge-offered":
    case "offer-taken":
    case "push-refused":
    case "signing-failed":
      return offerText(failure);
    case "product-failed": {
      const red = failure.results.filter((result) => !result.passed);
      return {
        message: `The product of ${quoted(failure.project)} fails ${red.map(gateWithEnd).join(", ")} as a whole, so it is not merged.`,
        detail: [
          ...red.flatMap(evidenceOf),
          ...(failure.tasks.length === 0 ? [] : [`changed in this build: ${failure.tasks.join(", ")}`]),
        ],
        fix: "Fix what the evidence names: a spec, a gate, or a commit of a person; then run `factory build` again.",
      };
    }
    case "withdrawn":
      return {
        message: "Its sources were edited while the build ran, so the build started no call for it.",
        detail: [],
        fix: "Run `factory build` again: it starts from the edited sources.",
      };
    case "failed-before":
      return {
        message: `It failed with the same window before (${count(failure.attempts, "attempt")}), and nothing has changed since, so no agent runs again.`,
        detail: [],
        fix: `Change its spec, or run \`factory retry ${target}\`.`,
      };
    case "record-damaged":
      return {
        message: `The record of earlier builds of ${failure.task} cannot be read: ${quoted(failure.path)} is damaged.`,
        detail: [],
        fix: `Restore the file, or run \`factory retry ${failure.task}\`: it starts over, and pays again for attempts that failed before.`,
      };
    case "shared-file":
      return sharedFileText(failure);
    case "io":
      return {
        message: `Could not ${failure.operation} ${quoted(failure.path)}: ${sentence(`${failure.message} (${failure.code})`)}`,
        detail: [],
        fix: machineFix(failure.code),
      };
    case "blob-corrupt":
    case "blob-missing":
    case "newer-format":
    case "store-refused":
    case "fleet-unreachable":
      return storeFailureText(failure);
    case "templates-not-fetched":
      return templatesText(failure, tail(failure.detail));
    case "locked":
      return {
        message: `Another build holds this workspace: ${sentence(failure.holder)}`,
        detail: [],
        fix: "Wait for it to end, or run without `--no-wait` to queue behind it.",
      };
    case "cancelled":
      return {
        message: "The command was interrupted.",
        detail: [],
        fix: "Run the command again; finished work is kept.",
      };
    case "unexpected":
      return {
        message: `A bug in spec-factory stopped ${failure.task ?? "the build"}: ${sentence(failure.message)}`,
        detail: [failure.stack],
        fix: "Report it with its stack; the other tasks are not affected.",
      };
  }
}

function endOf(failure: { readonly code: number | null; readonly signal: string | null }): string {
  if (failure.code !== null) return `exit code ${failure.code}`;
  return failure.signal === null ? "an unknown exit code" : `signal ${failure.signal}`;
}

/** Where all that an agent printed about a target is kept. */
function logOf(target: string): string {
  const [feature, task] = target.split(":");
  return `.factory/tasks/${feature}/${task === undefined ? "planning.*.log" : `${task}.log`}`;
}

function gateWithEnd(result: GateResult): string {
  if (result.end === "timeout") return `${quoted(result.gate)} (timed out after ${duration(result.ms)})`;
  return result.end === "killed" ? `${quoted(result.gate)} (killed)` : quoted(result.gate);
}

function evidenceOf(result: GateResult): string[] {
  const first = result.evidence === "" ? [] : [`${result.gate}: ${result.evidence}`];
  const around = (result.circumstances ?? []).map(circumstanceText);
  return [...first, ...tail(result.output).map((line) => `  ${line}`), ...around];
}

function tail(output: string): string[] {
  const lines = plainLines(output);
  return lines.length <= TAIL
    ? lines
    : [`(${lines.length - TAIL} earlier lines are left out)`, ...lines.slice(-TAIL)];
}

function placeOf(file: string | null, line: number | null): string {
  if (file === null) return "";
  return line === null ? `${file}: ` : `${file}:${line}: `;
}

function machineFix(code: string): string {
  if (code === "ENOSPC" || code === "EDQUOT") return "Free space on the disk, then run the command again.";
  if (code === "EACCES" || code === "EPERM" || code === "EROFS")
    return "Give this user the right to do that, then run the command again.";
  if (code === "EMFILE" || code === "ENFILE")
    return "Raise the limit of open files, or build with a smaller `-j`.";
  if (code === "EIO") return "Check the disk, then run the command again.";
  return "Fix the path, then run the command again.";
}
