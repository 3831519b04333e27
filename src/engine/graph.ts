// Which task comes before which? The graph of all tasks in one canonical order; it knows nothing of staleness.

import type { TaskId } from "../model/address.ts";
import type { Feature } from "../model/feature.ts";
import type { Task } from "../model/task.ts";
import { Edges } from "./edges.ts";

export interface Graph {
  /** Topological: a task stands after all that it depends on; ties by id, so the order is the same everywhere. */
  readonly tasks: readonly Task[];
  readonly indexOf: ReadonlyMap<TaskId, number>;
  /** Positions of direct dependencies and dependents, by position. */
  readonly dependencies: Edges;
  readonly dependents: Edges;
  readonly features: ReadonlyMap<string, Feature>;
  /** Positions of the tasks of every project that has any, in graph order. */
  readonly byProject: ReadonlyMap<string, readonly number[]>;
}

/** Links sound specs: every named dependency exists and there is no cycle (spec/validate/validate.ts has seen to it). */
export function link(features: readonly Feature[]): Graph {
  const byId = new Map(features.map((feature) => [feature.id, feature]));
  const all = features.flatMap((feature) => feature.tasks).sort((a, b) => (a.id < b.id ? -1 : 1));
  const rankOf = new Map(all.map((task, rank) => [task.id, rank]));
  const before = Edges.from(all.length, (rank) =>
    dependencyIds(all[rank] as Task, byId).map((id) => rankOf.get(id) as number),
  );
  const after = before.turned();
  const order = topological(before, after);
  const tasks = Array.from(order, (rank) => all[rank] as Task);
  return {
    tasks,
    indexOf: new Map(tasks.map((task, index) => [task.id, index])),
    dependencies: before.inOrder(order),
    dependents: after.inOrder(order),
    features: byId,
    byProject: positionsByProject(tasks),
  };
}

/** What `link` gives, made from the graph of a moment ago; null where a task or a link came, went or moved. */
export function relink(before: Graph, features: readonly Feature[]): Graph | null {
  if (features.length !== before.features.size) return null;
  const changed: Feature[] = [];
  for (const feature of features) {
    const known = before.features.get(feature.id);
    if (known === undefined || !isLinkedAlike(known, feature)) return null;
    if (known !== feature) changed.push(feature);
  }
  const now = new Map(changed.flatMap(({ tasks }) => tasks.map((task) => [task.id, task])));
  return {
    ...before,
    tasks: now.size === 0 ? before.tasks : before.tasks.map((task) => now.get(task.id) ?? task),
    features: new Map(features.map((feature) => [feature.id, feature])),
  };
}

function isLinkedAlike(a: Feature, b: Feature): boolean {
  if (a === b) return true;
  const isSame = (one: Task, at: number) => {
    const other = b.tasks[at];
    return one.id === other?.id && one.project === other.project && areAlike(one.dependsOn, other.dependsOn);
  };
  return a.tasks.length === b.tasks.length && areAlike(a.dependsOn, b.dependsOn) && a.tasks.every(isSame);
}

function areAlike(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((one, at) => one === b[at]);
}

function positionsByProject(tasks: readonly Task[]): ReadonlyMap<string, readonly number[]> {
  const positions = new Map<string, number[]>();
  for (const [position, { project }] of tasks.entries()) {
    const known = positions.get(project);
    if (known === undefined) positions.set(project, [position]);
    else known.push(position);
  }
  return positions;
}

/** The same tasks in the same order, with what a feature says of its own now. It may not have added or lost any. */
export function withFeature(graph: Graph, feature: Feature): Graph {
  const now = new Map(feature.tasks.map((task) => [task.id, task]));
  const tasks = graph.tasks.map((task) => now.get(task.id) ?? task);
  return {
    ...graph,
    tasks,
    features: new Map(graph.features).set(feature.id, feature),
    byProject: positionsByProject(tasks),
  };
}

/** The task's own dependencies, and all tasks of the features that its feature depends on; each once. */
function dependencyIds(task: Task, features: ReadonlyMap<string, Feature>): readonly TaskId[] {
  const above = features.get(task.feature)?.dependsOn ?? [];
  if (above.length === 0 && task.dependsOn.length < 2) return task.dependsOn;
  const ids = new Set<TaskId>(task.dependsOn);
  for (const name of above) {
    for (const other of features.get(name)?.tasks ?? []) ids.add(other.id);
  }
  return [...ids];
}

/** Kahn's algorithm that always takes the lowest number that is free: a binary heap keeps it O(n log n). */
function topological(before: Edges, after: Edges): Int32Array {
  const open = new Int32Array(before.size);
  const heap: number[] = [];
  for (let rank = 0; rank < open.length; rank++) {
    open[rank] = before.countOf(rank);
    if (open[rank] === 0) push(heap, rank);
  }
  const order = new Int32Array(before.size);
  let placed = 0;
  for (let next = pop(heap); next !== undefined; next = pop(heap)) {
    order[placed++] = next;
    for (const dependent of after.of(next)) {
      const left = (open[dependent] as number) - 1;
      open[dependent] = left;
      if (left === 0) push(heap, dependent);
    }
  }
  if (placed !== order.length) throw new Error("bug: a cycle reached the graph");
  return order;
}

function push(heap: number[], value: number): void {
  let at = heap.push(value) - 1;
  while (at > 0) {
    const parent = (at - 1) >> 1;
    if ((heap[parent] as number) <= value) break;
    heap[at] = heap[parent] as number;
    at = parent;
  }
  heap[at] = value;
}

function pop(heap: number[]): number | undefined {
  const top = heap[0];
  const last = heap.pop();
  if (top === undefined || last === undefined || heap.length === 0) return top;
  let at = 0;
  for (;;) {
    let child = 2 * at + 1;
    if (child >= heap.length) break;
    if (child + 1 < heap.length && (heap[child + 1] as number) < (heap[child] as number)) child++;
    if ((heap[child] as number) >= last) break;
    heap[at] = heap[child] as number;
    at = child;
  }
  heap[at] = last;
  return top;
}

/** Positions of the tasks of these projects, in graph order. */
export function nodesOf({ byProject }: Graph, projects: Iterable<string>): readonly number[] {
  const lists = Array.from(projects, (project) => byProject.get(project) ?? []);
  return lists.length === 1 ? (lists[0] as readonly number[]) : lists.flat().sort((a, b) => a - b);
}

export function tasksOf(graph: Graph, projects: Iterable<string>): readonly Task[] {
  return nodesOf(graph, projects).map((node) => graph.tasks[node] as Task);
}

/** The given positions and all that come after them, in graph order. */
export function withDependents(graph: Graph, start: Iterable<number>): number[] {
  return closure(graph.dependents, start);
}

/** The given positions and all that they need, in graph order. */
export function withDependencies(graph: Graph, start: Iterable<number>): number[] {
  return closure(graph.dependencies, start);
}

function closure(edges: Edges, start: Iterable<number>): number[] {
  const seen = new Set<number>(start);
  const open = [...seen];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    for (const next of edges.of(at)) {
      if (seen.has(next)) continue;
      seen.add(next);
      open.push(next);
    }
  }
  return [...seen].sort((a, b) => a - b);
}
