// Which stages want the slots of a pool, and which is next? A queue for every project, and an account of what each has
// had. It does not know what the stages are.
//
// Whose turn it is costs no look at every project. One that runs nothing stands still, so those are kept in the order of
// their turn; one that runs something moves with time, and of these there are no more than slots.

import {
  countEnd,
  countStart,
  joinShares,
  noShares,
  type OpenShares,
  type Shares,
  sharesAt,
  shareUsed,
} from "./fair-share.ts";

/** How many stages of a kind run at once, and which nodes want to. */
export interface Pool {
  readonly size: number;
  readonly running: number;
  /** By project, best first. */
  readonly wants: readonly (readonly number[])[];
  /** Projects that will want a slot in a moment. Their turn is kept for them. */
  readonly expected: ReadonlySet<number>;
  /** Projects that want a slot, or are expected to, and run nothing: in the order of their turn. */
  readonly still: readonly number[];
  readonly shares: Shares;
}

/** What decides who goes first. */
export interface Ranks {
  /** Number of a node's project, in the order of the graph. */
  readonly project: Int32Array;
  /** By project. */
  readonly weights: Float64Array;
  /** Longest path from a node to the end, in tasks. */
  readonly height: Int32Array;
}

/** The copy of a pool that one transition works on. */
export interface OpenPool {
  readonly size: number;
  running: number;
  readonly wants: (readonly number[])[];
  /** Queues that were copied already: those of most projects stay as they are in a transition. */
  readonly copied: Map<number, number[]>;
  expected: ReadonlySet<number>;
  readonly still: number[];
  readonly shares: OpenShares;
}

export function emptyPool(size: number, projects: number): Pool {
  const wants = Array.from({ length: projects }, () => []);
  return { size, running: 0, wants, expected: new Set(), still: [], shares: noShares(projects) };
}

/** `at`: milliseconds since the build began. */
export function openPool({ size, running, wants, expected, still, shares }: Pool, at: number): OpenPool {
  const copies = { wants: wants.slice(), copied: new Map(), still: still.slice() };
  return { size, running, expected, ...copies, shares: sharesAt(shares, at) };
}

export function closePool({ size, running, wants, expected, still, shares }: OpenPool): Pool {
  return { size, running, wants, expected, still, shares };
}

/** For a node whose stage in this pool has ended. */
export function endOne(pool: OpenPool, ranks: Ranks, node: number): void {
  const project = ranks.project[node] as number;
  pool.running--;
  countEnd(pool.shares, project);
  enqueue(pool, ranks, project);
}

/** Longest way first, then graph order. */
export function addWant(pool: OpenPool, ranks: Ranks, node: number): void {
  const project = ranks.project[node] as number;
  dequeue(pool, ranks, project);
  letIn(pool, ranks, project);
  const queue = openQueue(pool, project);
  let low = 0;
  let high = queue.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const other = queue[middle] as number;
    if ((goesBefore(ranks, node, other) || other - node) > 0) high = middle;
    else low = middle + 1;
  }
  queue.splice(low, 0, node);
  enqueue(pool, ranks, project);
}

/** From now on the project stands in the line, although none of its nodes can take a slot yet. */
export function expectWant(pool: OpenPool, ranks: Ranks, project: number): void {
  dequeue(pool, ranks, project);
  letIn(pool, ranks, project);
  pool.expected = new Set([...pool.expected, project]);
  enqueue(pool, ranks, project);
}

/** For a project that was expected, and now wants or does not. */
export function expectNoLonger(pool: OpenPool, ranks: Ranks, project: number): void {
  dequeue(pool, ranks, project);
  pool.expected = new Set([...pool.expected].filter((other) => other !== project));
  enqueue(pool, ranks, project);
}

/** The node that takes a slot for the project whose turn it is, chosen by `firstOf` from its queue. */
export function takeWant(
  pool: OpenPool,
  ranks: Ranks,
  project: number,
  firstOf: (queue: readonly number[]) => number,
): number {
  dequeue(pool, ranks, project);
  const queue = openQueue(pool, project);
  const [node] = queue.splice(firstOf(queue), 1) as [number];
  pool.running++;
  countStart(pool.shares, project);
  return node;
}

/** Positive where a node has the longer way before it, negative where the other has, 0 where graph order decides. */
export function goesBefore({ height }: Ranks, node: number, other: number): number {
  return (height[node] as number) - (height[other] as number);
}

/** The project whose turn it is; null where none wants a slot. One that is only expected has no wants. */
export function turnIn(pool: OpenPool, ranks: Ranks): number | null {
  let best = pool.still[0] ?? null;
  for (const project of pool.shares.active) {
    if (isInLine(pool, project) && (best === null || turnsBefore(pool, ranks, project, best))) best = project;
  }
  return best;
}

/** Of two that stand alike, the one with the longer way before it; then the one that is named first in the graph. */
function turnsBefore(pool: OpenPool, ranks: Ranks, project: number, other: number): boolean {
  const { shares, wants } = pool;
  const stands = shareUsed(shares, ranks.weights, project) - shareUsed(shares, ranks.weights, other);
  if (stands !== 0) return stands < 0;
  const way = (one: number) => ranks.height[wants[one]?.[0] ?? -1] ?? -1;
  return (way(other) - way(project) || project - other) < 0;
}

function isInLine({ wants, expected }: OpenPool, project: number): boolean {
  return (wants[project] as readonly number[]).length > 0 || expected.has(project);
}

/** For a project that does not stand in the line yet; for any other, nothing. */
function letIn(pool: OpenPool, ranks: Ranks, project: number): void {
  if (isInLine(pool, project)) return;
  const neediest = turnIn(pool, ranks);
  const floor = neediest === null ? null : shareUsed(pool.shares, ranks.weights, neediest);
  joinShares(pool.shares, ranks.weights, project, floor);
}

/** Before anything changes that its place in the line depends on. */
function dequeue(pool: OpenPool, ranks: Ranks, project: number): void {
  if (!isStill(pool, project)) return;
  pool.still.splice(placeOf(pool, ranks, project), 1);
}

function enqueue(pool: OpenPool, ranks: Ranks, project: number): void {
  if (!isStill(pool, project)) return;
  pool.still.splice(placeOf(pool, ranks, project), 0, project);
}

function isStill(pool: OpenPool, project: number): boolean {
  return pool.shares.busy[project] === 0 && isInLine(pool, project);
}

/** How many of those that stand still turn before it. */
function placeOf(pool: OpenPool, ranks: Ranks, project: number): number {
  let low = 0;
  let high = pool.still.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (turnsBefore(pool, ranks, pool.still[middle] as number, project)) low = middle + 1;
    else high = middle;
  }
  return low;
}

function openQueue({ wants, copied }: OpenPool, project: number): number[] {
  const known = copied.get(project);
  if (known !== undefined) return known;
  const copy = [...(wants[project] as readonly number[])];
  copied.set(project, copy);
  wants[project] = copy;
  return copy;
}
