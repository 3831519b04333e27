// How many may do this at once? Those who come later wait in the order in which they came.

export class Semaphore {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  constructor(size: number) {
    this.#free = size;
  }

  /** Whether nobody would have to wait. */
  get isFree(): boolean {
    return this.#free > 0;
  }

  /** Runs `work` as soon as there is room for it. */
  async hold<T>(work: () => Promise<T>): Promise<T> {
    await this.take();
    try {
      return await work();
    } finally {
      this.give();
    }
  }

  /** For one who gives up the room and takes it again; `give` is theirs to call. */
  async take(): Promise<void> {
    if (this.#free > 0) this.#free--;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  give(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#free++;
    else next();
  }
}
