// What do the pieces of a streamed Gemini answer say together? The parts are kept as they came, thoughts and signatures
// included, but thoughts are no part of the text.

import type { GenerateContentResponse } from "@google/generative-ai";
import type { Message, ModelAnswer, ToolCall } from "../../model/conversation.ts";
import type { Json } from "../../model/digest.ts";
import type { Tokens } from "../../model/output.ts";
import { failed, type Result, success } from "../../model/result.ts";
import { callIds } from "./call-id.ts";
import { type Fault, malformed } from "./model-error.ts";

type Fields = { readonly [key: string]: Json };

const FILTERED = [
  "SAFETY",
  "RECITATION",
  "LANGUAGE",
  "BLOCKLIST",
  "PROHIBITED_CONTENT",
  "SPII",
  "IMAGE_SAFETY",
];

const BROKEN_OFF = [
  "MALFORMED_FUNCTION_CALL",
  "UNEXPECTED_TOOL_CALL",
  "TOO_MANY_TOOL_CALLS",
  "MISSING_THOUGHT_SIGNATURE",
];

export class GeminiAnswer {
  #parts: Fields[] = [];
  #finish: string | null = null;
  #finishMessage: string | null = null;
  #blocked: string | null = null;
  #usage: Fields = {};
  #model: string | null = null;
  readonly #idOf: (at: number) => string;

  constructor(messages: readonly Message[]) {
    this.#idOf = callIds(messages);
  }

  get begun(): boolean {
    return this.#parts.length > 0;
  }

  get finished(): boolean {
    return this.#finish !== null;
  }

  add(piece: GenerateContentResponse): void {
    const { modelVersion, usageMetadata, promptFeedback } = piece as unknown as {
      modelVersion?: string;
      usageMetadata?: Fields;
      promptFeedback?: { blockReason?: string };
    };
    this.#model = modelVersion ?? this.#model;
    // Counts grow from piece to piece; one that is not repeated still stands.
    this.#usage = { ...this.#usage, ...usageMetadata };
    this.#blocked = promptFeedback?.blockReason ?? this.#blocked;
    const candidate = piece.candidates?.[0];
    for (const part of candidate?.content?.parts ?? []) this.#addPart(part as unknown as Fields);
    this.#finish = candidate?.finishReason ?? this.#finish;
    this.#finishMessage = candidate?.finishMessage ?? this.#finishMessage;
  }

  /** Plain text that continues plain text is one part; everything else stays by itself. */
  #addPart(part: Fields): void {
    const last = this.#parts.at(-1);
    if (!isPlain(part)) this.#parts.push(part);
    else if (last !== undefined && isPlain(last)) {
      this.#parts[this.#parts.length - 1] = { text: last.text + part.text };
    } else if (part.text !== "") this.#parts.push(part);
  }

  end(): Result<ModelAnswer, Fault> {
    if (this.#finish === null) return failed(this.#unfinished());
    const text = this.#parts
      .filter((part) => part.thought !== true && typeof part.text === "string")
      .map((part) => part.text)
      .join("");
    const toolCalls = this.#toolCalls();
    const end = endOf(this.#finish, toolCalls.length);
    if (end === null) {
      const why = this.#finishMessage ?? "the answer holds neither text nor a call";
      return failed(malformed(`${this.#finish}: ${why}`));
    }
    return success({
      text,
      toolCalls,
      verbatim: { role: "model", parts: this.#parts },
      end,
      tokens: tokensOf(this.#usage),
      model: this.#model,
    });
  }

  #unfinished(): Fault {
    if (this.#blocked !== null) {
      const detail = `the request was blocked (${this.#blocked})`;
      return { cause: "filtered", status: null, detail, retryAfterMs: null, outcome: "no-answer" };
    }
    return malformed(this.begun ? "the answer ended in its middle" : "the answer holds no candidate");
  }

  #toolCalls(): readonly ToolCall[] {
    const calls = this.#parts.flatMap(({ functionCall }) => (functionCall ? [functionCall as Fields] : []));
    return calls.map(({ id, name, args }, at) => ({
      id: typeof id === "string" && id !== "" ? id : this.#idOf(at),
      name: String(name),
      arguments: JSON.stringify(args ?? {}),
    }));
  }
}

function isPlain(part: Fields): part is { readonly text: string } {
  return typeof part.text === "string" && Object.keys(part).length === 1;
}

/** Null where the model broke off for a reason of its own, such as a call that it could not write. */
function endOf(finish: string, calls: number): ModelAnswer["end"] | null {
  if (finish === "MAX_TOKENS") return "length";
  if (BROKEN_OFF.includes(finish)) return null;
  if (FILTERED.includes(finish)) return "filtered";
  if (calls > 0) return "tools";
  return finish === "STOP" ? "stop" : null;
}

function tokensOf(usage: Fields): Tokens | null {
  const count = (name: string) => (typeof usage[name] === "number" ? usage[name] : 0);
  if (typeof usage.promptTokenCount !== "number") return null;
  return {
    in: count("promptTokenCount") + count("toolUsePromptTokenCount"),
    out: count("candidatesTokenCount") + count("thoughtsTokenCount"),
    cached: count("cachedContentTokenCount"),
  };
}
