// Which part of the task graph is in the picture? The named tasks and all that they need, with their levels; judged, where
// somebody wants to see how they stand.

import { type Graph, link, withDependencies } from "../../engine/graph.ts";
import { selectTargets } from "../../engine/target.ts";
import type { TaskId } from "../../model/address.ts";
import type { BuildOptions } from "../../model/build-options.ts";
import type { GraphNode, GraphView } from "../../model/graph-view.ts";
import type { Project } from "../../model/project.ts";
import { failed, type Result, success } from "../../model/result.ts";
import type { Task } from "../../model/task.ts";
import type { Verdict } from "../../model/verdict.ts";
import { type Evaluation, evaluate } from "../line/evaluate.ts";
import { loadPreviousBuild } from "../reading/build-index.ts";
import { readSources } from "../reading/read.ts";
import { knownTargets, unknownTargets } from "../reading/unknown-target.ts";
import { refuseUnsound } from "../run/recorder.ts";
import type { Place } from "./caller.ts";
import { quietEnvironment } from "./locked-build.ts";

interface GraphData {
  readonly graph: Graph;
  readonly projects: readonly Project[];
  /** Empty where nobody asked for them. */
  readonly verdicts: ReadonlyMap<TaskId, Verdict>;
}

/** Fails where the sources are not sound, or a target is none. */
export async function taskGraph(
  place: Place,
  { targets, ...options }: BuildOptions,
  judged: boolean,
): Promise<Result<GraphView>> {
  // Everything is judged: what the targets need is in the picture too.
  const data = judged ? await judgedGraph(place, { ...options, targets: [] }) : await plainGraph(place);
  if (!data.ok) return data;
  const { graph, verdicts, projects } = data.value;
  const { nodes, unknown } = selectTargets(graph, targets);
  if (unknown.length > 0) return failed(unknownTargets(unknown, knownTargets(graph, projects)));
  return success(graphView(graph, targets.length === 0 ? graph.tasks.keys() : nodes, verdicts));
}

async function plainGraph({ root, packageRoot, writer }: Place): Promise<Result<GraphData>> {
  const reading = await readSources(root, packageRoot, loadPreviousBuild(root, writer).remembered);
  if (!reading.ok) return reading;
  const { sources } = reading.value;
  const sound = refuseUnsound(sources);
  if (!sound.ok) return failed(sound.failure);
  return success({
    graph: link(sources.features),
    projects: sources.workspace.projects,
    verdicts: new Map(),
  });
}

async function judgedGraph(place: Place, options: BuildOptions): Promise<Result<GraphData>> {
  const evaluation = await evaluate(quietEnvironment(place), options);
  if (!evaluation.ok) return evaluation;
  const { run, taskStates } = evaluation.value;
  const verdicts = new Map(taskStates.map(({ task, judgement }) => [task.id, judgement.verdict]));
  return success({ graph: run.graph, projects: run.sources.workspace.projects, verdicts });
}

/** All tasks of an evaluation of everything. */
export function wholeGraph({ run, taskStates }: Evaluation): GraphView {
  const verdicts = new Map(taskStates.map(({ task, judgement }) => [task.id, judgement.verdict]));
  return graphView(run.graph, run.graph.tasks.keys(), verdicts);
}

function graphView(graph: Graph, named: Iterable<number>, verdicts: ReadonlyMap<TaskId, Verdict>): GraphView {
  const shown = withDependencies(graph, named);
  const levels = new Map<number, number>();
  const nodes: GraphNode[] = [];
  const edges: (readonly [TaskId, TaskId])[] = [];
  for (const at of shown) {
    const { id, title, project, feature, filesHint: files, whole = null } = graph.tasks[at] as Task;
    const below = [...graph.dependencies.of(at)];
    const level = below.reduce((most, one) => Math.max(most, (levels.get(one) ?? 0) + 1), 0);
    levels.set(at, level);
    nodes.push({ id, title, project, feature, files, whole, verdict: verdicts.get(id) ?? null, level });
    edges.push(...below.map((one) => [(graph.tasks[one] as Task).id, id] as const));
  }
  return { nodes, edges };
}
