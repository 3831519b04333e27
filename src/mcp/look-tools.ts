// Which tools look at a workspace, and change nothing? The commands with which a person looks.

import { z } from "zod";
import type { Diagnostic } from "../model/diagnostic.ts";
import { type Result, success } from "../model/result.ts";
import { featureLog } from "../pipeline/commands/feature-log.ts";
import { quietEnvironment } from "../pipeline/commands/locked-build.ts";
import { soundSources } from "../pipeline/commands/sound-sources.ts";
import { lastWindow, nextWindow, type TaskDetails, taskDetails } from "../pipeline/commands/task-details.ts";
import { taskGraph } from "../pipeline/commands/task-graph.ts";
import { explanationOf, statusesOf } from "../pipeline/commands/task-statuses.ts";
import { validateWorkspace } from "../pipeline/commands/validate-workspace.ts";
import { costOf } from "../pipeline/history/cost-report.ts";
import { evaluate } from "../pipeline/line/evaluate.ts";
import { forecast } from "../pipeline/line/forecast-build.ts";
import { diagnosticLine } from "../report/build-text.ts";
import { costDocument } from "../report/cost-text.ts";
import {
  COST_DOCUMENT,
  DIAGNOSTICS_DOCUMENT,
  type DocumentOf,
  EXPLANATIONS_DOCUMENT,
  FORECAST_DOCUMENT,
  GRAPH_DOCUMENT,
  LOG_DOCUMENT,
  STATUS_DOCUMENT,
  TASK_DOCUMENT,
  VERDICT,
  WINDOW_DOCUMENT,
} from "../report/document-schemas.ts";
import { failureBlock } from "../report/failure-block.ts";
import { forecastDocument } from "../report/forecast-text.ts";
import { diagnosticsDocument, explanationsDocument, graphDocument, statusDocument } from "../report/json.ts";
import { logDocument } from "../report/log-text.ts";
import { PAGE, PAGE_INPUT, pageOf, TEXT_OFFSET, textPage } from "./page.ts";
import { LOOKS, type Tool, tool } from "./tool.ts";
import { FEATURE, optionsFor, SOME_TARGETS, TARGETS, TASK } from "./tool-input.ts";

const status = tool({
  name: "status",
  title: "Status",
  description:
    "What is stale, and why: a verdict and reasons for every task, features that would be planned first, and findings. Runs nothing.",
  input: z.strictObject({
    targets: TARGETS,
    verdicts: z.array(VERDICT).default([]).describe("only tasks with these; empty: all"),
    ...PAGE_INPUT,
  }),
  output: STATUS_DOCUMENT.extend({ page: PAGE.describe("of `tasks`") }),
  annotations: LOOKS,
  async run({ targets, verdicts, ...cut }, caller) {
    const evaluation = await evaluate(quietEnvironment(caller), optionsFor(targets));
    if (!evaluation.ok) return evaluation;
    const { diagnostics, plans } = evaluation.value;
    const all = statusesOf(evaluation.value);
    const meant = all.filter(({ verdict }) => verdicts.length === 0 || verdicts.includes(verdict));
    const { items, page } = pageOf(meant, cut);
    return { ok: true, document: { ...statusDocument(items, diagnostics, plans), page } };
  },
});

const expected = tool({
  name: "forecast",
  title: "Forecast",
  description:
    "What a build would do and what it is expected to cost, as `factory build --dry-run` tells it. Runs nothing and pays nothing.",
  input: z.strictObject({ targets: TARGETS, ...PAGE_INPUT }),
  output: FORECAST_DOCUMENT.extend({ page: PAGE.describe("of `tasks`") }),
  annotations: LOOKS,
  async run({ targets, ...cut }, caller) {
    const evaluation = await evaluate(quietEnvironment(caller), optionsFor(targets));
    if (!evaluation.ok) return evaluation;
    const { diagnostics, plans, vanished } = evaluation.value;
    const { items, page } = pageOf(statusesOf(evaluation.value), cut);
    const document = forecastDocument(items, diagnostics, plans, forecast(evaluation.value));
    const trouble = vanished.question === null ? [] : failureBlock(vanished.question, null, false);
    return { ok: true, document: { ...document, page }, trouble };
  },
});

const explain = tool({
  name: "explain",
  title: "Explain",
  description:
    "Why tasks are what they are, down to the changed lines of the spec with their texts before and after, with the pieces of their windows.",
  input: z.strictObject({
    targets: SOME_TARGETS,
    ...PAGE_INPUT,
    limit: PAGE_INPUT.limit.default(10),
  }),
  output: EXPLANATIONS_DOCUMENT.extend({ page: PAGE.describe("of `tasks`") }),
  annotations: LOOKS,
  async run({ targets, ...cut }, caller) {
    const evaluation = await evaluate(quietEnvironment(caller), optionsFor(targets), "again");
    if (!evaluation.ok) return evaluation;
    const { items, page } = pageOf(evaluation.value.taskStates, cut);
    const explanations = items.map((taskState) => explanationOf(evaluation.value, taskState));
    return {
      ok: true,
      document: { ...explanationsDocument(explanations, evaluation.value.plans), page },
    };
  },
});

const task = tool({
  name: "task",
  title: "Task",
  description:
    "One task: its entry of the backlog, how its last attempts went (an open question, a review, a failure), and the notes of the build.",
  input: z.strictObject({ task: TASK, offset: TEXT_OFFSET.describe("of `notes`, in characters") }),
  output: TASK_DOCUMENT.extend({ page: PAGE.describe("of `notes`, in characters") }),
  annotations: LOOKS,
  async run({ task: id, offset }, caller) {
    const details = await taskDetails(caller, id);
    if (!details.ok) return { ...details, target: id };
    const { text, page } = textPage(details.value.notes ?? "", offset);
    const notes = details.value.notes === null ? null : text;
    return { ok: true, document: { ...taskDocument(details.value), notes, page } };
  },
});

