// Who may go in together, and who goes in alone? Those who come later wait in the order in which they came, so that
// nobody who wants to be alone waits for ever behind others.

interface Waiting {
  readonly alone: boolean;
  readonly enter: () => void;
}

export class Turns {
  #inside = 0;
  #isAlone = false;
  readonly #waiting: Waiting[] = [];

  /** Whether one who came now would have to wait. */
  wouldWait(alone: boolean): boolean {
    return this.#waiting.length > 0 || !this.#fits(alone);
  }

  /** Settles once whoever came may go in; `leave` is theirs to call. */
  async enter(alone: boolean): Promise<void> {
    if (!this.wouldWait(alone)) this.#goIn(alone);
    else await new Promise<void>((enter) => this.#waiting.push({ alone, enter }));
  }

  leave(): void {
    this.#inside--;
    this.#isAlone = false;
    for (let next = this.#waiting[0]; next !== undefined && this.#fits(next.alone); next = this.#waiting[0]) {
      this.#waiting.shift();
      this.#goIn(next.alone);
      next.enter();
    }
  }

  #fits(alone: boolean): boolean {
    return this.#inside === 0 || (!alone && !this.#isAlone);
  }

  #goIn(alone: boolean): void {
    this.#inside++;
    this.#isAlone = alone;
  }
}
