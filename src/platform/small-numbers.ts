// Which small number does nobody else hold at this moment? Ports and names of databases are made of it.

export class SmallNumbers {
  readonly #taken = new Set<number>();

  /** The lowest that is free, from 1; `give` is the caller's to call. */
  take(): number {
    let number = 1;
    while (this.#taken.has(number)) number++;
    this.#taken.add(number);
    return number;
  }

  give(number: number): void {
    this.#taken.delete(number);
  }

  async hold<T>(work: (number: number) => Promise<T>): Promise<T> {
    const number = this.take();
    try {
      return await work(number);
    } finally {
      this.give(number);
    }
  }
}
