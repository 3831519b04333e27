// Which operations build, and settle what waits for a person? Offered only where whoever starts a server allows it.

import { z } from "zod";
import { failed, type Result, success } from "../model/result.ts";
import { answerTarget } from "../pipeline/commands/answer-target.ts";
import { approveTarget } from "../pipeline/commands/approve-target.ts";
import { buildAfter } from "../pipeline/commands/build-after.ts";
import { changeRequirement } from "../pipeline/commands/change-requirement.ts";
import { asBuild } from "../pipeline/commands/locked-build.ts";
import { retryTargets } from "../pipeline/commands/retry-targets.ts";
import { absorbEdits, acceptEdits, discardEdits } from "../pipeline/commands/settle-edits.ts";
import { planAlone } from "../pipeline/planning/plan-alone.ts";
import type { Outcome } from "../pipeline/run/recorder.ts";
import { diagnosticLine, summary } from "../report/build-text.ts";
import {
  ABSORBED_DOCUMENT,
  ANSWERED_DOCUMENT,
  APPROVED_DOCUMENT,
  BUILD_DOCUMENT,
  type DocumentOf,
  PLANNED_DOCUMENT,
  REQUIREMENT_DOCUMENT,
} from "../report/document-schemas.ts";
import { buildDocument } from "../report/json.ts";
import {
  absorbedDocument,
  answeredDocument,
  approvedDocument,
  plannedDocument,
  requirementDocument,
} from "../report/settled-json.ts";
import { type Operation, type OperationEnd, operation } from "./operation.ts";
import { FEATURE, optionsFor, REQUIREMENT_WORDS, SOME_TARGETS, TARGET, TARGETS } from "./operation-input.ts";

const WAIT = z
  .boolean()
  .default(true)
  .describe("wait while another build holds the workspace; else fail at once with `locked`");
const PATHS = z.array(z.string()).default([]).describe("of the edited files; empty: all of them");

const LONG = { list: "tasks", handful: 50 } as const;

/** What a build came to; where it was not all well, also in words. */
function built(outcome: Result<Outcome>): OperationEnd<DocumentOf<typeof BUILD_DOCUMENT>> {
  if (!outcome.ok) return outcome;
  const { result } = outcome.value;
  const trouble = result.ok ? [] : [...result.diagnostics.map(diagnosticLine), summary(result)];
  return { ok: true, document: buildDocument(result), trouble };
}

const build = operation({
  name: "build",
  title: "Build",
  description:
    "Brings everything, or the targets, up to date: drafts what is stale, runs the gates, merges. Tells its progress. Cancelled, it ends in order, and called again it goes on without paying twice.",
  input: z.strictObject({
    targets: TARGETS,
    force: z.boolean().default(false).describe("regenerate the targets even if they are fresh"),
    fail_fast: z.boolean().default(false).describe("start nothing new after the first failure"),
    budget_usd: z.number().min(0).optional().describe("stop before spending more than this"),
    locked: z.boolean().default(false).describe("call no model; fail if one is needed"),
    removals_meant: z
      .boolean()
      .default(false)
      .describe("features or projects that are gone are meant to be gone: their code goes, too"),
    wait: WAIT,
  }),
  output: BUILD_DOCUMENT,
  effect: "spends",
  long: LONG,
  async run({ targets, force, fail_fast, budget_usd, locked, removals_meant }, caller) {
    const options = optionsFor(targets, {
      force,
      failFast: fail_fast,
      modelCalls: locked ? "locked" : "allowed",
      budgetUsd: budget_usd ?? null,
      removalsMeant: removals_meant,
    });
    return built(await buildAfter(caller, options));
  },
});

const plan = operation({
  name: "plan",
  title: "Plan",
  description:
    "Runs the planners of a feature: from its request to PLAN.md and BACKLOG.yaml, and builds nothing.",
  input: z.strictObject({
    feature: FEATURE,
    replace: z
      .boolean()
      .default(false)
      .describe("also where a person wrote the plan, and git keeps what they wrote"),
    wait: WAIT,
  }),
  output: PLANNED_DOCUMENT,
  effect: "spends",
  long: null,
  async run({ feature, replace }, caller) {
    const planned = await asBuild(caller, (environment) =>
      planAlone(environment, { feature, replace, options: optionsFor([]) }),
    );
    if (!planned.ok) return { ...planned, target: feature };
    if (planned.value !== null) return { ok: false, failure: planned.value, target: feature };
    return { ok: true, document: plannedDocument(feature) };
  },
});

