// May a worker begin anything now? One that cannot do what it is asked for begins nothing more until it can. It would be done with
// each order at once, and so take all of them from those that could do them.

import { pause } from "../platform/clock.ts";

export interface RestOrder {
  /** Why nothing can be done here, in words; null: it can. Never rejects. */
  readonly hindrance: () => Promise<string | null>;
  /** Told at each change of `why`. */
  readonly onChange: (why: string | null) => void;
  readonly signal: AbortSignal;
}

/** Between two looks whether it can work again. */
const LOOK_MS = 3000;

export class Rest {
  readonly #order: RestOrder;
  #why: string | null = null;
  #looking: Promise<void> | null = null;

  constructor(order: RestOrder) {
    this.#order = order;
  }

  /** In words; null: it works. */
  get why(): string | null {
    return this.#why;
  }

  begin(why: string): void {
    this.#become(why);
  }

  /** Settles at once where it works, and after a while where it rests, with whether it may begin something. */
  async isOver(): Promise<boolean> {
    if (this.#why === null) return true;
    this.#looking ??= this.#look().finally(() => {
      this.#looking = null;
    });
    await this.#looking;
    return this.#why === null;
  }

  async #look(): Promise<void> {
    const { hindrance, signal } = this.#order;
    await pause(LOOK_MS, signal);
    if (!signal.aborted) this.#become(await hindrance());
  }

  #become(why: string | null): void {
    if (why === this.#why) return;
    this.#why = why;
    this.#order.onChange(why);
  }
}