export function taskDocument({
  task: { id, title, project, feature, place },
  entry,
  status: last,
  notes,
}: TaskDetails): DocumentOf<typeof TASK_DOCUMENT> {
  return {
    schema: 1,
    ...{ task: id, title, project, feature, file: place.file, line: place.line, entry },
    last:
      last === null
        ? null
        : {
            phase: last.phase,
            attempt: last.attempt,
            failed: last.failed,
            agent: last.agent,
            question: last.question,
            said: last.said,
            review: last.review,
            undecided: last.undecided !== null,
            failure: last.failure,
          },
    notes,
  };
}

const window = tool({
  name: "window",
  title: "Window",
  description:
    "The context window of a task as text: all that its agent is told, and so all that can make it stale.",
  input: z.strictObject({
    task: TASK,
    which: z
      .enum(["next", "last"])
      .default("next")
      .describe("`next`: as an attempt would begin now; `last`: as it was sent to the last attempt"),
    offset: TEXT_OFFSET,
  }),
  output: WINDOW_DOCUMENT.extend({ page: PAGE.describe("of `text`, in characters") }),
  annotations: LOOKS,
  async run({ task: id, which, offset }, caller) {
    const whole =
      which === "last" ? await lastWindow(caller, id) : await nextWindow(caller, id, optionsFor([]));
    if (!whole.ok) return { ...whole, target: id };
    const { text, page } = textPage(whole.value, offset);
    return { ok: true, document: { schema: 1 as const, task: id, which, text, page } };
  },
});

const graph = tool({
  name: "graph",
  title: "Graph",
  description:
    "The tasks and what they depend on, in graph order; with the targets comes all that they need.",
  input: z.strictObject({
    targets: TARGETS,
    status: z.boolean().default(false).describe("judge every task, too"),
    ...PAGE_INPUT,
  }),
  output: GRAPH_DOCUMENT.extend({
    page: PAGE.describe("of `nodes`; `edges` are those that lead to them"),
  }),
  annotations: LOOKS,
  async run({ targets, status: judged, ...cut }, caller) {
    const view = await taskGraph(caller, optionsFor(targets), judged);
    if (!view.ok) return view;
    const { items: nodes, page } = pageOf(view.value.nodes, cut);
    const shown = new Set(nodes.map(({ id }) => id));
    const edges = view.value.edges.filter(([, to]) => shown.has(to));
    return { ok: true, document: { ...graphDocument({ nodes, edges }), page } };
  },
});

const cost = tool({
  name: "cost",
  title: "Cost",
  description: "What this workspace has spent, by phase, role, agent, feature, project and task.",
  input: z.strictObject({
    since: z.string().optional().describe("a date, or a build (the name of its journal)"),
    ...PAGE_INPUT,
  }),
  output: COST_DOCUMENT.extend({ page: PAGE.describe("of `tasks`, the dearest first") }),
  annotations: LOOKS,
  async run({ since, ...cut }, caller) {
    const sources = await soundSources(caller);
    if (!sources.ok) return sources;
    const report = await costOf(caller.root, sources.value.workspace, since ?? null);
    if (!report.ok) return report;
    const document = costDocument(report.value);
    const { items: tasks, page } = pageOf(document.tasks, cut);
    return { ok: true, document: { ...document, tasks, page } };
  },
});

const log = tool({
  name: "log",
  title: "Log",
  description:
    "The versions of a feature that differ in meaning, the newest first: who made them, what they changed, and what they came to and cost.",
  input: z.strictObject({ feature: FEATURE, ...PAGE_INPUT, limit: PAGE_INPUT.limit.default(10) }),
  output: LOG_DOCUMENT.extend({ page: PAGE.describe("of `versions`") }),
  annotations: LOOKS,
  async run({ feature, ...cut }, caller) {
    const found = await featureLog(caller.root, feature);
    if (!found.ok) return { ...found, target: feature };
    const document = logDocument(found.value, null);
    const { items: versions, page } = pageOf(document.versions, cut);
    return { ok: true, document: { ...document, versions, page } };
  },
});

const validate = tool({
  name: "validate",
  title: "Validate",
  description:
    "Reads all specs, templates and projects.yaml anew and tells every finding: file, line, cause, and how to mend it.",
  input: z.strictObject({ ...PAGE_INPUT }),
  output: DIAGNOSTICS_DOCUMENT.extend({ page: PAGE.describe("of `diagnostics`, errors first") }),
  annotations: LOOKS,
  async run(cut, caller) {
    const found = await findingsIn(caller);
    if (!found.ok) return found;
    const errors = found.value.filter(({ severity }) => severity === "error");
    const others = found.value.filter(({ severity }) => severity !== "error");
    const { items, page } = pageOf([...errors, ...others], cut);
    const { schema, diagnostics } = diagnosticsDocument(items);
    return {
      ok: true,
      document: { schema, ok: errors.length === 0, diagnostics, page },
      trouble: items.filter(({ severity }) => severity === "error").map(diagnosticLine),
    };
  },
});

/** Sources that are not sound are the answer, and no failure to answer. */
async function findingsIn(
  place: Parameters<typeof validateWorkspace>[0],
): Promise<Result<readonly Diagnostic[]>> {
  const validated = await validateWorkspace(place);
  if (validated.ok) return success(validated.value.diagnostics);
  const { failure } = validated;
  return failure.reason === "invalid-spec" ? success(failure.diagnostics) : validated;
}

export const LOOK_TOOLS: readonly Tool[] = [
  status,
  expected,
  explain,
  task,
  window,
  graph,
  cost,
  log,
  validate,
];
