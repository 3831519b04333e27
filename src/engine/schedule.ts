// What starts next? A pure reducer: `next(state, event)` gives the new state and the stages that may start now.
//
//            dependencies done          draft                  inspect                    review
//   waiting ──────────────────► judging ──────────► drafting ───────────────► inspecting ──────────► reviewing
//      │                         │  │  └──────────────┬─▲──── inspect ─────────────▲ │ │                │  │
//      │ a dependency failed     │  │ settled         │ └────── draft: the next ─────┘ │ settled        │  │
//      ▼                         │  ▼                 │         attempt               ▼                │  ▼
//   blocked                      │ done               └─── rewrite ─► rewriting ◄ rewrite ──────────────┘ done
//                                └─────────────────────────────────────┘ draft: a better task, started clean
//
// From judging a task may go through `preparing`, where its project is cloned, set up or tried, and from there on.
// A task that is made of others may send some of them back: they are judged again, and it waits for them again.
// Every stage may also end in `failed`, which blocks all that comes after. Two pools bound what runs at once: agents
// (drafting, reviewing, rewriting) and gates (inspecting); judging only reads, and its bound keeps memory flat. Preparing
// has no bound, for it waits for its project, and no other project shall wait with it. Projects that want slots of a
// pool share its time by their weights (fair-share.ts). Within a project the stage with the longest way to the end of
// the graph goes first; ties by graph order, apart from the last drafts, which go before reviews.
//
// Judging is short, and a draft is long. So an agent waits a moment, rather than being taken by what was judged first,
// where a task that goes before is still being judged: of the same project, or when the build begins of another one.

import { type Graph, withDependents } from "./graph.ts";
import { OpenNumbers } from "./node-numbers.ts";
import {
  addWant,
  closePool,
  endOne,
  expectNoLonger,
  expectWant,
  goesBefore,
  type OpenPool,
  openPool,
  type Ranks,
  takeWant,
  turnIn,
} from "./pool.ts";
import {
  BLOCKED,
  DONE,
  FAILED,
  POOL_OF,
  type PoolName,
  RUNNING,
  type ScheduleState,
  STAGES,
  type Stage,
  WAITING,
  WANTS,
} from "./schedule-state.ts";

export interface Start {
  readonly node: number;
  readonly stage: Stage;
}

/** What comes next for a node whose stage has ended. */
export type Next =
  | "judge"
  | "prepare"
  | "draft"
  | "inspect"
  | "review"
  | "rewrite"
  | "settled"
  | "reopen"
  | "failed"
  | "withdrawn";

export type ScheduleEvent =
  | { readonly type: "begin" }
  /** Time has passed: due at `waitsUntil` of the state. */
  | { readonly type: "tick"; readonly at: number }
  | {
      readonly type: "ended";
      readonly node: number;
      readonly next: Next;
      /** What has to be done again before this node, where `next` is `reopen`. */
      readonly nodes?: readonly number[];
      /** Milliseconds since the build began. */
      readonly at: number;
    };

const POOLS: readonly PoolName[] = ["judges", "agents", "gates"];

/** The longest that an agent waits for what is being judged, in milliseconds. */
const PATIENCE = 500;

export function next(state: ScheduleState, event: ScheduleEvent): readonly [ScheduleState, readonly Start[]] {
  const { pools, judging, first, waitsUntil, stopped } = state;
  const change: Change = {
    phase: new OpenNumbers(state.phase),
    stage: new OpenNumbers(state.stage),
    open: new OpenNumbers(state.open),
    ...{ pools: new Map(), starts: [], judging, first, waitsUntil, stopped },
    at: event.type === "begin" ? 0 : event.at,
  };
  if (event.type === "begin") begin(state, change);
  else if (event.type === "ended" && event.next === "reopen") reopen(state, change, event);
  else if (event.type === "ended") end(state, change, event.node, event.next);
  // An agent that waits may go on with whatever this has changed.
  if (waitsUntil !== null) poolIn(state, change, "agents");
  fillPools(state, change);
  if (event.type === "begin") change.first = change.judging;
  const closed = { ...pools };
  for (const [name, pool] of change.pools) closed[name] = closePool(pool);
  const { starts, at: _, phase, stage, open, ...changed } = change;
  const numbers = { phase: phase.close(), stage: stage.close(), open: open.close() };
  return [{ ...state, ...changed, ...numbers, pools: closed }, starts];
}

/** The one mutable copy that a transition works on. */
interface Change {
  phase: OpenNumbers;
  stage: OpenNumbers;
  open: OpenNumbers;
  /** The pools that it has touched: no other can have a free slot and a stage that wants it. */
  pools: Map<PoolName, OpenPool>;
  starts: Start[];
  judging: readonly number[];
  first: readonly number[];
  waitsUntil: number | null;
  /** Milliseconds since the build began. */
  at: number;
  stopped: boolean;
}

function begin(state: ScheduleState, change: Change): void {
  const { project: projectOf } = state.ranks;
  const agents = poolIn(state, change, "agents");
  for (let node = 0; node < state.graph.tasks.length; node++) {
    if (change.phase.of(node) !== WAITING || change.open.of(node) !== 0) continue;
    const project = projectOf[node] as number;
    if (!agents.expected.has(project)) expectWant(agents, state.ranks, project);
    want(state, change, node, "judge");
  }
}

