// What did a server say, message by message? Its label is not believed: events of a stream may be called JSON, one whole
// document may be called a stream, lines of JSON and a list of documents come under either name. Time grows with the bytes
// and memory with the longest message. It knows no provider.

import type { Json } from "../../model/digest.ts";

export type WireMessage =
  /** `whole`: a document that was read to its last bracket, not one piece of several. `event`: what the stream calls it. */
  | { readonly kind: "json"; readonly value: Json; readonly whole: boolean; readonly event: string | null }
  /** `[DONE]`: the server says that nothing more comes. */
  | { readonly kind: "done" }
  /** All that came and is no JSON, such as a page; told once, at the end. */
  | { readonly kind: "text"; readonly text: string };

/** More came than any answer holds. `bytes`: of the message that has no end. */
export class TooMuch extends Error {
  readonly bytes: number;

  constructor(bytes = 0) {
    super("more came than any answer holds");
    this.bytes = bytes;
  }
}

/** Characters of one message. */
const MOST_IN_MESSAGE = 16 * 1024 * 1024;

/** Bytes of all messages with what is around them: a hundred times what an answer holds. */
const MOST_BYTES = 512 * 1024 * 1024;

/** Characters of what is no JSON: enough for the words of a page. */
const MOST_STRAY = 64 * 1024;

/**
 * Throws what `bytes` throws, after it gave what was complete by then, and `TooMuch`. A message that was cut off is none.
 */
export async function* messagesIn(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<WireMessage> {
  const decoder = new TextDecoder();
  const lines = new Lines();
  let total = 0;
  try {
    for await (const chunk of bytes) {
      total += chunk.byteLength;
      if (total > MOST_BYTES) throw new TooMuch();
      yield* lines.add(decoder.decode(chunk, { stream: true }));
    }
  } catch (error) {
    if (!(error instanceof TooMuch)) yield* lines.end();
    throw error;
  }
  yield* lines.add(decoder.decode());
  yield* lines.end();
}

/** Text in pieces of any length, as messages. */
class Lines {
  /** Whether the text began with a bracket, so that it may be one document: null while nothing has come. */
  #isDocument: boolean | null = null;
  /** Of the line, or of the document, that has not ended yet. */
  #pieces: string[] = [];
  #length = 0;
  /** Lines of data that are no JSON by themselves. */
  #data: string[] = [];
  #event: string | null = null;
  #stray: string[] = [];
  #strayLength = 0;

  *add(text: string): Generator<WireMessage> {
    if (this.#isDocument === null) {
      const first = text.trimStart()[0];
      if (first === undefined) return;
      this.#isDocument = first === "{" || first === "[";
    }
    let from = 0;
    if (!this.#isDocument) {
      for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", from)) {
        this.#keep(text.slice(from, at));
        from = at + 1;
        yield* this.#line(this.#taken());
      }
    }
    this.#keep(text.slice(from));
  }

  *end(): Generator<WireMessage> {
    const rest = this.#taken();
    const whole = this.#isDocument === true ? parsed(rest) : null;
    if (whole !== null) {
      const documents = Array.isArray(whole.value) ? whole.value : [whole.value];
      for (const value of documents) yield { kind: "json", value, whole: true, event: null };
      return;
    }
    for (const line of rest.split("\n")) yield* this.#line(line);
    yield* this.#dispatch();
    const text = this.#stray.join("\n").trim();
    const document = parsed(text);
    if (document !== null) yield { kind: "json", value: document.value, whole: true, event: null };
    else if (text !== "") yield { kind: "text", text };
  }

  #keep(text: string): void {
    this.#length += text.length;
    if (this.#length > MOST_IN_MESSAGE) throw new TooMuch(this.#length);
    if (text !== "") this.#pieces.push(text);
  }

  #taken(): string {
    const line = this.#pieces.join("");
    this.#pieces = [];
    this.#length = 0;
    return line;
  }

  /** A lone carriage return ends a line, too. */
  *#line(text: string): Generator<WireMessage> {
    const line = text.endsWith("\r") ? text.slice(0, -1) : text;
    if (line.includes("\r")) {
      for (const part of line.split("\r")) yield* this.#line(part);
      return;
    }
    const [, field, value = ""] = /^(data|event|id|retry)(?:: ?([\s\S]*))?$/.exec(line) ?? [];
    if (line === "") yield* this.#dispatch();
    else if (field === "data") yield* this.#dataLine(value);
    else if (field === "event") this.#event = value.trim();
    else if (field === undefined && !line.startsWith(":")) yield* this.#other(line);
  }

  /** Some servers put no empty line between events, so what is whole by itself is one. */
  *#dataLine(value: string): Generator<WireMessage> {
    if (/^"?\[DONE\]"?$/i.test(value.trim())) return yield { kind: "done" };
    const json = parsed(value);
    if (json !== null) yield { kind: "json", value: json.value, whole: false, event: this.#event };
    else if (value !== "") this.#data.push(value);
  }

  *#dispatch(): Generator<WireMessage> {
    const data = this.#data;
    const event = this.#event;
    this.#data = [];
    this.#event = null;
    if (data.length === 0) return;
    const json = parsed(data.join("\n"));
    if (json !== null) yield { kind: "json", value: json.value, whole: false, event };
    else for (const line of data) this.#put(line);
  }

  *#other(line: string): Generator<WireMessage> {
    const json = /^\s*\{/.test(line) ? parsed(line) : null;
    if (json !== null) yield { kind: "json", value: json.value, whole: false, event: null };
    else this.#put(line);
  }

  #put(text: string): void {
    if (this.#strayLength > MOST_STRAY) return;
    this.#strayLength += text.length + 1;
    this.#stray.push(text.slice(0, MOST_STRAY));
  }
}

function parsed(text: string): { readonly value: Json } | null {
  try {
    return { value: JSON.parse(text) as Json };
  } catch {
    return null;
  }
}
