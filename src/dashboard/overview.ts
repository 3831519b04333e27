// How does a whole workspace stand? What every page begins with, in the shapes of the commands' documents.

import { basename } from "node:path";
import { type Result, success } from "../model/result.ts";
import { optionsFor } from "../operations/operation-input.ts";
import type { Place } from "../pipeline/commands/caller.ts";
import { quietEnvironment } from "../pipeline/commands/locked-build.ts";
import { wholeGraph } from "../pipeline/commands/task-graph.ts";
import { statusesOf } from "../pipeline/commands/task-statuses.ts";
import { pastWork } from "../pipeline/history/build-history.ts";
import { evaluate } from "../pipeline/line/evaluate.ts";
import { now } from "../platform/clock.ts";
import { addUp } from "../report/cost-totals.ts";
import type { DocumentOf, GRAPH_DOCUMENT, STATUS_DOCUMENT } from "../report/document-schemas.ts";
import type { Cost } from "../report/figures.ts";
import { graphDocument, statusDocument } from "../report/json.ts";

export type StatusDocument = DocumentOf<typeof STATUS_DOCUMENT>;
export type GraphDocument = DocumentOf<typeof GRAPH_DOCUMENT>;

export interface Overview {
  /** Name of its folder. */
  readonly workspace: string;
  readonly features: readonly {
    readonly id: string;
    readonly title: string;
    readonly projects: readonly string[];
  }[];
  readonly status: StatusDocument;
  readonly graph: GraphDocument;
  readonly spent: Spent;
}

/** `today` is since midnight in UTC; a limit, in USD, of null is none. */
export interface Spent {
  readonly hour: Cost;
  readonly today: Cost;
  readonly total: Cost;
  readonly perHourLimit: number | null;
  readonly perBuildLimit: number | null;
}

const HOUR_MS = 3_600_000;

/** Judges all tasks, and runs nothing. */
export async function overviewOf(place: Place): Promise<Result<Overview>> {
  const evaluation = await evaluate(quietEnvironment(place), optionsFor([]));
  if (!evaluation.ok) return evaluation;
  const past = pastWork(place.root);
  if (!past.ok) return past;
  const { diagnostics, plans, run, sharedStore } = evaluation.value;
  const { workspace, features } = run.sources;
  const at = now();
  const { spending } = past.value;
  const since = (start: number) =>
    addUp(spending.filter((one) => one.at !== null && one.at >= start)).total.cost;
  return success({
    workspace: basename(place.root),
    features: features.map(({ id, title, projects }) => ({ id, title, projects })),
    status: statusDocument(statusesOf(evaluation.value), diagnostics, plans, { sharedStore }),
    graph: graphDocument(wholeGraph(evaluation.value)),
    spent: {
      ...{ hour: since(at - HOUR_MS), today: since(new Date(at).setUTCHours(0, 0, 0, 0)) },
      total: addUp(spending).total.cost,
      perHourLimit: workspace.budget.perHourUsd,
      perBuildLimit: workspace.budget.usd,
    },
  });
}
