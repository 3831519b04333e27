// Which operations look at a workspace, and change nothing? The commands with which a person looks.

import { z } from "zod";
import type { Diagnostic } from "../model/diagnostic.ts";
import { type Result, success } from "../model/result.ts";
import { tryRequirement } from "../pipeline/commands/change-requirement.ts";
import { featureLog } from "../pipeline/commands/feature-log.ts";
import { quietEnvironment } from "../pipeline/commands/locked-build.ts";
import { lastWindow, nextWindow, type TaskDetails, taskDetails } from "../pipeline/commands/task-details.ts";
import { taskGraph } from "../pipeline/commands/task-graph.ts";
import { explanationOf, statusesOf } from "../pipeline/commands/task-statuses.ts";
import { validSources } from "../pipeline/commands/valid-sources.ts";
import { validateWorkspace } from "../pipeline/commands/validate-workspace.ts";
import { costOf } from "../pipeline/history/cost-report.ts";
import { evaluate } from "../pipeline/line/evaluate.ts";
import { forecast } from "../pipeline/line/forecast-build.ts";
import { readOutlines } from "../pipeline/reading/read-whole.ts";
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
import { type Operation, operation } from "./operation.ts";
import { FEATURE, optionsFor, REQUIREMENT_WORDS, SOME_TARGETS, TARGETS, TASK } from "./operation-input.ts";

const status = operation({
  name: "status",
  title: "Status",
  description:
    "What is stale, and why: a verdict and reasons for every task, features that would be planned first, and findings. Runs nothing.",
  input: z.strictObject({
    targets: TARGETS,
    verdicts: z.array(VERDICT).default([]).describe("only tasks with these; empty: all"),
  }),
  output: STATUS_DOCUMENT,
  effect: "looks",
  long: { list: "tasks", handful: 50 },
  async run({ targets, verdicts }, caller) {
    const evaluation = await evaluate(quietEnvironment(caller), optionsFor(targets));
    if (!evaluation.ok) return evaluation;
    const { diagnostics, plans, sharedStore } = evaluation.value;
    const all = statusesOf(evaluation.value);
    const meant = all.filter(({ verdict }) => verdicts.length === 0 || verdicts.includes(verdict));
    return { ok: true, document: statusDocument(meant, diagnostics, plans, { sharedStore }) };
  },
});

const expected = operation({
  name: "forecast",
  title: "Forecast",
  description:
    "What a build would do and what it is expected to cost, as `factory build --dry-run` tells it. Runs nothing and pays nothing.",
  input: z.strictObject({ targets: TARGETS }),
  output: FORECAST_DOCUMENT,
  effect: "looks",
  long: { list: "tasks", handful: 50 },
  async run({ targets }, caller) {
    const evaluation = await evaluate(quietEnvironment(caller), optionsFor(targets));
    if (!evaluation.ok) return evaluation;
    const { diagnostics, plans, vanished } = evaluation.value;
    const all = statusesOf(evaluation.value);
    const document = forecastDocument(all, diagnostics, plans, forecast(evaluation.value));
    const trouble = vanished.question === null ? [] : failureBlock(vanished.question, null, false);
    return { ok: true, document, trouble };
  },
});

const otherWords = operation({
  name: "try_requirement",
  title: "Try a requirement",
  description:
    "What a build would do, and is expected to cost, if a requirement of a feature were said in other words. Writes nothing: `edit_requirement` does.",
  input: REQUIREMENT_WORDS,
  output: FORECAST_DOCUMENT,
  effect: "looks",
  long: { list: "tasks", handful: 50 },
  async run(words, caller) {
    const evaluation = await tryRequirement(caller, words, optionsFor([]));
    if (!evaluation.ok) return { ...evaluation, target: words.feature };
    const { diagnostics, plans } = evaluation.value;
    const all = statusesOf(evaluation.value);
    return { ok: true, document: forecastDocument(all, diagnostics, plans, forecast(evaluation.value)) };
  },
});

