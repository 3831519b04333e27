// What starts next? A pure reducer: `next(state, event)` gives the new state and the stages that may start now.
//
//            dependencies done          draft                  inspect                    review
//   waiting ──────────────────► judging ──────────► drafting ───────────────► inspecting ──────────► reviewing
//      │                         │  │  └──────────────┬─▲──── inspect ─────────────▲ │ │                │  │
//      │ a dependency failed     │  │ settled         │ └────── draft: the next ─────┘ │ settled        │  │
//      ▼                         │  ▼                 │         attempt               ▼                │  ▼
//   blocked                      │ done               └─── rebase ──► rebasing ◄─ rebase ──────────────┘ done
//                                └─────────────────────────────────────┘ draft: a better task, started clean
//
// Every stage may also end in `failed`, which blocks all that comes after. Two pools bound what runs at once: agents
// (drafting, reviewing, rebasing) and gates (inspecting); judging only reads, and its bound keeps memory flat. Projects
// that want slots of a pool share its time by their weights (fair-share.ts). Within a project the stage with the longest
// way to the end of the graph goes first; ties by graph order, apart from the last drafts, which go before reviews.

import { weightOf } from "./fair-share.ts";
import type { Graph } from "./graph.ts";
import {
  addWant,
  closePool,
  emptyPool,
  endOne,
  goesBefore,
  type OpenPool,
  openPool,
  type Pool,
  type Ranks,
  takeWant,
} from "./pool.ts";

export type Stage = "judge" | "draft" | "inspect" | "review" | "rebase";

export type PoolName = "judges" | "agents" | "gates";

export interface Start {
  readonly node: number;
  readonly stage: Stage;
}

/** What comes next for a node whose stage has ended. */
export type Next = "draft" | "inspect" | "review" | "rebase" | "settled" | "failed" | "withdrawn";

export type ScheduleEvent =
  | { readonly type: "begin" }
  | {
      readonly type: "ended";
      readonly node: number;
      readonly next: Next;
      /** Milliseconds since the build began. */
      readonly at: number;
    };

const WAITING = 0;
const WANTS = 1;
const RUNNING = 2;
const DONE = 3;
const FAILED = 4;
const BLOCKED = 5;

const STAGES: readonly Stage[] = ["judge", "draft", "inspect", "review", "rebase"];

export const POOL_OF: Readonly<Record<Stage, PoolName>> = {
  judge: "judges",
  draft: "agents",
  inspect: "gates",
  review: "agents",
  rebase: "agents",
};

const POOLS: readonly PoolName[] = ["judges", "agents", "gates"];

export interface ScheduleState {
  readonly graph: Graph;
  readonly ranks: Ranks;
  readonly phase: Uint8Array;
  /** The stage that a node wants or runs. */
  readonly stage: Uint8Array;
  /** How many dependencies are not done. */
  readonly open: Int32Array;
  readonly pools: Readonly<Record<PoolName, Pool>>;
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
  const phase = new Uint8Array(size);
  const open = new Int32Array(size);
  const height = new Int32Array(size);
  for (let node = size - 1; node >= 0; node--) {
    for (const dependent of graph.dependents.of(node)) {
      height[node] = Math.max(height[node] as number, (height[dependent] as number) + 1);
    }
  }
  for (let node = 0; node < size; node++) {
    if (settled.has(node)) phase[node] = DONE;
    for (const dependency of graph.dependencies.of(node)) {
      if (!settled.has(dependency)) open[node] = (open[node] as number) + 1;
    }
  }
  const numbers = new Map<string, number>();
  for (const { project } of graph.tasks) if (!numbers.has(project)) numbers.set(project, numbers.size);
  const pool = (slots: number) => emptyPool(slots, numbers.size);
  return {
    graph,
    ranks: {
      project: Int32Array.from(graph.tasks, (task) => numbers.get(task.project) as number),
      weights: Float64Array.from(numbers.keys(), (project) => weightOf(limits.priorities.get(project))),
      height,
    },
    phase,
    stage: new Uint8Array(size),
    open,
    pools: { judges: pool(JUDGES), agents: pool(limits.agents), gates: pool(limits.gates) },
    failFast: limits.failFast,
    stopped: false,
  };
}

/** Nodes that never ended because something that they need failed, or because the build was stopped. */
export function blockedNodes(state: ScheduleState): number[] {
  return [...state.phase.keys()].filter((node) => {
    const phase = state.phase[node] as number;
    return phase === BLOCKED || phase < DONE;
  });
}

