// Which stages want the slots of a pool, and which is next? A queue for every project, and an account of what each has
// had. It does not know what the stages are.

import {
  comeIn,
  countEnd,
  countStart,
  noShares,
  type OpenShares,
  type Shares,
  sharesAt,
  standing,
} from "./fair-share.ts";

/** How many stages of a kind run at once, and which nodes want to. */
export interface Pool {
  readonly size: number;
  readonly running: number;
  /** By project, best first. */
  readonly wants: readonly (readonly number[])[];
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
  readonly shares: OpenShares;
}

export function emptyPool(size: number, projects: number): Pool {
  return { size, running: 0, wants: Array.from({ length: projects }, () => []), shares: noShares(projects) };
}

/** `at`: milliseconds since the build began. */
export function openPool({ size, running, wants, shares }: Pool, at: number): OpenPool {
  return { size, running, wants: wants.slice(), copied: new Map(), shares: sharesAt(shares, at) };
}

export function closePool({ size, running, wants, shares }: OpenPool): Pool {
  return { size, running, wants, shares };
}

/** For a node whose stage in this pool has ended. */
export function endOne(pool: OpenPool, ranks: Ranks, node: number): void {
  pool.running--;
  countEnd(pool.shares, ranks.project[node] as number);
}

/** Longest way first, then graph order. */
export function addWant(pool: OpenPool, ranks: Ranks, node: number): void {
  const project = ranks.project[node] as number;
  const queue = openQueue(pool, project);
  if (queue.length === 0) comeIn(pool.shares, ranks.weights, project, wanting(pool));
  let low = 0;
  let high = queue.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const other = queue[middle] as number;
    if ((goesBefore(ranks, node, other) || other - node) > 0) high = middle;
    else low = middle + 1;
  }
  queue.splice(low, 0, node);
}

/** The node that takes the next slot, chosen by `firstOf` from the queue of the project whose turn it is. */
export function takeWant(
  pool: OpenPool,
  ranks: Ranks,
  firstOf: (queue: readonly number[]) => number,
): number | null {
  const project = nextProject(pool, ranks);
  if (project === null) return null;
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

/** Of two that stand alike, the one with the longer way before it; then the one that is named first in the graph. */
function nextProject({ wants, shares }: OpenPool, ranks: Ranks): number | null {
  let best: number | null = null;
  let bestHead = 0;
  let lowest = Number.POSITIVE_INFINITY;
  for (let project = 0; project < wants.length; project++) {
    const head = wants[project]?.[0];
    if (head === undefined) continue;
    const stands = standing(shares, ranks.weights, project);
    if (stands > lowest || (stands === lowest && goesBefore(ranks, head, bestHead) <= 0)) continue;
    [best, bestHead, lowest] = [project, head, stands];
  }
  return best;
}

/** Projects that want a slot. */
function wanting({ wants }: OpenPool): number[] {
  const projects: number[] = [];
  for (let project = 0; project < wants.length; project++) {
    if ((wants[project] as readonly number[]).length > 0) projects.push(project);
  }
  return projects;
}

function openQueue({ wants, copied }: OpenPool, project: number): number[] {
  const known = copied.get(project);
  if (known !== undefined) return known;
  const copy = [...(wants[project] as readonly number[])];
  copied.set(project, copy);
  wants[project] = copy;
  return copy;
}
