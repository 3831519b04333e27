// Which JSON documents do scripts get? One function per document, with the field names of the contract. Bytes of
// strangers are kept as they are: JSON escapes them, and `jsonText` escapes what JSON alone would let through.

import type { BuildResult, ProjectResult, TaskResult } from "../model/build-result.ts";
import type { Diagnostic } from "../model/diagnostic.ts";
import type { Json } from "../model/digest.ts";
import type { Explanation } from "../model/explanation.ts";
import type { FeatureDiff, TextChange } from "../model/feature-diff.ts";
import type { FleetState } from "../model/fleet-state.ts";
import type { GraphView } from "../model/graph-view.ts";
import type { Tokens, Usage } from "../model/output.ts";
import type { PlanDue } from "../model/planning.ts";
import type { Reviewed } from "../model/review.ts";
import type { SharedTally } from "../model/shared-tally.ts";
import type { Reason } from "../model/verdict.ts";
import type {
  BUILD_DOCUMENT,
  CHANGES,
  DIAGNOSTIC,
  DIAGNOSTICS_DOCUMENT,
  DocumentOf,
  EXPLANATION,
  EXPLANATIONS_DOCUMENT,
  GRAPH_DOCUMENT,
  REASON,
  REVIEW,
  STATUS_DOCUMENT,
  STATUS_TASK,
  TIMINGS,
} from "./document-schemas.ts";
import { addCost, NO_COST } from "./figures.ts";
import { unitEscape } from "./plain.ts";
import type { TaskStatus } from "./status-text.ts";
import type { Timings } from "./timings.ts";
import type { ProjectTrees } from "./verify-text.ts";

/** Raised when a field changes its meaning or goes; a new field does not raise it. */
const SCHEMA = 1 as const;

export type JsonObject = { readonly [key: string]: Json };

/** The document as text with a line break at its end, without what a terminal, or the log of a host, would obey. */
export function jsonText(document: Json): string {
  const text = JSON.stringify(document, null, 2);
  return `${text.replace(OBEYED, unitEscape)}\n`;
}

/** The same on a line of its own. */
export function jsonLine(document: Json): string {
  return `${JSON.stringify(document).replace(OBEYED, unitEscape)}\n`;
}

