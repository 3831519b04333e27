// Which part of the task graph is in the picture? The named tasks and all that they need, with their levels.

import { type Graph, withDependencies } from "../engine/graph.ts";
import type { TaskId } from "../model/address.ts";
import type { GraphNode, GraphView } from "../model/graph-view.ts";
import type { Task } from "../model/task.ts";
import type { Verdict } from "../model/verdict.ts";

export function graphView(
  graph: Graph,
  named: Iterable<number>,
  verdicts: ReadonlyMap<TaskId, Verdict>,
): GraphView {
  const shown = withDependencies(graph, named);
  const levels = new Map<number, number>();
  const nodes: GraphNode[] = [];
  const edges: (readonly [TaskId, TaskId])[] = [];
  for (const at of shown) {
    const { id, title, project, feature, whole = null } = graph.tasks[at] as Task;
    const below = [...graph.dependencies.of(at)];
    const level = below.reduce((most, one) => Math.max(most, (levels.get(one) ?? 0) + 1), 0);
    levels.set(at, level);
    nodes.push({ id, title, project, feature, whole, verdict: verdicts.get(id) ?? null, level });
    edges.push(...below.map((one) => [(graph.tasks[one] as Task).id, id] as const));
  }
  return { nodes, edges };
}