export function failedNodes(state: ScheduleState): number[] {
  return [...state.phase.keys()].filter((node) => state.phase[node] === FAILED);
}

export function next(state: ScheduleState, event: ScheduleEvent): readonly [ScheduleState, readonly Start[]] {
  const change: Change = {
    phase: state.phase.slice(),
    stage: state.stage.slice(),
    open: state.open.slice(),
    pools: new Map(),
    at: event.type === "begin" ? 0 : event.at,
    stopped: state.stopped,
  };
  if (event.type === "begin") {
    for (let node = 0; node < change.phase.length; node++) {
      if (change.phase[node] === WAITING && change.open[node] === 0) want(state, change, node, "judge");
    }
  } else {
    const stage = STAGES[change.stage[event.node] as number] as Stage;
    endOne(poolIn(state, change, POOL_OF[stage]), state.ranks, event.node);
    enter(state, change, event.node, event.next);
  }
  const starts = fillPools(state, change);
  const { phase, stage, open, stopped } = change;
  const pools = { ...state.pools };
  for (const [name, pool] of change.pools) pools[name] = closePool(pool);
  return [{ ...state, phase, stage, open, stopped, pools }, starts];
}

/** The one mutable copy that a transition works on. */
interface Change {
  phase: Uint8Array;
  stage: Uint8Array;
  open: Int32Array;
  /** The pools that it has touched: no other can have a free slot and a stage that wants it. */
  pools: Map<PoolName, OpenPool>;
  /** Milliseconds since the build began. */
  at: number;
  stopped: boolean;
}

function poolIn(state: ScheduleState, { pools, at }: Change, name: PoolName): OpenPool {
  const pool = pools.get(name) ?? openPool(state.pools[name], at);
  pools.set(name, pool);
  return pool;
}

function enter(state: ScheduleState, change: Change, node: number, then: Next): void {
  switch (then) {
    case "draft":
    case "inspect":
    case "review":
    case "rebase":
      want(state, change, node, then);
      return;
    case "settled":
      change.phase[node] = DONE;
      for (const dependent of state.graph.dependents.of(node)) {
        change.open[dependent] = (change.open[dependent] as number) - 1;
        if (change.open[dependent] === 0 && change.phase[dependent] === WAITING) {
          want(state, change, dependent, "judge");
        }
      }
      return;
    // Nothing went wrong, but what comes after it cannot go on either.
    case "withdrawn":
    case "failed":
      change.phase[node] = FAILED;
      if (state.failFast && then === "failed") change.stopped = true;
      block(state.graph, change, node);
      return;
  }
}

function block(graph: Graph, change: Change, failed: number): void {
  const open = [failed];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    for (const dependent of graph.dependents.of(at)) {
      if (change.phase[dependent] !== WAITING) continue;
      change.phase[dependent] = BLOCKED;
      open.push(dependent);
    }
  }
}

function want(state: ScheduleState, change: Change, node: number, stage: Stage): void {
  change.phase[node] = WANTS;
  change.stage[node] = STAGES.indexOf(stage);
  addWant(poolIn(state, change, POOL_OF[stage]), state.ranks, node);
}

function fillPools(state: ScheduleState, change: Change): Start[] {
  const starts: Start[] = [];
  if (change.stopped) return starts;
  for (const name of POOLS) {
    const pool = change.pools.get(name);
    while (pool !== undefined && pool.running < pool.size) {
      const node = takeWant(pool, state.ranks, (wants) => firstOf(state, change.stage, wants));
      if (node === null) break;
      change.phase[node] = RUNNING;
      starts.push({ node, stage: STAGES[change.stage[node] as number] as Stage });
    }
  }
  return starts;
}

/**
 * Where among a project's wants the next one is. A task that is drafted is brought to its end before another is begun,
 * so that a build that stops has finished what it can. Only where there are slots for all drafts that still wait, they
 * go before reviews that are otherwise their equals: their own reviews come after them, and slots would stay empty then.
 */
function firstOf({ ranks, pools }: ScheduleState, stage: Uint8Array, wants: readonly number[]): number {
  const best = wants[0] as number;
  const isReview = (node: number) => STAGES[stage[node] as number] === "review";
  if (!isReview(best)) return 0;
  let first = 0;
  let others = 0;
  for (const [index, node] of wants.entries()) {
    if (goesBefore(ranks, best, node) !== 0) break;
    if (isReview(node)) continue;
    if (others === 0) first = index;
    others++;
    if (others > pools.agents.size) return 0;
  }
  return first;
}
