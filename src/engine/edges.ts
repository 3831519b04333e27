// Who stands beside whom? For every position a list of others, all of them in one flat array: ten thousand small arrays
// take longer to make than what is in them takes to read.

export class Edges {
  /** The list of position `n` is `#targets` from `#starts[n]` up to `#starts[n + 1]`. */
  readonly #starts: Int32Array;
  readonly #targets: Int32Array;

  private constructor(starts: Int32Array, targets: Int32Array) {
    this.#starts = starts;
    this.#targets = targets;
  }

  /** `lists` is asked once for every position from 0. */
  static from(size: number, list: (position: number) => readonly number[]): Edges {
    const starts = new Int32Array(size + 1);
    const targets: number[] = [];
    for (let position = 0; position < size; position++) {
      for (const target of list(position)) targets.push(target);
      starts[position + 1] = targets.length;
    }
    return new Edges(starts, Int32Array.from(targets));
  }

  /** How many positions there are. */
  get size(): number {
    return this.#starts.length - 1;
  }

  /** A view; whoever changes it changes the edges. */
  of(position: number): Int32Array {
    return this.#targets.subarray(this.#starts[position], this.#starts[position + 1]);
  }

  countOf(position: number): number {
    return (this.#starts[position + 1] as number) - (this.#starts[position] as number);
  }

  /** The same edges, seen from the other end. */
  turned(): Edges {
    const starts = new Int32Array(this.#starts.length);
    for (const target of this.#targets) starts[target + 1] = (starts[target + 1] as number) + 1;
    for (let at = 1; at < starts.length; at++)
      starts[at] = (starts[at] as number) + (starts[at - 1] as number);
    const free = starts.slice();
    const targets = new Int32Array(this.#targets.length);
    for (let from = 0; from < this.size; from++) {
      for (const to of this.of(from)) {
        const at = free[to] as number;
        targets[at] = from;
        free[to] = at + 1;
      }
    }
    return new Edges(starts, targets);
  }

  /** The edges of what `order` lists, in that order, named by the places there; each list ascends. */
  inOrder(order: Int32Array): Edges {
    const place = new Int32Array(order.length);
    for (let at = 0; at < order.length; at++) place[order[at] as number] = at;
    const starts = new Int32Array(this.#starts.length);
    const targets = new Int32Array(this.#targets.length);
    let end = 0;
    for (let at = 0; at < order.length; at++) {
      const begin = end;
      for (const target of this.of(order[at] as number)) targets[end++] = place[target] as number;
      if (end - begin > 1) targets.subarray(begin, end).sort();
      starts[at + 1] = end;
    }
    return new Edges(starts, targets);
  }
}
