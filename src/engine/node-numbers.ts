// How does a state of very many nodes change at a few of them? Its numbers lie in chunks: a transition copies the chunks that it
// writes to, and shares all others with the state that it was given.

/** One number for every node. */
export type NodeNumbers = readonly Int32Array[];

const CHUNK = 512;

/** `given` is asked once for every node from 0. */
export function numbersOf(size: number, given: (node: number) => number): NodeNumbers {
  return Array.from({ length: Math.ceil(size / CHUNK) }, (_, chunk) => {
    const from = chunk * CHUNK;
    return Int32Array.from({ length: Math.min(CHUNK, size - from) }, (_, at) => given(from + at));
  });
}

export function numberAt(numbers: NodeNumbers, node: number): number {
  return (numbers[Math.floor(node / CHUNK)] as Int32Array)[node % CHUNK] as number;
}

/** The copy that one transition works on. */
export class OpenNumbers {
  #numbers: NodeNumbers;
  readonly #copied = new Map<number, Int32Array>();

  constructor(numbers: NodeNumbers) {
    this.#numbers = numbers;
  }

  of(node: number): number {
    return numberAt(this.#numbers, node);
  }

  set(node: number, value: number): void {
    const chunk = Math.floor(node / CHUNK);
    let copy = this.#copied.get(chunk);
    if (copy === undefined) {
      copy = (this.#numbers[chunk] as Int32Array).slice();
      this.#copied.set(chunk, copy);
      this.#numbers = this.#numbers.with(chunk, copy);
    }
    copy[node % CHUNK] = value;
  }

  /** Nothing may be set after it. */
  close(): NodeNumbers {
    return this.#numbers;
  }
}