const explain = operation({
  name: "explain",
  title: "Explain",
  description:
    "Why tasks are what they are, down to the changed lines of the spec with their texts before and after, with the pieces of their windows.",
  input: z.strictObject({ targets: SOME_TARGETS }),
  output: EXPLANATIONS_DOCUMENT,
  effect: "looks",
  long: { list: "tasks", handful: 10 },
  async run({ targets }, caller) {
    const evaluation = await evaluate(quietEnvironment(caller), optionsFor(targets), "again");
    if (!evaluation.ok) return evaluation;
    const { taskStates, plans } = evaluation.value;
    const explanations = taskStates.map((taskState) => explanationOf(evaluation.value, taskState));
    return { ok: true, document: explanationsDocument(explanations, plans) };
  },
});

const task = operation({
  name: "task",
  title: "Task",
  description:
    "One task: its entry of the backlog, how its last attempts went (an open question, a review, a failure), and the notes of the build.",
  input: z.strictObject({ task: TASK }),
  output: TASK_DOCUMENT,
  effect: "looks",
  long: { text: "notes" },
  async run({ task: id }, caller) {
    const details = await taskDetails(caller, id);
    if (!details.ok) return { ...details, target: id };
    return { ok: true, document: taskDocument(details.value) };
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

const window = operation({
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
  }),
  output: WINDOW_DOCUMENT,
  effect: "looks",
  long: { text: "text" },
  async run({ task: id, which }, caller) {
    const whole =
      which === "last" ? await lastWindow(caller, id) : await nextWindow(caller, id, optionsFor([]));
    if (!whole.ok) return { ...whole, target: id };
    return { ok: true, document: { schema: 1 as const, task: id, which, text: whole.value } };
  },
});

const graph = operation({
  name: "graph",
  title: "Graph",
  description:
    "The tasks and what they depend on, in graph order; with the targets comes all that they need.",
  input: z.strictObject({
    targets: TARGETS,
    status: z.boolean().default(false).describe("judge every task, too"),
  }),
  output: GRAPH_DOCUMENT,
  effect: "looks",
  long: {
    list: "nodes",
    handful: 50,
    about({ edges }, items) {
      const shown = new Set((items as DocumentOf<typeof GRAPH_DOCUMENT>["nodes"]).map(({ id }) => id));
      return { edges: edges.filter(({ to }) => shown.has(to)) };
    },
  },
  async run({ targets, status: judged }, caller) {
    const view = await taskGraph(caller, optionsFor(targets), judged);
    return view.ok ? { ok: true, document: graphDocument(view.value) } : view;
  },
});

const cost = operation({
  name: "cost",
  title: "Cost",
  description: "What this workspace has spent, by phase, role, agent, feature, project and task.",
  input: z.strictObject({
    since: z.string().optional().describe("a date, or a build (the name of its journal)"),
  }),
  output: COST_DOCUMENT,
  effect: "looks",
  long: { list: "tasks", handful: 50 },
  async run({ since }, caller) {
    const sources = await validSources(caller, readOutlines);
    if (!sources.ok) return sources;
    const report = await costOf(caller.root, sources.value.workspace, since ?? null);
    return report.ok ? { ok: true, document: costDocument(report.value) } : report;
  },
});

const log = operation({
  name: "log",
  title: "Log",
  description:
    "The versions of a feature that differ in meaning, the newest first: who made them, what they changed, and what they came to and cost.",
  input: z.strictObject({ feature: FEATURE }),
  output: LOG_DOCUMENT,
  effect: "looks",
  long: { list: "versions", handful: 10 },
  async run({ feature }, caller) {
    const found = await featureLog(caller.root, feature);
    if (!found.ok) return { ...found, target: feature };
    return { ok: true, document: logDocument(found.value, null) };
  },
});

const validate = operation({
  name: "validate",
  title: "Validate",
  description:
    "Reads all specs, templates and projects.yaml anew and tells every finding: file, line, cause, and how to mend it.",
  input: z.strictObject({}),
  output: DIAGNOSTICS_DOCUMENT,
  effect: "looks",
  long: { list: "diagnostics", handful: 50 },
  async run(_, caller) {
    const found = await findingsIn(caller);
    if (!found.ok) return found;
    const errors = found.value.filter(({ severity }) => severity === "error");
    const others = found.value.filter(({ severity }) => severity !== "error");
    return {
      ok: true,
      document: { ...diagnosticsDocument([...errors, ...others]), ok: errors.length === 0 },
      trouble: errors.map(diagnosticLine),
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

export const LOOK_OPERATIONS: readonly Operation[] = [
  status,
  expected,
  otherWords,
  explain,
  task,
  window,
  graph,
  cost,
  log,
  validate,
];