const answer = operation({
  name: "answer",
  title: "Answer",
  description:
    "Puts the answer to an open question into the spec: of a task's agent, or a `[NEEDS CLARIFICATION: …]` mark of a feature. Without a text it fails with the questions that are open.",
  input: z.strictObject({
    target: z.string().describe("`feature:T01`, or `feature`"),
    text: z.string().optional(),
    question: z.number().int().min(1).optional().describe("which one, if several are open"),
    wait: WAIT,
  }),
  output: ANSWERED_DOCUMENT,
  effect: "writes",
  long: null,
  async run({ target, text, question }, caller) {
    const answered = await answerTarget(caller, { target, number: question ?? null }, async (_, open) => {
      if (text !== undefined) return success(text);
      const detail = open.map((one, index) => `${index + 1}  ${one.text} (${one.file})`);
      const fix = "Give it as `text`; `question` chooses another one.";
      return failed({ reason: "usage", message: "no answer was given", detail, fix });
    });
    if (!answered.ok) return { ...answered, target };
    return { ok: true, document: answeredDocument(answered.value) };
  },
});

const approve = operation({
  name: "approve",
  title: "Approve",
  description:
    "Says yes to a planned backlog (`feature`), to a task's new text or a draft that nobody could judge (`feature:T01`), or to merging a product that waits (`project/`).",
  input: z.strictObject({ target: TARGET, wait: WAIT }),
  output: APPROVED_DOCUMENT,
  effect: "writes",
  long: null,
  async run({ target }, caller) {
    const approval = await approveTarget(caller, optionsFor([]), target);
    if (!approval.ok) return { ...approval, target };
    return { ok: true, document: approvedDocument(approval.value) };
  },
});

const accept = operation({
  name: "accept",
  title: "Accept an edit",
  description: "Keeps a person's edit of generated files: they belong to people from now on.",
  input: z.strictObject({ target: TARGET, paths: PATHS, wait: WAIT }),
  output: BUILD_DOCUMENT,
  effect: "spends",
  long: LONG,
  async run({ target, paths }, caller) {
    return built(await acceptEdits(caller, { options: optionsFor([target]), paths }));
  },
});

const absorb = operation({
  name: "absorb",
  title: "Absorb an edit",
  description:
    "Turns a person's edit of generated files into a constraint of the spec; the next build regenerates what follows from it.",
  input: z.strictObject({
    target: TARGET,
    paths: PATHS,
    message: z.string().optional().describe("write this as the constraint (default: the edit itself)"),
    wait: WAIT,
  }),
  output: ABSORBED_DOCUMENT,
  effect: "writes",
  long: null,
  async run({ target, paths, message }, caller) {
    const which = { options: optionsFor([target]), paths };
    const absorbed = await absorbEdits(caller, which, message ?? null);
    return absorbed.ok ? { ok: true, document: absorbedDocument(absorbed.value) } : absorbed;
  },
});

const discard = operation({
  name: "discard",
  title: "Discard an edit",
  description: "Replaces a person's edit of generated files with the product; git's history keeps the edit.",
  input: z.strictObject({ target: TARGET, paths: PATHS, wait: WAIT }),
  output: BUILD_DOCUMENT,
  effect: "takes-away",
  long: LONG,
  async run({ target, paths }, caller) {
    return built(await discardEdits(caller, { options: optionsFor([target]), paths }));
  },
});

const retry = operation({
  name: "retry",
  title: "Retry",
  description: "Forgets what failed attempts left, and builds the targets again.",
  input: z.strictObject({ targets: SOME_TARGETS, wait: WAIT }),
  output: BUILD_DOCUMENT,
  effect: "spends",
  long: LONG,
  async run({ targets }, caller) {
    return built(await retryTargets(caller, optionsFor(targets)));
  },
});

const editRequirement = operation({
  name: "edit_requirement",
  title: "Edit a requirement",
  description:
    "Writes the text of a requirement of feature.md anew, and keeps all else. Nothing is built: `try_requirement` tells before what that would cost, `explain` what it made stale.",
  input: REQUIREMENT_WORDS.extend({ wait: WAIT }),
  output: REQUIREMENT_DOCUMENT,
  effect: "writes",
  long: null,
  async run({ feature, requirement, text }, caller) {
    const changed = await changeRequirement(caller, { feature, requirement, text });
    if (!changed.ok) return { ...changed, target: feature };
    return { ok: true, document: requirementDocument(changed.value) };
  },
});

export const CHANGE_OPERATIONS: readonly Operation[] = [
  ...[plan, build, answer, approve],
  ...[accept, absorb, discard, retry, editRequirement],
];
