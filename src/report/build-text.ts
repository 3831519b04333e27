// How does a build read as lines of a log? One line per event that someone would miss, nothing for the rest,
// and one line at the end. It does not know about terminals.

import type { BuildResult, ProjectResult, TaskResult } from "../model/build-result.ts";
import type { Diagnostic } from "../model/diagnostic.ts";
import type { Event } from "../model/event.ts";
import type { Failure } from "../model/failure.ts";
import type { ModelErrorCause } from "../model/model-error.ts";
import { NO_USAGE } from "../model/output.ts";
import type { Action } from "../model/verdict.ts";
import { failureText } from "./failure-text.ts";
import { addCost, count, duration, money, NO_COST, price, timeOfDay } from "./figures.ts";
import { plain } from "./plain.ts";
import { reviewText } from "./review-text.ts";
import { sharedStoreText } from "./shared-store-text.ts";
import { reasonText } from "./stale-text.ts";
import { type Line, paint, type Span } from "./theme.ts";
import { ACTION_MARK } from "./verdict-style.ts";

/** Null for events that a person who reads along does not need. */
export function plainLine(event: Event): string | null {
  return eventLine(event, false);
}

export function eventLine(event: Event, color: boolean): string | null {
  const line = lineOf(event);
  return line === null ? null : paint(line, color);
}

function lineOf(event: Event): Line | null {
  switch (event.type) {
    case "project-created":
      return begun(
        `${event.project}/`,
        event.from === null ? `created at ${event.path}` : `cloned from ${event.from} to ${event.path}`,
      );
    case "setup-started":
      return begun(`${event.project}/`, `setup: ${event.command}`);
    case "install-moved":
      // What an agent does to its own install is no news.
      if (event.kind === "agent") return null;
      return begun(
        `${event.project}/`,
        `${event.path} differs from what setup left: ${event.by} worked there last, so setup runs again`,
      );
    case "instrument-changed":
      return begun(
        event.subject,
        `changes ${event.paths.join(", ")}, which gate ${event.gate} uses: ${
          event.tried ? "its canary is tried again" : "it has no canary to show that it can still fail"
        }`,
      );
    case "gate-flaky":
      return begun(
        event.subject,
        `gate ${event.gate} is flaky: ${event.evidence}, and it passed when it ran again`,
      );
    case "trial-started":
      // Its canary is tried beside it.
      return event.on === "untouched" ? begun(`${event.project}/`, `tries gate ${event.gate}`) : null;
    case "trial-ended":
      return trialLine(event);
    case "attempt-started":
      return begun(event.task, `attempt ${event.attempt} by ${event.agent}`);
    case "attempt-ended":
      if (event.failure === null) return null;
      return begun(event.task, `attempt ${event.attempt} failed: ${evidence(event.failure, event.task)}`);
    case "task-settled":
      return settledLine(event.result, event.failure);
    case "project-settled":
      return projectLine(event.result, event.failure);
    case "draft-taken":
      return begun(event.subject, `is drafted on ${event.worker}`);
    case "call-waiting":
      return begun(
        event.subject ?? event.agent,
        `waits for ${event.agent} until ${timeOfDay(event.at + event.ms)} (${duration(event.ms)}): ${WAITS_FOR[event.cause] ?? event.cause}`,
      );
    case "setting-learnt":
      return begun(
        event.subject,
        `the server of ${event.agent} refused a setting, so it is asked again; write \`compat: {${event.setting}}\` to the agent to spare that`,
      );
    case "call-at-risk":
      return begun(event.subject, atRisk(event.agent, event.atRisk));
    case "review-ended":
      return begun(event.task, reviewText(event));
    case "task-rebased":
      return begun(event.task, `starts again from a rewritten task (rebase ${event.rebase})`);
    case "planning-started":
      return begun(event.feature, "is being planned");
    case "diagnostic":
      return [diagnosticLine(event.diagnostic)];
    case "shared-store-used":
      return begun("store", sharedStoreText(event.tally));
    case "fleet-seen":
    case "step-ended":
    case "build-started":
    case "session-started":
    case "session-ended":
    case "call-ended":
    case "planning-ended":
    case "setup-ended":
    case "canary-started":
    case "canary-ended":
    case "task-judged":
    case "task-waiting":
    case "draft-ended":
    case "gates-started":
    case "gate-started":
    case "gate-ended":
    case "merge-started":
    case "build-ended":
      return null;
  }
}

/** How long it took, and what it shows; nothing for a trial that was ended because another gate is broken. */
function trialLine({
  project,
  gate,
  on,
  asExpected,
  ms,
}: Extract<Event, { type: "trial-ended" }>): Line | null {
  if (asExpected === null) return null;
  const passes = asExpected ? "passes on the untouched tree" : "fails on the untouched tree";
  const refuses = asExpected ? "refuses its canary" : "passes although its canary is applied";
  return begun(`${project}/`, `gate ${gate} ${on === "untouched" ? passes : refuses} · ${duration(ms)}`);
}

/** Why a call is sent again later. */
const WAITS_FOR: Partial<Record<ModelErrorCause | "unanswered", string>> = {
  rate: "the provider limits the rate of calls",
  overloaded: "the provider is overloaded",
  network: "the provider cannot be reached",
  malformed: "a page came in the place of an answer",
  unanswered: "it was sent before and not answered, and may have been paid for",
};

