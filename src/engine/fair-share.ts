// Whose turn is it where several projects want the slots of one pool? Weighted fair queueing: time of the pool goes to
// projects in proportion to their weights while they want it. It has no clock, and knows nothing of tasks.
//
// A project stands at `(time used + time that its running stages will yet use) / weight`, and the lowest is next. What
// is running is counted as it goes on, so a project with long stages is not taken for one that uses nothing; what it
// will yet use is guessed as the mean of all stages of the pool, which is all that is known before a stage has ended.

/** The accounts of one pool. Only the transition that made it writes to it. */
export interface Shares {
  /** Milliseconds by project: what it used, or what it is taken to have used because it did not want to. */
  readonly used: Float64Array;
  /** Stages that run, by project. */
  readonly busy: Int32Array;
  /** Projects of which a stage runs: no more than the pool has slots, however many projects there are. */
  readonly active: readonly number[];
  /** When the accounts were last brought up to date, and the time that all stages took until then. */
  readonly at: number;
  readonly total: number;
  readonly ended: number;
  /** The project that started last. */
  readonly last: number;
}

export type OpenShares = { -readonly [K in keyof Shares]: Shares[K] };

/** Weight of a priority as it is written: a project without one, or with less than 1, has the weight 1. */
export function weightOf(priority: number | undefined): number {
  return Math.max(1, priority ?? 1);
}

export function noShares(projects: number): Shares {
  const [used, busy] = [new Float64Array(projects), new Int32Array(projects)];
  return { used, busy, active: [], at: 0, total: 0, ended: 0, last: -1 };
}

/** A copy with all that runs put down until now. A clock that was set back counts as one that stood still. */
export function sharesAt(shares: Shares, at: number): OpenShares {
  const used = shares.used.slice();
  const passed = Math.max(0, at - shares.at);
  let { total } = shares;
  for (const project of shares.active) {
    const time = (shares.busy[project] as number) * passed;
    used[project] = (used[project] as number) + time;
    total += time;
  }
  return { ...shares, used, busy: shares.busy.slice(), at: shares.at + passed, total };
}

/** What takes no time at all takes turns as well: a start is worth a millisecond. */
export function countStart(shares: OpenShares, project: number): void {
  const busy = shares.busy[project] as number;
  if (busy === 0) shares.active = [...shares.active, project];
  shares.used[project] = (shares.used[project] as number) + 1;
  shares.busy[project] = busy + 1;
  shares.last = project;
}

export function countEnd(shares: OpenShares, project: number): void {
  const busy = (shares.busy[project] as number) - 1;
  if (busy === 0) shares.active = shares.active.filter((other) => other !== project);
  shares.busy[project] = busy;
  shares.ended++;
}

/** How much a project has had of what it is due: the lower, the sooner its turn. */
export function shareUsed(shares: Shares, weights: Float64Array, project: number): number {
  const mean = Math.max(1, shares.total / Math.max(1, shares.ended));
  const busy = shares.busy[project] as number;
  return ((shares.used[project] as number) + busy * mean) / (weights[project] as number);
}

/**
 * For a project that begins to want: time in which it wanted nothing earns nothing. It comes in beside the neediest of
 * those that want, which stands at `floor`, and where none does (null), beside the one that started last.
 */
export function joinShares(
  shares: OpenShares,
  weights: Float64Array,
  project: number,
  floor: number | null,
): void {
  const { last } = shares;
  const beside = floor ?? (last < 0 ? 0 : shareUsed(shares, weights, last));
  const behind = beside - shareUsed(shares, weights, project);
  if (behind > 0)
    shares.used[project] = (shares.used[project] as number) + behind * (weights[project] as number);
}
