// Who may ask an agent next, where more planners want to than there may be agents at once? The project whose turn it is,
// by the same weights and accounts as those of tasks (engine/fair-share.ts).

import {
  countEnd,
  countStart,
  joinShares,
  noShares,
  type Shares,
  sharesAt,
  shareUsed,
} from "../../engine/fair-share.ts";

export interface PlacesOrder {
  /** How many may work at once. */
  readonly size: number;
  /** By project. */
  readonly weights: ReadonlyMap<string, number>;
  /** In milliseconds. */
  readonly clock: () => number;
}

export class SharedPlaces {
  readonly #clock: () => number;
  readonly #begun: number;
  readonly #projects: readonly string[];
  readonly #weights: Float64Array;
  /** By project, in the order in which they came. */
  readonly #waiting: readonly (() => void)[][];
  #free: number;
  #shares: Shares;

  constructor({ size, weights, clock }: PlacesOrder) {
    this.#clock = clock;
    this.#begun = clock();
    this.#projects = [...weights.keys()];
    this.#weights = Float64Array.from(weights.values());
    this.#waiting = this.#projects.map(() => []);
    this.#free = size;
    this.#shares = noShares(this.#projects.length);
  }

  /** Runs `work` for the project as soon as there is a place for it. */
  async hold<T>(project: string, work: () => Promise<T>): Promise<T> {
    const number = this.#projects.indexOf(project);
    if (number < 0) throw new Error(`bug: nobody knows the weight of ${project}`);
    await new Promise<void>((resolve) => this.#wait(number, resolve));
    try {
      return await work();
    } finally {
      this.#free++;
      this.#account((shares) => countEnd(shares, number));
      this.#fill();
    }
  }

  #wait(project: number, begin: () => void): void {
    const queue = this.#waiting[project] as (() => void)[];
    if (queue.length === 0) {
      const stands = this.#wanting().map((other) => shareUsed(this.#shares, this.#weights, other));
      const floor = stands.length === 0 ? null : Math.min(...stands);
      this.#account((shares) => joinShares(shares, this.#weights, project, floor));
    }
    queue.push(begin);
    // All that ask in the same moment are there before the first of them is chosen.
    queueMicrotask(() => this.#fill());
  }

  #fill(): void {
    while (this.#free > 0) {
      const stands = (project: number) => shareUsed(this.#shares, this.#weights, project);
      const [next] = this.#wanting().sort((a, b) => stands(a) - stands(b) || a - b);
      const begin = next === undefined ? undefined : this.#waiting[next]?.shift();
      if (next === undefined || begin === undefined) return;
      this.#free--;
      this.#account((shares) => countStart(shares, next));
      begin();
    }
  }

  #wanting(): number[] {
    return this.#projects.flatMap((_, project) =>
      (this.#waiting[project]?.length ?? 0) > 0 ? [project] : [],
    );
  }

  #account(change: (shares: ReturnType<typeof sharesAt>) => void): void {
    const shares = sharesAt(this.#shares, this.#clock() - this.#begun);
    change(shares);
    this.#shares = shares;
  }
}