function atRisk(agent: string, usd: number | null): string {
  const most = usd === null ? "its cost is unknown" : `it may have cost up to ${price(usd)}`;
  return `a call of ${agent} was sent and not answered: ${most}`;
}

/** Something under way: a line that a settled one will answer. */
function begun(subject: string, what: string): Line {
  return [
    ["faint", "· "],
    ["strong", subject],
    ["faint", `  ${what}`],
  ];
}

function settledLine(result: TaskResult, failure: Failure | null): Line | null {
  if (result.action === "fresh" || result.action === "skipped") return null;
  const { sign, style } = ACTION_MARK[result.action];
  const head: Line = [[style, `${sign} `], ["strong", result.id], `  ${result.action}`];
  const first = result.reasons[0];
  // What is wrong with a project is told for the project, and not again for every task of it.
  const isProjects = result.action === "blocked" && first?.code === "project-broken";
  const own = isProjects ? null : failure;
  const why = own !== null ? evidence(own, result.id) : first === undefined ? null : reasonText(first);
  if (failure !== null || result.action === "failed" || result.action === "blocked")
    return why === null ? head : [...head, `: ${why}`];
  const agent = result.action === "regenerated" ? ` by ${result.agent}` : "";
  return [...head, agent, ["faint", ` · ${duration(result.ms)} · ${price(result.usd)}`]];
}

function projectLine(result: ProjectResult, failure: Failure | null): Line | null {
  const subject: Span = ["strong", `${result.id}/`];
  if (failure !== null)
    return [["bad", "✗ "], subject, `  not merged: ${evidence(failure, `${result.id}/`)}`];
  const { built, tasks } = result.product ?? { built: 1, tasks: 1 };
  if (built === 0 && tasks > 0)
    return [["faint", "· "], subject, `  no task has a result yet, so ${result.branch} holds no product`];
  if (!result.merged || result.commit === null || tasks === 0) return null;
  const held = built < tasks ? `the product of ${built} of ${count(tasks, "task")}` : "the product";
  return [["good", "✓ "], subject, `  ${result.branch} holds ${held} at ${result.commit.slice(0, 10)}`];
}

/**
 * The one line that says most: the first failing gate's evidence, or the reviewer's first finding, else the message. `target`
 * is the address of what failed.
 */
export function evidence(failure: Failure, target: string): string {
  const isReview = failure.reason === "review-rejected" || failure.reason === "review-undecided";
  if (isReview && failure.findings[0] !== undefined)
    return plain(`${failureText(failure, target).message} ${failure.findings[0]}`);
  if (failure.reason !== "gates-failed") return failureText(failure, target).message;
  const first = failure.results.find((result) => !result.passed && result.evidence !== "");
  return first === undefined
    ? failureText(failure, target).message
    : plain(`gate ${first.gate}: ${first.evidence}`);
}

/** Of the workspace itself; what else has a place lies in a project or on the machine. */
export function isSource(file: string): boolean {
  return /^(?:specs|templates)\/|^projects\.yaml$/.test(file);
}

/** `error specs/products/feature.md:14:3: message (code). Fix.` */
export function diagnosticLine(diagnostic: Diagnostic): string {
  const { severity, file, line, column, target, message, code, fix } = diagnostic;
  const place = [file, line, column].filter((part) => part !== null).join(":");
  // What a gate's evidence or a sentence names already is not told twice; whose failure it is must be.
  const isTold = file === null || message.includes(file) || !isSource(file);
  const where = isTold && target !== null ? target : file === null ? null : place;
  return plain(`${severity}${where === null ? "" : ` ${where}`}: ${message} [${code}] ${fix}`);
}

/** In the order in which a person cares. */
const TOLD: readonly Action[] = ["regenerated", "reverified", "rebased", "restored", "blocked", "skipped"];

/** The last line of a build. */
export function summary(result: BuildResult): string {
  const number = (action: Action): number => result.tasks.filter((task) => task.action === action).length;
  const idle = result.tasks.every((task) => task.action === "fresh");
  const moved = result.projects.filter((project) => project.moved).length;
  if (result.ok && idle && moved === 0) {
    return `${count(result.projects.length, "project")} up to date: nothing to do`;
  }
  const counts = TOLD.filter((action) => number(action) > 0).map((action) => `${number(action)} ${action}`);
  // Where there is no product, none waits to be merged.
  const apart = result.projects.filter(({ merged, product }) => !merged && product?.built !== 0).length;
  const unmerged = apart === 0 ? [] : [`${count(apart, "project")} not merged`];
  const merged = idle && moved > 0 ? [`${count(moved, "project")} merged`] : [];
  const { usage: planned, failed: unplanned } = result.planning ?? { usage: NO_USAGE, failed: 0 };
  const cost = [...result.tasks, planned].reduce((sum, one) => addCost(sum, one.usd), NO_COST);
  const isGuess = cost.usd > 0 && [...result.tasks, planned].some(({ estimated }) => estimated === true);
  const waiting = unplanned === 0 ? [] : [`${count(unplanned, "feature")} not planned`];
  const parts = [...counts, ...merged, `${number("failed")} failed`, ...waiting, ...unmerged];
  return `${parts.join(", ")} in ${duration(result.ms)} · ${money(cost)}${isGuess ? " (estimated: a provider did not count its tokens)" : ""}`;
}
