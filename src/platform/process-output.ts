// What is kept of what a process or an agent says? In memory its beginning and its end, in the log its first bytes; both
// as text that cannot steer a terminal. It does not know what the text says.

import { closeSync, mkdirSync, openSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { StringDecoder } from "node:string_decoder";
import { type RedactedStream, redactStream } from "./redact.ts";

const LOG_LIMIT = 10 * 1024 * 1024;
/** An escape sequence may be split between two chunks; a longer one is not an escape sequence. */
const LONGEST_SEQUENCE = 4096;

const ESCAPE_SEQUENCES = new RegExp(
  [
    // Strings for the terminal (titles, links, clipboard): up to BEL or ST, never past the line.
    "(?:\\x1b[\\]PX^_]|[\\x9d\\x90\\x98\\x9e\\x9f])[^\\x07\\x1b\\x9c\\n]*(?:\\x07|\\x1b\\\\|\\x9c)?",
    // Colours and cursor movements.
    "(?:\\x1b\\[|\\x9b)[0-?]*[ -/]*[@-~]?",
    "\\x1b[ -/]*[0-~]?",
  ].join("|"),
  "g",
);
/** Other controls, and the marks that make text read backwards. */
const CONTROLS = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/g;

/** Text without anything that acts on a terminal. Lines end in `\n`. */
export function plainText(text: string): string {
  return text.replace(/\r\n?/g, "\n").replace(ESCAPE_SEQUENCES, "").replace(CONTROLS, "");
}

/** Takes secrets out of what one pipe brings, also where one arrives in pieces. */
export class CleanPipe {
  readonly #stream: RedactedStream;
  readonly #write: (bytes: Buffer) => void;
  readonly #decoder = new StringDecoder("utf8");

  /** `named` are variables whose values are secrets, whatever their names look like. */
  constructor(
    environment: Readonly<Record<string, string | undefined>>,
    named: readonly string[],
    write: (bytes: Buffer) => void,
  ) {
    this.#stream = redactStream(environment, named);
    this.#write = write;
  }

  write(bytes: Buffer): void {
    this.#pass(this.#stream.push(this.#decoder.write(bytes)));
  }

  end(): void {
    this.#pass(this.#stream.push(this.#decoder.end()) + this.#stream.end());
  }

  #pass(text: string): void {
    if (text !== "") this.#write(Buffer.from(text));
  }
}

/** The first and the last bytes of a stream of any length. */
export class OutputWindow {
  readonly #limit: number;
  readonly #head: Buffer[] = [];
  #headBytes = 0;
  #tail: Buffer[] = [];
  #tailBytes = 0;
  #leftOut = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get truncated(): boolean {
    return this.#leftOut > 0;
  }

  write(bytes: Buffer): void {
    const half = Math.floor(this.#limit / 2);
    const first = bytes.subarray(0, half - this.#headBytes);
    if (first.length > 0) {
      this.#head.push(first);
      this.#headBytes += first.length;
    }
    if (first.length === bytes.length) return;
    this.#tail.push(bytes.subarray(first.length));
    this.#tailBytes += bytes.length - first.length;
    // Trimmed only now and then: the cost stays in proportion to the bytes, even where they come one by one.
    if (this.#tailBytes > 2 * this.#limit) this.#trim();
  }

  text(): string {
    this.#trim();
    if (this.#leftOut === 0) return decode([...this.#head, ...this.#tail]);
    return `${decode(this.#head)}\n[${this.#leftOut} bytes left out]\n${decode(this.#tail)}`;
  }

  #trim(): void {
    const keep = this.#limit - Math.floor(this.#limit / 2);
    if (this.#tailBytes <= keep) return;
    // Copied, so that the large chunks it was cut from can be let go.
    const all = Buffer.concat(this.#tail);
    this.#leftOut += all.length - keep;
    this.#tail = [Buffer.from(all.subarray(all.length - keep))];
    this.#tailBytes = keep;
  }
}

function decode(pieces: readonly Buffer[]): string {
  return plainText(Buffer.concat(pieces).toString("utf8"));
}

/** Text of at most so many bytes: its beginning and its end, and how much is left out between them. */
export function clipped(text: string, limit: number): string {
  const window = new OutputWindow(limit);
  window.write(Buffer.from(text));
  return window.text();
}

/** The file that a person follows. Readable by its owner alone; what does not fit is left out with a sentence. */
export class OutputLog {
  error: string | null = null;
  #file: number | null = null;
  readonly #limit: number;
  #room: number;
  #pending = "";
  readonly #decoder = new StringDecoder("utf8");

  /** `limit` in bytes. What the file held before is gone. */
  constructor(path: string | null, limit = LOG_LIMIT) {
    this.#limit = limit;
    this.#room = limit;
    if (path === null) return;
    this.#try(() => {
      mkdirSync(dirname(path), { recursive: true });
      this.#file = openSync(path, "w", 0o600);
    });
  }

  write(bytes: Buffer): void {
    if (this.#file === null) return;
    const text = this.#pending + this.#decoder.write(bytes);
    const cut = unfinishedSequence(text);
    this.#pending = text.slice(cut);
    this.#append(plainText(text.slice(0, cut)));
  }

  close(): void {
    if (this.#file === null) return;
    this.#append(plainText(this.#pending + this.#decoder.end()));
    const file = this.#file;
    this.#file = null;
    if (file !== null) this.#try(() => closeSync(file));
  }

  #append(text: string): void {
    if (this.#file === null || text === "") return;
    const bytes = Buffer.from(text);
    const fits = bytes.subarray(0, this.#room);
    this.#room -= fits.length;
    const file = this.#file;
    this.#try(() => {
      writeSync(file, fits);
      if (fits.length < bytes.length) {
        writeSync(file, `\n[the rest is left out: a log holds ${this.#limit} bytes]\n`);
        this.#file = null;
        closeSync(file);
      }
    });
  }

  // The log is a courtesy to a person: a full disk is told, and the run goes on.
  #try(act: () => void): void {
    try {
      act();
    } catch (error) {
      this.error = (error as Error).message;
      this.#file = null;
    }
  }
}

/** Where an escape sequence, or the first half of a line end, begins that the text does not finish. */
function unfinishedSequence(text: string): number {
  if (text.endsWith("\r")) return text.length - 1;
  const last = Math.max(text.lastIndexOf("\x1b"), text.lastIndexOf("\x9b"), text.lastIndexOf("\x9d"));
  if (last < 0 || text.length - last > LONGEST_SEQUENCE) return text.length;
  const rest = text.slice(last);
  const finished = /^(?:(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]|(?:\x1b\]|\x9d).*(?:\x07|\n)|\x1b[^[\]])/s.test(
    rest,
  );
  return finished ? text.length : last;
}
