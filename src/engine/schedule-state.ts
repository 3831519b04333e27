// What does the schedule know at one moment? Where every node stands, and who wants which slots. It decides nothing.

import { weightOf } from "./fair-share.ts";
import type { Graph } from "./graph.ts";
import { type NodeNumbers, numberAt, numbersOf } from "./node-numbers.ts";
import { emptyPool, type Pool, type Ranks } from "./pool.ts";

export type Stage = "judge" | "prepare" | "draft" | "inspect" | "review" | "rewrite";

export type PoolName = "judges" | "agents" | "gates";

export const WAITING = 0;
export const WANTS = 1;
export const RUNNING = 2;
export const DONE = 3;
export const FAILED = 4;
export const BLOCKED = 5;

export const STAGES: readonly Stage[] = ["judge", "draft", "inspect", "review", "rewrite", "prepare"];

/** Null where a stage takes no slot. */
export const POOL_OF: Readonly<Record<Stage, PoolName | null>> = {
  judge: "judges",
  prepare: null,
  draft: "agents",
  inspect: "gates",
  review: "agents",
  rewrite: "agents",
};

export interface ScheduleState {
  readonly graph: Graph;
  readonly ranks: Ranks;
  readonly phase: NodeNumbers;
  /** The stage that a node wants or runs. */
  readonly stage: NodeNumbers;
  /** How many dependencies are not done. */
  readonly open: NodeNumbers;
  readonly pools: Readonly<Record<PoolName, Pool>>;
  /** Nodes that are being judged. */
  readonly judging: readonly number[];
  /** Those of them whose judging began with the build: until they are through, their projects have their turns kept. */
  readonly first: readonly number[];
  /** Until when an agent that is free waits for what is being judged, in milliseconds since the build began. */
  readonly waitsUntil: number | null;
  /** After a failure, start nothing new (`--fail-fast`). */
  readonly failFast: boolean;
  readonly stopped: boolean;
}

export interface Limits {
  readonly agents: number;
  readonly gates: number;
  readonly failFast: boolean;
  /** By project; 1 where it has none. */
  readonly priorities: ReadonlyMap<string, number>;
}

const JUDGES = 32;

/** `settled` holds the positions that are known to need nothing. */
export function initialState(graph: Graph, settled: ReadonlySet<number>, limits: Limits): ScheduleState {
  const size = graph.tasks.length;
  const openOf = (node: number) => {
    let open = 0;
    for (const dependency of graph.dependencies.of(node)) if (!settled.has(dependency)) open++;
    return open;
  };
  const numbers = new Map<string, number>();
  for (const { project } of graph.tasks) if (!numbers.has(project)) numbers.set(project, numbers.size);
  const pool = (slots: number) => emptyPool(slots, numbers.size);
  return {
    graph,
    ranks: {
      project: Int32Array.from(graph.tasks, (task) => numbers.get(task.project) as number),
      weights: Float64Array.from(numbers.keys(), (project) => weightOf(limits.priorities.get(project))),
      height: heightsOf(graph),
    },
    phase: numbersOf(size, (node) => (settled.has(node) ? DONE : WAITING)),
    stage: numbersOf(size, () => 0),
    open: numbersOf(size, openOf),
    pools: { judges: pool(JUDGES), agents: pool(limits.agents), gates: pool(limits.gates) },
    judging: [],
    first: [],
    waitsUntil: null,
    failFast: limits.failFast,
    stopped: false,
  };
}

/** By node: the longest path from it to the end, in tasks. */
export function heightsOf({ tasks, dependents }: Graph): Int32Array {
  const height = new Int32Array(tasks.length);
  for (let node = tasks.length - 1; node >= 0; node--) {
    for (const dependent of dependents.of(node)) {
      height[node] = Math.max(height[node] as number, (height[dependent] as number) + 1);
    }
  }
  return height;
}

/** Nodes that never ended because something that they need failed, or because the build was stopped. */
export function blockedNodes({ graph, phase }: ScheduleState): number[] {
  return [...graph.tasks.keys()].filter((node) => {
    const at = numberAt(phase, node);
    return at === BLOCKED || at < DONE;
  });
}

export function failedNodes({ graph, phase }: ScheduleState): number[] {
  return [...graph.tasks.keys()].filter((node) => numberAt(phase, node) === FAILED);
}
