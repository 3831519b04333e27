// Which lines does a process say on stdout? Cuts a stream of bytes at its line ends, wherever the chunks were cut. It does
// not know what a line means.

import { StringDecoder } from "node:string_decoder";

/** A longer line is left out whole: half an event is none. */
const LONGEST_LINE = 16 * 1024 * 1024;

export class LineReader {
  readonly #tell: (line: string) => void;
  readonly #decoder = new StringDecoder("utf8");
  #pieces: string[] = [];
  #length = 0;

  constructor(tell: (line: string) => void) {
    this.#tell = tell;
  }

  write(bytes: Buffer): void {
    this.#read(this.#decoder.write(bytes));
  }

  /** Tells the last line, which may have no end. */
  close(): void {
    this.#read(this.#decoder.end());
    if (this.#length > 0) this.#endLine();
  }

  #read(text: string): void {
    let start = 0;
    for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n", start)) {
      this.#keep(text.slice(start, end));
      this.#endLine();
      start = end + 1;
    }
    this.#keep(text.slice(start));
  }

  #keep(piece: string): void {
    if (piece === "") return;
    this.#length += piece.length;
    if (this.#length > LONGEST_LINE) this.#pieces = [];
    else this.#pieces.push(piece);
  }

  #endLine(): void {
    const whole = this.#length <= LONGEST_LINE;
    const line = this.#pieces.join("");
    this.#pieces = [];
    this.#length = 0;
    if (whole) this.#tell(line.endsWith("\r") ? line.slice(0, -1) : line);
  }
}