const OBEYED = /[^\P{Cc}\n]|\p{Cf}|[\u2028\u2029]|(?<=##)\[/gu;

export function buildDocument(
  result: BuildResult,
  timings: Timings | null = null,
): DocumentOf<typeof BUILD_DOCUMENT> {
  return {
    schema: SCHEMA,
    ok: result.ok,
    projects: result.projects.map(projectObject),
    tasks: result.tasks.map(taskObject),
    totals: totals(result),
    ...sharedStoreObject(result.sharedStore ?? null),
    ...(timings === null ? {} : { timings: timingsObject(timings) }),
    diagnostics: result.diagnostics.map(diagnosticObject),
  };
}

function sharedStoreObject(
  tally: SharedTally | null,
): Pick<DocumentOf<typeof BUILD_DOCUMENT>, "shared_store"> {
  return tally === null ? {} : { shared_store: { ...tally } };
}

function timingsObject({
  start,
  end,
  overhead,
  shares,
  critical,
  lanes,
}: Timings): DocumentOf<typeof TIMINGS> {
  return {
    ms: end - start,
    overhead_ms: overhead,
    waits: { ...shares },
    critical: critical.map(({ subject, shares: own }) => ({ subject, waits: { ...own } })),
    lanes: lanes.map(({ subject, shares: own }) => ({ subject, waits: { ...own } })),
  };
}

/** Nothing was run, so the figures of calls and cost are true zeros. */
export function statusDocument(
  tasks: readonly TaskStatus[],
  diagnostics: readonly Diagnostic[] = [],
  plans: readonly PlanDue[] = [],
  { sharedStore = null, fleet = null }: Shared = {},
): DocumentOf<typeof STATUS_DOCUMENT> {
  return {
    schema: SCHEMA,
    ok: sound(diagnostics),
    tasks: tasks.map(statusObject),
    plans: plansObject(plans),
    ...sharedStoreObject(sharedStore),
    ...fleetObject(fleet),
    diagnostics: diagnostics.map(diagnosticObject),
  };
}

/** What a workspace has in common with other machines; null: nothing was asked. */
interface Shared {
  readonly sharedStore?: SharedTally | null;
  readonly fleet?: FleetState | null;
}

/** Null: none is declared, or nobody asked. */
export function fleetObject(state: FleetState | null): Pick<DocumentOf<typeof STATUS_DOCUMENT>, "fleet"> {
  if (state === null) return {};
  const workers =
    state.workers?.map(({ name, slots, busy, rests, drafts, drafting, programs, serves, kind }) => ({
      ...{ name, slots, rests, drafts, serves, kind },
      ...{ busy: [...busy], drafting: [...drafting], programs: [...programs] },
    })) ?? null;
  return { fleet: { url: state.fleet, fault: state.fault, workers, waiting: state.waiting } };
}

function plansObject(plans: readonly PlanDue[]): DocumentOf<typeof STATUS_DOCUMENT>["plans"] {
  return plans.map(({ feature, reason }) => ({ feature, reason }));
}

/** Like the status, but `ok` tells whether the check passes: all fresh, and nothing found. */
export function checkDocument(
  tasks: readonly TaskStatus[],
  diagnostics: readonly Diagnostic[] = [],
  plans: readonly PlanDue[] = [],
): DocumentOf<typeof STATUS_DOCUMENT> {
  const ok = sound(diagnostics) && plans.length === 0 && tasks.every((task) => task.verdict === "fresh");
  return { ...statusDocument(tasks, diagnostics, plans), ok };
}

export function diagnosticsDocument(
  diagnostics: readonly Diagnostic[],
): DocumentOf<typeof DIAGNOSTICS_DOCUMENT> {
  return { schema: SCHEMA, ok: sound(diagnostics), diagnostics: diagnostics.map(diagnosticObject) };
}

function reviewObject({ attempt, verdict, findings, unseen }: Reviewed): DocumentOf<typeof REVIEW> {
  const told = unseen.map(({ path, bytes, whole }) => ({ path, bytes, whole }));
  return { attempt, verdict, findings, unseen: told };
}

export function explainDocument(explanation: Explanation): DocumentOf<typeof EXPLANATION> {
  const { task, title, type, project, verdict, agent, key } = explanation;
  return {
    schema: SCHEMA,
    task,
    title,
    type,
    project,
    verdict,
    agent,
    key,
    reasons: explanation.reasons.map((reason) => ({
      ...reasonObject(reason),
      before: reason.before ?? null,
      after: reason.after ?? null,
    })),
    said: explanation.said,
    review: explanation.review === null ? null : reviewObject(explanation.review),
    segments: explanation.segments.map(({ kind, name, bytes }) => ({ kind, name, bytes })),
    outputs: explanation.outputs,
    dependents: explanation.dependents,
  };
}

/** Of several tasks; a script that asks for one gets its explanation alone. */
export function explanationsDocument(
  explanations: readonly Explanation[],
  plans: readonly PlanDue[],
): DocumentOf<typeof EXPLANATIONS_DOCUMENT> {
  return { schema: SCHEMA, tasks: explanations.map(explainDocument), plans: plansObject(plans) };
}

export function diffDocument(diffs: readonly FeatureDiff[]): JsonObject {
  return {
    schema: SCHEMA,
    features: diffs.map((diff) => ({
      feature: diff.feature,
      ...changesObject(diff),
      stale_tasks: diff.staleTasks,
    })),
  };
}

/** What changed of one feature, by part. */
export function changesObject(diff: Omit<FeatureDiff, "feature" | "staleTasks">): DocumentOf<typeof CHANGES> {
  return {
    change: diff.change,
    settings: diff.settings.map(changeObject),
    sections: diff.sections.map(changeObject),
    requirements: diff.requirements.map(changeObject),
    constraints: diff.constraints.map(changeObject),
    params: diff.params.map(changeObject),
    tasks: diff.tasks.map(({ id, change, keys }) => ({ id, change, keys })),
  };
}

export function verifyDocument(
  projects: readonly ProjectTrees[],
  diagnostics: readonly Diagnostic[],
  ok: boolean,
): JsonObject {
  return {
    schema: SCHEMA,
    ok,
    projects: projects.map(({ id, tree, rebuilt }) => ({ id, tree, rebuilt })),
    diagnostics: diagnostics.map(diagnosticObject),
  };
}

export function graphDocument(view: GraphView): DocumentOf<typeof GRAPH_DOCUMENT> {
  return {
    schema: SCHEMA,
    nodes: view.nodes.map(({ id, title, project, feature, files, whole, verdict, level }) => {
      return { id, title, project, feature, files: [...files], whole, verdict, level };
    }),
    edges: view.edges.map(([from, to]) => ({ from, to })),
  };
}

function sound(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.every((diagnostic) => diagnostic.severity !== "error");
}

/** `product`: how many tasks of the project have a result that is part of it, where that was looked at. */
function projectObject({
  id,
  branch,
  commit,
  tree,
  merged,
  product,
  request,
}: ProjectResult): DocumentOf<typeof BUILD_DOCUMENT>["projects"][number] {
  const more = {
    ...(product === undefined ? {} : { product: { ...product } }),
    ...(request === undefined ? {} : { request }),
  };
  return { id, branch, commit, tree, merged, ...more };
}

function taskObject(task: TaskResult): DocumentOf<typeof BUILD_DOCUMENT>["tasks"][number] {
  return {
    id: task.id,
    project: task.project,
    action: task.action,
    reasons: task.reasons.map(reasonObject),
    attempts: task.attempts,
    agent: task.agent,
    calls: task.calls,
    tokens: tokensObject(task.tokens),
    usd: task.usd,
    window_bytes: task.windowBytes,
    ms: task.ms,
  };
}

function statusObject(task: TaskStatus): DocumentOf<typeof STATUS_TASK> {
  return {
    id: task.id,
    project: task.project,
    verdict: task.verdict,
    reasons: task.reasons.map(reasonObject),
    attempts: 0,
    agent: task.agent,
    calls: 0,
    tokens: tokensObject({ in: 0, out: 0, cached: 0 }),
    usd: 0,
    window_bytes: task.windowBytes,
    ms: 0,
    type: task.type,
  };
}

/** Planning counts, too. `usd` is null as soon as one price is unknown: a sum that leaves something out is no total. */
function totals({ tasks, planning, ms }: BuildResult): DocumentOf<typeof BUILD_DOCUMENT>["totals"] {
  const spent = [...tasks, ...(planning === undefined ? [] : [planning.usage])];
  const sum = (figure: (one: Usage) => number): number =>
    spent.reduce((total, one) => total + figure(one), 0);
  const cost = spent.reduce((total, one) => addCost(total, one.usd), NO_COST);
  return {
    calls: sum((one) => one.calls),
    tokens: {
      in: sum((one) => one.tokens.in),
      out: sum((one) => one.tokens.out),
      cached: sum((one) => one.tokens.cached),
    },
    usd: cost.complete ? cost.usd : null,
    estimated: spent.some((one) => one.estimated === true),
    ms,
  };
}

function tokensObject({ in: input, out, cached }: Tokens): Tokens {
  return { in: input, out, cached };
}

/** What a build that is over came to is an object of its own, only where there is one. */
function reasonObject({ code, subject, file, line, failure }: Reason): DocumentOf<typeof REASON> {
  return { code, subject, file, line, ...(failure === undefined ? {} : { failure: { ...failure } }) };
}

function changeObject({ id, change, before, after }: TextChange): TextChange {
  return { id, change, before, after };
}

function diagnosticObject(diagnostic: Diagnostic): DocumentOf<typeof DIAGNOSTIC> {
  const { severity, code, message, target, file, line, column, fix } = diagnostic;
  return { severity, code, message, target, file, line, column, fix };
}
