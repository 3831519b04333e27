// Which task comes before which? The graph of all tasks in one canonical order; it knows nothing of staleness.

import type { TaskId } from "../model/address.ts";
import type { Feature } from "../model/feature.ts";
import type { Task } from "../model/task.ts";

export interface Graph {
  /** Topological: a task stands after all that it depends on; ties by id, so the order is the same everywhere. */
  readonly tasks: readonly Task[];
  readonly indexOf: ReadonlyMap<TaskId, number>;
  /** Positions of direct dependencies and dependents, by position. */
  readonly dependencies: readonly (readonly number[])[];
  readonly dependents: readonly (readonly number[])[];
  readonly features: ReadonlyMap<string, Feature>;
}

/** Links sound specs: every named dependency exists and there is no cycle (spec/sound.ts has seen to it). */
export function link(features: readonly Feature[]): Graph {
  const byId = new Map(features.map((feature) => [feature.id, feature]));
  const all = features.flatMap((feature) => feature.tasks).sort((a, b) => (a.id < b.id ? -1 : 1));
  const indexOf = new Map<TaskId, number>();
  for (const [rank, task] of all.entries()) indexOf.set(task.id, rank);
  const before = all.map((task) => dependencyIds(task, byId).map((id) => indexOf.get(id) as number));
  const after = turned(before);
  const order = topological(before, after);
  const position = new Int32Array(all.length);
  for (const [index, rank] of order.entries()) position[rank] = index;

  const tasks = order.map((rank) => all[rank] as Task);
  for (const [index, task] of tasks.entries()) indexOf.set(task.id, index);
  const placed = (edges: readonly (readonly number[])[]) =>
    order.map((rank) =>
      (edges[rank] as readonly number[]).map((other) => position[other] as number).sort((a, b) => a - b),
    );
  return { tasks, indexOf, dependencies: placed(before), dependents: placed(after), features: byId };
}

/** The same tasks in the same order, with what a feature says of its own now. It may not have added or lost any. */
export function withFeature(graph: Graph, feature: Feature): Graph {
  const now = new Map(feature.tasks.map((task) => [task.id, task]));
  return {
    ...graph,
    tasks: graph.tasks.map((task) => now.get(task.id) ?? task),
    features: new Map(graph.features).set(feature.id, feature),
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

function turned(edges: readonly (readonly number[])[]): readonly (readonly number[])[] {
  const back: number[][] = edges.map(() => []);
  for (const [from, list] of edges.entries()) for (const to of list) (back[to] as number[]).push(from);
  return back;
}

/** Kahn's algorithm that always takes the lowest number that is free: a binary heap keeps it O(n log n). */
function topological(
  before: readonly (readonly number[])[],
  after: readonly (readonly number[])[],
): readonly number[] {
  const open = before.map((list) => list.length);
  const heap: number[] = [];
  for (const [index, count] of open.entries()) if (count === 0) push(heap, index);
  const order: number[] = [];
  for (let next = pop(heap); next !== undefined; next = pop(heap)) {
    order.push(next);
    for (const dependent of after[next] as readonly number[]) {
      const left = (open[dependent] as number) - 1;
      open[dependent] = left;
      if (left === 0) push(heap, dependent);
    }
  }
  if (order.length !== before.length) throw new Error("bug: a cycle reached the graph");
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

/** The given positions and all that come after them, in graph order. */
export function withDependents(graph: Graph, start: Iterable<number>): number[] {
  return closure(graph.dependents, start);
}

/** The given positions and all that they need, in graph order. */
export function withDependencies(graph: Graph, start: Iterable<number>): number[] {
  return closure(graph.dependencies, start);
}

function closure(edges: readonly (readonly number[])[], start: Iterable<number>): number[] {
  const seen = new Set<number>(start);
  const open = [...seen];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    for (const next of edges[at] ?? []) {
      if (seen.has(next)) continue;
      seen.add(next);
      open.push(next);
    }
  }
  return [...seen].sort((a, b) => a - b);
}
