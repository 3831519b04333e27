// What do the messages of a Gemini answer say together? The parts are kept as they came, thoughts and signatures included,
// but thoughts are no part of the text.

import type { Message } from "../../model/conversation.ts";
import type { Json } from "../../model/digest.ts";
import type { Tokens } from "../../model/output.ts";
import type { AnswerForm, Finish, HeardAnswer } from "./answer-end.ts";
import { callIds } from "./call-id.ts";
import { type Fields, isFields, isList } from "./content-parts.ts";
import { GrowingText } from "./growing-text.ts";
import { withoutThoughts } from "./thought-tags.ts";
import { CallPieces } from "./tool-calls.ts";

const FILTERED = [
  "SAFETY",
  "RECITATION",
  "LANGUAGE",
  "BLOCKLIST",
  "PROHIBITED_CONTENT",
  "SPII",
  "IMAGE_SAFETY",
];

/** The model broke off for a reason of its own, whatever calls it made before. */
const BROKEN_OFF = [
  "MALFORMED_FUNCTION_CALL",
  "UNEXPECTED_TOOL_CALL",
  "TOO_MANY_TOOL_CALLS",
  "MISSING_THOUGHT_SIGNATURE",
];

export class GeminiAnswer implements AnswerForm {
  /** As they came; plain text that continues plain text is one. */
  readonly #parts: (Fields | GrowingText)[] = [];
  #said = 0;
  #finish: string | null = null;
  #finishMessage: string | null = null;
  #blocked: string | null = null;
  #usage: Fields = {};
  #counted = false;
  #model: string | null = null;
  readonly #idOf: (at: number) => string;

  constructor(messages: readonly Message[]) {
    this.#idOf = callIds(messages);
  }

  get said(): number {
    return this.#said;
  }

  get finished(): boolean {
    return this.#finish !== null || this.#blocked !== null;
  }

  add(message: Json): void {
    const piece = isFields(message) && isFields(message.response) ? message.response : message;
    if (!isFields(piece)) return;
    const { modelVersion, usageMetadata, promptFeedback, candidates } = inCamelCase(piece);
    if (typeof modelVersion === "string") this.#model = modelVersion;
    const candidate = isList(candidates) ? candidates.find(isFields) : undefined;
    if (isFields(usageMetadata)) {
      // Counts grow from piece to piece; one that is not repeated still stands.
      this.#usage = { ...this.#usage, ...inCamelCase(usageMetadata) };
      if (candidate === undefined) this.#counted = true;
    }
    const blocked = isFields(promptFeedback) ? inCamelCase(promptFeedback).blockReason : null;
    if (typeof blocked === "string") this.#blocked = blocked;
    if (candidate === undefined) return;
    const { content, finishReason, finishMessage } = inCamelCase(candidate);
    const parts = isFields(content) ? content.parts : content;
    for (const part of isList(parts) ? parts : [parts ?? null]) {
      if (isFields(part)) this.#addPart(inCamelCase(part));
      else if (typeof part === "string") this.#addPart({ text: part });
    }
    if (
      typeof finishReason === "string" &&
      finishReason !== "FINISH_REASON_UNSPECIFIED" &&
      finishReason !== ""
    )
      this.#finish = finishReason;
    if (typeof finishMessage === "string") this.#finishMessage = finishMessage;
  }

  #addPart(part: Fields): void {
    this.#said += Buffer.byteLength(
      typeof part.text === "string" ? part.text : JSON.stringify(part.functionCall ?? part),
    );
    if (!isPlain(part)) this.#parts.push(part);
    else if (part.text !== "") {
      const last = this.#parts.at(-1);
      const plain = last instanceof GrowingText ? last : new GrowingText();
      if (plain !== last) this.#parts.push(plain);
      plain.add(part.text);
    }
  }

  heard(): HeardAnswer {
    const parts = this.#parts.map((part) => (part instanceof GrowingText ? { text: part.toString() } : part));
    const said = parts.filter(isText);
    const joined = (texts: readonly { readonly text: string }[]) => texts.map(({ text }) => text).join("");
    const { text, thoughts } = withoutThoughts(joined(said.filter(({ thought }) => thought !== true)));
    const thought = Buffer.byteLength(joined(said.filter((part) => part.thought === true)));
    const calls = new CallPieces(this.#idOf);
    for (const { functionCall } of parts)
      if (isFields(functionCall)) calls.add(withObject(functionCall), true);
    const toolCalls = calls.calls();
    return {
      text,
      toolCalls,
      thoughts: thought + thoughts,
      verbatim: { role: "model", parts },
      finish: this.#finishOf(),
      counted: this.#counted,
      tokens: tokensOf(this.#usage),
      model: this.#model,
      unknown: parts.flatMap((part) =>
        isText(part) || "functionCall" in part ? [] : [Object.keys(part).join("+") || "nothing"],
      ),
    };
  }

  #finishOf(): Finish | null {
    const reason = this.#finish;
    if (reason === null) return null;
    if (reason === "MAX_TOKENS") return "length";
    if (FILTERED.includes(reason)) return "filtered";
    if (/^stop$/i.test(reason)) return "stop";
    if (!BROKEN_OFF.includes(reason) && this.#parts.some(isCall)) return "tools";
    const why = this.#finishMessage ?? "the answer holds neither text nor a call";
    return { broken: `${reason}: ${why}` };
  }

  /** Why the request itself was blocked; null where it was not. */
  get blocked(): string | null {
    return this.#finish === null && this.#parts.length === 0 ? this.#blocked : null;
  }
}

/** The same fields under the names of Google's JSON; some gateways have those of its protocol. What they hold stays. */
function inCamelCase(fields: Fields): Fields {
  const named = Object.entries(fields).map(([name, value]) => {
    return [name.replace(/_([a-z])/g, (_all, letter: string) => letter.toUpperCase()), value] as const;
  });
  return Object.fromEntries(named);
}

function isCall(part: Fields | GrowingText): boolean {
  return !(part instanceof GrowingText) && "functionCall" in part;
}

function isText(part: Fields): part is Fields & { readonly text: string } {
  return typeof part.text === "string";
}

function isPlain(part: Fields): part is { readonly text: string } {
  return typeof part.text === "string" && Object.keys(part).length === 1;
}

function withObject(call: Fields): Fields {
  return call.args === undefined || call.args === null ? { ...call, args: {} } : call;
}

function tokensOf(usage: Fields): Tokens | null {
  const count = (name: string) => {
    const figure = usage[name];
    return typeof figure === "number" && figure >= 0 ? figure : 0;
  };
  if (typeof usage.promptTokenCount !== "number" || usage.promptTokenCount < 0) return null;
  return {
    in: count("promptTokenCount") + count("toolUsePromptTokenCount"),
    out: count("candidatesTokenCount") + count("thoughtsTokenCount"),
    cached: count("cachedContentTokenCount"),
  };
}
