// What starts next? A pure reducer: `next(state, event)` gives the new state and the stages that may start now.
//
//            dependencies done            judged: draft           drafted
//   waiting ───────────────────► judging ───────────────► wants agent ──► drafting ──► wants gates ──► inspecting
//      │                            │  └──────── judged: inspect ───────────────────────────▲  │           │ │
//      │ a dependency failed        │ judged: settled                 inspected: again         │           │ │
//      ▼                            ▼                            ◄─────────────────────────────┼───────────┘ │
//   blocked                       done ◄───────────────────────── inspected: accepted ─────────┴─────────────┘
//
// Two pools bound what runs at once: agents (drafting) and gates (inspecting). Judging is free. Of the stages that
// want a slot, the one with the longest way to the end of the graph goes first; ties by graph order.

import type { Graph } from "./graph.ts";

export type Stage = "judge" | "draft" | "inspect";

export interface Start {
  readonly node: number;
  readonly stage: Stage;
}

export type ScheduleEvent =
  | { readonly type: "begin" }
  | {
      readonly type: "judged";
      readonly node: number;
      readonly next: "settled" | "draft" | "inspect" | "failed";
    }
  | { readonly type: "drafted"; readonly node: number; readonly next: "inspect" | "again" | "failed" }
  | { readonly type: "inspected"; readonly node: number; readonly next: "settled" | "again" | "failed" };

const WAITING = 0;
const JUDGING = 1;
const WANTS_AGENT = 2;
const DRAFTING = 3;
const WANTS_GATES = 4;
const INSPECTING = 5;
const DONE = 6;
const FAILED = 7;
const BLOCKED = 8;

export interface ScheduleState {
  readonly graph: Graph;
  /** Longest path from a node to the end, in tasks. */
  readonly height: Int32Array;
  readonly phase: Uint8Array;
  /** How many dependencies are not done. */
  readonly open: Int32Array;
  readonly wantsAgent: readonly number[];
  readonly wantsGates: readonly number[];
  readonly drafting: number;
  readonly inspecting: number;
  readonly agents: number;
  readonly gates: number;
  /** After a failure, start nothing new (`--fail-fast`). */
  readonly failFast: boolean;
  readonly stopped: boolean;
}

export interface Pools {
  readonly agents: number;
  readonly gates: number;
  readonly failFast: boolean;
}

/** `settled` holds the positions that are known to need nothing. */
export function initialState(graph: Graph, settled: ReadonlySet<number>, pools: Pools): ScheduleState {
  const size = graph.tasks.length;
  const phase = new Uint8Array(size);
  const open = new Int32Array(size);
  const height = new Int32Array(size);
  for (let node = size - 1; node >= 0; node--) {
    for (const dependent of graph.dependents[node] ?? []) {
      height[node] = Math.max(height[node] as number, (height[dependent] as number) + 1);
    }
  }
  for (let node = 0; node < size; node++) {
    if (settled.has(node)) phase[node] = DONE;
    for (const dependency of graph.dependencies[node] ?? []) {
      if (!settled.has(dependency)) open[node] = (open[node] as number) + 1;
    }
  }
  return {
    graph,
    height,
    phase,
    open,
    wantsAgent: [],
    wantsGates: [],
    drafting: 0,
    inspecting: 0,
    ...pools,
    stopped: false,
  };
}

/** Nodes that can never start because something that they need failed, or was stopped. */
export function blockedNodes(state: ScheduleState): number[] {
  const nodes: number[] = [];
  for (const [node, phase] of state.phase.entries()) {
    if (phase === BLOCKED || (state.stopped && phase < DONE)) nodes.push(node);
  }
  return nodes;
}

export function next(state: ScheduleState, event: ScheduleEvent): readonly [ScheduleState, readonly Start[]] {
  const draft: Draft = {
    phase: state.phase.slice(),
    open: state.open.slice(),
    wantsAgent: [...state.wantsAgent],
    wantsGates: [...state.wantsGates],
    drafting: state.drafting,
    inspecting: state.inspecting,
    stopped: state.stopped,
    starts: [],
  };
  if (event.type === "begin") {
    for (let node = 0; node < draft.phase.length; node++) {
      if (draft.phase[node] === WAITING && draft.open[node] === 0) startJudging(draft, node);
    }
  } else {
    leave(draft, event.node);
    enter(state, draft, event);
  }
  fillPools(state, draft);
  const { starts, ...rest } = draft;
  return [{ ...state, ...rest }, starts];
}

/** The one mutable copy that a transition works on. */
interface Draft {
  phase: Uint8Array;
  open: Int32Array;
  wantsAgent: number[];
  wantsGates: number[];
  drafting: number;
  inspecting: number;
  stopped: boolean;
  starts: Start[];
}

function leave(draft: Draft, node: number): void {
  if (draft.phase[node] === DRAFTING) draft.drafting--;
  if (draft.phase[node] === INSPECTING) draft.inspecting--;
}

function enter(state: ScheduleState, draft: Draft, event: Exclude<ScheduleEvent, { type: "begin" }>): void {
  const { node } = event;
  switch (event.next) {
    case "draft":
    case "again":
      draft.phase[node] = WANTS_AGENT;
      insert(draft.wantsAgent, node, state.height);
      return;
    case "inspect":
      draft.phase[node] = WANTS_GATES;
      insert(draft.wantsGates, node, state.height);
      return;
    case "settled":
      draft.phase[node] = DONE;
      for (const dependent of state.graph.dependents[node] ?? []) {
        draft.open[dependent] = (draft.open[dependent] as number) - 1;
        if (draft.open[dependent] === 0 && draft.phase[dependent] === WAITING) startJudging(draft, dependent);
      }
      return;
    case "failed":
      draft.phase[node] = FAILED;
      if (state.failFast) draft.stopped = true;
      block(state.graph, draft, node);
      return;
  }
}

function block(graph: Graph, draft: Draft, failed: number): void {
  const open = [failed];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    for (const dependent of graph.dependents[at] ?? []) {
      if (draft.phase[dependent] !== WAITING) continue;
      draft.phase[dependent] = BLOCKED;
      open.push(dependent);
    }
  }
}

function startJudging(draft: Draft, node: number): void {
  if (draft.stopped) return;
  draft.phase[node] = JUDGING;
  draft.starts.push({ node, stage: "judge" });
}

function fillPools(state: ScheduleState, draft: Draft): void {
  if (draft.stopped) return;
  while (draft.drafting < state.agents && draft.wantsAgent.length > 0) {
    const node = draft.wantsAgent.shift() as number;
    draft.phase[node] = DRAFTING;
    draft.drafting++;
    draft.starts.push({ node, stage: "draft" });
  }
  while (draft.inspecting < state.gates && draft.wantsGates.length > 0) {
    const node = draft.wantsGates.shift() as number;
    draft.phase[node] = INSPECTING;
    draft.inspecting++;
    draft.starts.push({ node, stage: "inspect" });
  }
}

/** Longest way first, then graph order. */
function insert(queue: number[], node: number, height: Int32Array): void {
  const goesBefore = (other: number) =>
    (height[node] as number) > (height[other] as number) || (height[node] === height[other] && node < other);
  let low = 0;
  let high = queue.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (goesBefore(queue[middle] as number)) high = middle;
    else low = middle + 1;
  }
  queue.splice(low, 0, node);
}
