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
// (drafting, reviewing, rebasing) and gates (inspecting); judging only reads, and its bound keeps memory flat. Of the
// stages that want a slot, those of the project with the highest priority go first, and among them the one with the
// longest way to the end of the graph; ties by graph order, apart from the last drafts, which go before reviews.

import type { Graph } from "./graph.ts";

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
  | { readonly type: "ended"; readonly node: number; readonly next: Next };

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

/** How many stages of a kind run at once, and which nodes want to, best first. */
interface Pool {
  readonly size: number;
  readonly running: number;
  readonly wants: readonly number[];
}

export interface ScheduleState {
  readonly graph: Graph;
  /** Priority of a node's project: the higher goes first. */
  readonly priority: Int32Array;
  /** Longest path from a node to the end, in tasks. */
  readonly height: Int32Array;
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
  /** By project; 0 where it has none. */
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
  const pool = (slots: number): Pool => ({ size: slots, running: 0, wants: [] });
  return {
    graph,
    priority: Int32Array.from(graph.tasks, (task) => limits.priorities.get(task.project) ?? 0),
    height,
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
    pools: {
      judges: { ...state.pools.judges, wants: [...state.pools.judges.wants] },
      agents: { ...state.pools.agents, wants: [...state.pools.agents.wants] },
      gates: { ...state.pools.gates, wants: [...state.pools.gates.wants] },
    },
    stopped: state.stopped,
  };
  if (event.type === "begin") {
    for (let node = 0; node < change.phase.length; node++) {
      if (change.phase[node] === WAITING && change.open[node] === 0) want(state, change, node, "judge");
    }
  } else {
    const stage = STAGES[change.stage[event.node] as number] as Stage;
    change.pools[POOL_OF[stage]].running--;
    enter(state, change, event.node, event.next);
  }
  const starts = fillPools(state, change);
  return [{ ...state, ...change }, starts];
}

/** The one mutable copy that a transition works on. */
interface Change {
  phase: Uint8Array;
  stage: Uint8Array;
  open: Int32Array;
  pools: Record<PoolName, { size: number; running: number; wants: number[] }>;
  stopped: boolean;
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

/** Highest priority first, then longest way, then graph order. */
function want(state: ScheduleState, change: Change, node: number, stage: Stage): void {
  change.phase[node] = WANTS;
  change.stage[node] = STAGES.indexOf(stage);
  const { wants } = change.pools[POOL_OF[stage]];
  let low = 0;
  let high = wants.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const other = wants[middle] as number;
    if ((lead(state, node, other) || other - node) > 0) high = middle;
    else low = middle + 1;
  }
  wants.splice(low, 0, node);
}

/** Positive where a node goes before another, negative where it goes after it, 0 where graph order decides. */
function lead({ priority, height }: ScheduleState, node: number, other: number): number {
  return (
    (priority[node] as number) - (priority[other] as number) ||
    (height[node] as number) - (height[other] as number)
  );
}

function fillPools(state: ScheduleState, change: Change): Start[] {
  const starts: Start[] = [];
  if (change.stopped) return starts;
  for (const name of POOLS) {
    const pool = change.pools[name];
    while (pool.running < pool.size && pool.wants.length > 0) {
      const [node] = pool.wants.splice(firstOf(state, change, name), 1) as [number];
      change.phase[node] = RUNNING;
      pool.running++;
      starts.push({ node, stage: STAGES[change.stage[node] as number] as Stage });
    }
  }
  return starts;
}

/**
 * Where among the wants of a pool the next one is. A task that is drafted is brought to its end before another is begun,
 * so that a build that stops has finished what it can. Only where there are slots for all drafts that still wait, they
 * go before reviews that are otherwise their equals: their own reviews come after them, and slots would stay empty then.
 */
function firstOf(state: ScheduleState, { stage, pools }: Change, name: PoolName): number {
  const { wants, size } = pools[name];
  const best = wants[0] as number;
  const isReview = (node: number) => STAGES[stage[node] as number] === "review";
  if (!isReview(best)) return 0;
  let first = 0;
  let others = 0;
  for (const [index, node] of wants.entries()) {
    if (lead(state, best, node) !== 0) break;
    if (isReview(node)) continue;
    if (others === 0) first = index;
    others++;
    if (others > size) return 0;
  }
  return first;
}
