// How does a text grow by a million small pieces? Added one to the other, each piece would stay an object of its own, ten
// times as large as its letters; so they are joined a thousand at a time.

const AT_ONCE = 1024;

export class GrowingText {
  #blocks: string[] = [];
  #pieces: string[] = [];
  #last = "";
  #length = 0;

  add(piece: string): void {
    if (piece === "") return;
    this.#pieces.push(piece);
    this.#last = piece;
    this.#length += piece.length;
    if (this.#pieces.length < AT_ONCE) return;
    this.#blocks.push(this.#pieces.join(""));
    this.#pieces = [];
  }

  /** Of what was added last; empty where nothing was. */
  get last(): string {
    return this.#last;
  }

  get length(): number {
    return this.#length;
  }

  toString(): string {
    this.#blocks = [[...this.#blocks, ...this.#pieces].join("")];
    this.#pieces = [];
    return this.#blocks[0] as string;
  }
}
