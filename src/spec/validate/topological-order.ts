// Which task comes before which? A graph over all tasks, with one gate for the start and one for the end of each
// feature, so that a feature that depends on another costs one edge and not one for each pair of tasks.

import type { TaskId } from "../../model/address.ts";
import type { Feature } from "../../model/feature.ts";
import type { Task } from "../../model/task.ts";

export class TopologicalOrder {
  private readonly names: (TaskId | null)[] = [];
  private readonly features: string[] = [];
  /** Edges as pairs: a node, and one that comes before it. */
  private readonly edges: number[] = [];
  private readonly before: Adjacency;
  private readonly nodes = new Map<TaskId, number>();
  /** Longest chain below each node; -1 for nodes on a cycle or above one. */
  private readonly ranks: Int32Array;

  /** Dependencies that name nothing are left out; they have findings of their own. */
  constructor(features: readonly Feature[]) {
    const ends = new Map<string, number>();
    const starts = new Map<string, number>();
    for (const feature of features) {
      const start = this.add(null, feature.id);
      const end = this.add(null, feature.id);
      starts.set(feature.id, start);
      ends.set(feature.id, end);
      this.link(end, start);
      for (const task of feature.tasks) {
        const node = this.add(task.id, feature.id);
        this.nodes.set(task.id, node);
        this.link(node, start);
        this.link(end, node);
      }
    }
    for (const feature of features) {
      for (const other of feature.dependsOn) this.link(starts.get(feature.id), ends.get(other));
      for (const task of feature.tasks) {
        for (const other of task.dependsOn) this.link(this.nodes.get(task.id), this.nodes.get(other));
      }
    }
    this.before = new Adjacency(this.names.length, this.edges, 0);
    this.ranks = this.ranked();
  }

  private add(name: TaskId | null, feature: string): number {
    this.features.push(feature);
    return this.names.push(name) - 1;
  }

  private link(node: number | undefined, earlier: number | undefined): void {
    if (node !== undefined && earlier !== undefined) this.edges.push(node, earlier);
  }

  /** Takes away, again and again, what waits for nothing. What is left lies on a cycle or above one. */
  private ranked(): Int32Array {
    const size = this.names.length;
    const after = new Adjacency(size, this.edges, 1);
    const waiting = new Int32Array(size);
    const ranks = new Int32Array(size).fill(-1);
    const longest = new Int32Array(size);
    const ready: number[] = [];
    for (let node = 0; node < size; node++) {
      waiting[node] = this.before.of(node).length;
      if (waiting[node] === 0) ready.push(node);
    }
    for (let next = ready.pop(); next !== undefined; next = ready.pop()) {
      const rank = longest[next] ?? 0;
      ranks[next] = rank;
      for (const node of after.of(next)) {
        longest[node] = Math.max(longest[node] ?? 0, rank + 1);
        const left = (waiting[node] ?? 0) - 1;
        waiting[node] = left;
        if (left === 0) ready.push(node);
      }
    }
    return ranks;
  }

  /** Null where the task lies on a cycle or above one. */
  rankOf(task: Task): number | null {
    const rank = this.ranks[this.nodes.get(task.id) ?? -1] ?? -1;
    return rank < 0 ? null : rank;
  }

  /** True when `earlier` is done before `later` may start. Both must have ranks. */
  comesBefore(earlier: Task, later: Task): boolean {
    const goal = this.nodes.get(earlier.id) ?? -1;
    const floor = this.ranks[goal] ?? 0;
    const seen = new Set<number>();
    const open = [this.nodes.get(later.id) ?? -1];
    for (let node = open.pop(); node !== undefined; node = open.pop()) {
      for (const next of this.before.of(node)) {
        if (next === goal) return true;
        // Whatever ranks no higher than the goal cannot come after it.
        if ((this.ranks[next] ?? -1) <= floor || seen.has(next)) continue;
        seen.add(next);
        open.push(next);
      }
    }
    return false;
  }

  /**
   * Cycles that share no task, each as the addresses along it in the direction of `depends_on`, the first repeated at
   * the end. Features stand for themselves where a cycle runs through features alone.
   */
  cycles(): string[][] {
    const cycles: string[][] = [];
    const done = new Uint8Array(this.names.length);
    for (let start = 0; start < this.names.length; start++) {
      if (done[start] === 0 && (this.ranks[start] ?? 0) < 0) cycles.push(...this.cyclesFrom(start, done));
    }
    return cycles;
  }

  /** Depth first with its own stack: chains may be longer than the call stack is deep. */
  private cyclesFrom(start: number, done: Uint8Array): string[][] {
    const cycles: string[][] = [];
    const path: { node: number; next: number }[] = [{ node: start, next: 0 }];
    const position = new Map([[start, 0]]);
    const used = new Set<number>();
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const next = this.before.of(top.node)[top.next++];
      if (next === undefined) {
        done[top.node] = 1;
        position.delete(top.node);
        path.pop();
      } else if (position.has(next)) {
        const cycle = path.slice(position.get(next)).map((step) => step.node);
        if (!cycle.some((node) => used.has(node))) cycles.push(this.named(cycle));
        for (const node of cycle) used.add(node);
      } else if (done[next] === 0 && (this.ranks[next] ?? 0) < 0) {
        position.set(next, path.length);
        path.push({ node: next, next: 0 });
      }
    }
    return cycles;
  }

  private named(cycle: readonly number[]): string[] {
    // A cycle may be entered anywhere; told from its first node it reads the same every time.
    const first = cycle.indexOf(Math.min(...cycle.filter((node) => this.names[node] !== null), Infinity));
    const turned = first < 0 ? cycle : [...cycle.slice(first), ...cycle.slice(0, first)];
    const tasks = turned.flatMap((node) => this.names[node] ?? []);
    const names: string[] = tasks.length > 0 ? tasks : turned.map((node) => this.features[node] ?? "");
    const steps = names.filter((name, index) => index === 0 || name !== names[index - 1]);
    // The start and the end of one feature are two nodes with one name.
    if (steps.length > 1 && steps.at(-1) === steps[0]) return steps;
    return [...steps, steps[0] ?? ""];
  }
}

/** The neighbours of every node in one flat array, because a list per node costs more than the work on it. */
class Adjacency {
  private readonly offsets: Int32Array;
  private readonly neighbours: Int32Array;

  /** `side` 0 leads from the first node of each pair to the second, 1 the other way. */
  constructor(size: number, edges: readonly number[], side: 0 | 1) {
    const offsets = new Int32Array(size + 1);
    for (let at = side; at < edges.length; at += 2) {
      const node = edges[at] ?? 0;
      offsets[node + 1] = (offsets[node + 1] ?? 0) + 1;
    }
    for (let node = 0; node < size; node++)
      offsets[node + 1] = (offsets[node + 1] ?? 0) + (offsets[node] ?? 0);
    const filled = offsets.slice();
    this.neighbours = new Int32Array(edges.length / 2);
    for (let at = side; at < edges.length; at += 2) {
      const node = edges[at] ?? 0;
      const slot = filled[node] ?? 0;
      filled[node] = slot + 1;
      this.neighbours[slot] = edges[at + 1 - 2 * side] ?? 0;
    }
    this.offsets = offsets;
  }

  of(node: number): Int32Array {
    return this.neighbours.subarray(this.offsets[node] ?? 0, this.offsets[node + 1] ?? 0);
  }
}
