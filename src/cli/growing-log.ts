// What did an agent say since somebody looked? The lines of a session's log, as far as they are whole.

import { StringDecoder } from "node:string_decoder";
import type { Result } from "../model/result.ts";
import { type Appended, appendedTo } from "../platform/growing-file.ts";
import { plain } from "../report/plain.ts";

export class GrowingLog {
  readonly #path: string;
  #next = 0;
  #rest = "";
  #decoder = new StringDecoder("utf8");

  constructor(path: string) {
    this.#path = path;
  }

  /** Whole lines that came since; null where there is no log. */
  read(): Result<readonly string[] | null> {
    const read: Result<Appended | null> = appendedTo(this.#path, this.#next);
    if (!read.ok) return read;
    if (read.value === null) return { ok: true, value: null };
    const { bytes, next } = read.value;
    // The log of another session has begun.
    if (next < this.#next) this.#decoder = new StringDecoder("utf8");
    this.#next = next;
    const lines = `${this.#rest}${this.#decoder.write(Buffer.from(bytes))}`.split("\n");
    this.#rest = lines.pop() ?? "";
    return { ok: true, value: lines.map(plain) };
  }
}
