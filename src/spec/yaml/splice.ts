// How are pieces of a text replaced so that every other byte stays? Also where its lines end in another way than the
// readers of specs see it.

/** Take out `remove` characters at `offset`, and put `text` there. */
export interface Splice {
  readonly offset: number;
  readonly remove: number;
  readonly text: string;
}

/** A source as its readers see it: with `\n` line ends, one at its end, and without a byte order mark. */
export class EditedText {
  readonly text: string;
  readonly #source: string;
  readonly #newline: string;
  /** Offsets of `text` of the line breaks that are two characters in the source. */
  readonly #wide: readonly number[];

  constructor(source: string) {
    this.#source = source;
    this.#newline = source.includes("\r\n") ? "\r\n" : "\n";
    const wide: number[] = [];
    const lines = source.replace(/^\ufeff/, "").replace(/\r\n?/g, (end, at: number) => {
      if (end.length === 2) wide.push(at - wide.length);
      return "\n";
    });
    this.#wide = wide;
    this.text = lines.endsWith("\n") ? lines : `${lines}\n`;
  }

  /** The source with splices at offsets of `text`. Of two at one offset the first comes first. They never overlap. */
  with(splices: readonly Splice[]): string {
    const sorted = [...splices].sort((a, b) => a.offset - b.offset);
    let edited = "";
    let from = 0;
    for (const { offset, remove, text } of sorted) {
      const start = this.#original(offset);
      if (start < from) throw new Error(`two edits overlap at ${offset}`);
      edited += this.#source.slice(from, start);
      // A line after the last one, which does not end in a line break.
      if (offset === this.text.length && !/[\n\r]$/.test(edited)) edited += this.#newline;
      edited += text.replaceAll("\n", this.#newline);
      from = this.#original(offset + remove);
    }
    return edited + this.#source.slice(from);
  }

  #original(offset: number): number {
    const mark = this.#source.startsWith("\ufeff") ? 1 : 0;
    let low = 0;
    let high = this.#wide.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#wide[middle] as number) < offset) low = middle + 1;
      else high = middle;
    }
    return Math.min(this.#source.length, offset + mark + low);
  }
}