function end(state: ScheduleState, change: Change, node: number, then: Next): void {
  const stage = release(state, change, node);
  enter(state, change, node, then);
  if (stage === "judge") judged(state, change, node);
}

/**
 * The node waits anew, for tasks below it that were done and are not good enough, and for all that was done on top of them.
 * Nobody but the node builds on these, so nobody else is at work on what they made.
 */
function reopen(
  state: ScheduleState,
  change: Change,
  { node, nodes = [] }: Extract<ScheduleEvent, { type: "ended" }>,
): void {
  const stage = release(state, change, node);
  change.phase.set(node, WAITING);
  const again = withDependents(state.graph, nodes).filter((at) => change.phase.of(at) === DONE);
  for (const at of again) {
    change.phase.set(at, WAITING);
    for (const dependent of state.graph.dependents.of(at)) {
      change.open.set(dependent, change.open.of(dependent) + 1);
    }
  }
  for (const at of again) if (change.open.of(at) === 0) want(state, change, at, "judge");
  if (stage === "judge") judged(state, change, node);
}

function release(state: ScheduleState, change: Change, node: number): Stage {
  const stage = STAGES[change.stage.of(node)] as Stage;
  const name = POOL_OF[stage];
  if (name !== null) endOne(poolIn(state, change, name), state.ranks, node);
  return stage;
}

function judged(state: ScheduleState, change: Change, node: number): void {
  const { ranks, pools } = state;
  change.judging = change.judging.filter((other) => other !== node);
  change.first = change.first.filter((other) => other !== node);
  const project = ranks.project[node] as number;
  const isExpected = pools.agents.expected.has(project);
  if (isExpected && change.first.every((other) => ranks.project[other] !== project))
    expectNoLonger(poolIn(state, change, "agents"), ranks, project);
}

function poolIn(state: ScheduleState, { pools, at }: Change, name: PoolName): OpenPool {
  const pool = pools.get(name) ?? openPool(state.pools[name], at);
  pools.set(name, pool);
  return pool;
}

function enter(state: ScheduleState, change: Change, node: number, then: Next): void {
  switch (then) {
    case "judge":
    case "prepare":
    case "draft":
    case "inspect":
    case "review":
    case "rewrite":
      want(state, change, node, then);
      return;
    case "settled":
      change.phase.set(node, DONE);
      for (const dependent of state.graph.dependents.of(node)) {
        change.open.set(dependent, change.open.of(dependent) - 1);
        if (change.open.of(dependent) === 0 && change.phase.of(dependent) === WAITING) {
          want(state, change, dependent, "judge");
        }
      }
      return;
    case "reopen":
      return;
    // Nothing went wrong, but what comes after it cannot go on either.
    case "withdrawn":
    case "failed":
      change.phase.set(node, FAILED);
      if (state.failFast && then === "failed") change.stopped = true;
      block(state.graph, change, node);
      return;
  }
}

function block(graph: Graph, change: Change, failed: number): void {
  const open = [failed];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    for (const dependent of graph.dependents.of(at)) {
      if (change.phase.of(dependent) !== WAITING) continue;
      change.phase.set(dependent, BLOCKED);
      open.push(dependent);
    }
  }
}

function want(state: ScheduleState, change: Change, node: number, stage: Stage): void {
  change.phase.set(node, WANTS);
  change.stage.set(node, STAGES.indexOf(stage));
  const name = POOL_OF[stage];
  if (name !== null) addWant(poolIn(state, change, name), state.ranks, node);
  else if (!change.stopped) start(change, node);
}

function start(change: Change, node: number): void {
  const stage = STAGES[change.stage.of(node)] as Stage;
  change.phase.set(node, RUNNING);
  change.starts.push({ node, stage });
  if (stage === "judge") change.judging = [...change.judging, node];
}

function fillPools(state: ScheduleState, change: Change): void {
  const { waitsUntil } = change;
  change.waitsUntil = null;
  if (change.stopped) return;
  for (const name of POOLS) {
    const pool = change.pools.get(name);
    while (pool !== undefined && pool.running < pool.size) {
      const project = turnIn(pool, state.ranks);
      if (project === null) break;
      if (name === "agents" && isBeingJudged(state.ranks, change, pool, project)) {
        const until = waitsUntil ?? change.at + PATIENCE;
        if (change.at < until) {
          change.waitsUntil = until;
          break;
        }
        expectNoLonger(pool, state.ranks, project);
        if (pool.wants[project]?.length === 0) continue;
      }
      start(
        change,
        takeWant(pool, state.ranks, project, (wants) => firstOf(state, change.stage, wants)),
      );
    }
  }
}

/** Whether what should take the project's turn cannot do so yet. */
function isBeingJudged(ranks: Ranks, { judging }: Change, { wants }: OpenPool, project: number): boolean {
  const head = wants[project]?.[0];
  return (
    head === undefined ||
    judging.some((node) => ranks.project[node] === project && goesBefore(ranks, node, head) > 0)
  );
}

/**
 * Where among a project's wants the next one is. A task that is drafted is brought to its end before another is begun,
 * so that a build that stops has finished what it can. Only where there are slots for all drafts that still wait, they
 * go before reviews that are otherwise their equals: their own reviews come after them, and slots would stay empty then.
 */
function firstOf({ ranks, pools }: ScheduleState, stage: OpenNumbers, wants: readonly number[]): number {
  const best = wants[0] as number;
  const isReview = (node: number) => STAGES[stage.of(node)] === "review";
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
