// What do the pieces of a streamed chat completion say together? It also keeps the message in the server's own form:
// what some servers add to it (signatures on calls, reasoning) must come back to them as it was.

import type { ChatCompletionChunk } from "openai/resources/chat/completions";
import type { Message, ModelAnswer, ToolCall } from "../../model/conversation.ts";
import type { Json } from "../../model/digest.ts";
import type { Tokens } from "../../model/output.ts";
import { failed, type Result, success } from "../../model/result.ts";
import { callIds } from "./call-id.ts";
import { type Fault, malformed } from "./model-error.ts";

type Fields = { [key: string]: Json };
type CallPiece = { readonly index: Json; readonly fields: Fields };

/** What servers want back beside text and calls; of other additions some refuse what they sent themselves. */
const KEPT = ["reasoning_content", "reasoning_details"];

/** How servers say that an answer ends in calls. */
const CALLING = ["tool_calls", "function_call", "tool_use"];

export class OpenaiAnswer {
  #message: Fields = {};
  #calls: CallPiece[] = [];
  #finish: string | null = null;
  #usage: unknown = null;
  #model: string | null = null;
  readonly #idOf: (at: number) => string;

  constructor(messages: readonly Message[]) {
    this.#idOf = callIds(messages);
  }

  get begun(): boolean {
    return Object.keys(this.#message).length > 0 || this.#calls.length > 0;
  }

  get finished(): boolean {
    return this.#finish !== null;
  }

  add(chunk: ChatCompletionChunk): void {
    this.#model = chunk.model || this.#model;
    this.#usage = chunk.usage ?? this.#usage;
    const choice = chunk.choices?.find(({ index = 0 }) => index === 0);
    if (choice === undefined) return;
    const { tool_calls: calls, ...rest } = (choice.delta ?? {}) as unknown as Fields;
    merge(this.#message, rest);
    if (Array.isArray(calls)) for (const call of calls) this.#addCall(call as Fields);
    this.#finish = choice.finish_reason || this.#finish;
  }

  #addCall({ index, ...fields }: Fields): void {
    const piece = { index: index ?? null, fields };
    const known = this.#calls.findLast((call) => continues(call, piece));
    if (known === undefined) this.#calls.push(piece);
    else merge(known.fields, fields);
  }

  end(): Result<ModelAnswer, Fault> {
    const { content, refusal } = this.#message;
    const text = [content, refusal].filter((part) => typeof part === "string").join("");
    const toolCalls = this.#calls.map(({ fields }, at) => this.#toolCall(fields, at));
    if (this.#finish === null) {
      return failed(malformed(this.begun ? "the answer ended in its middle" : "the answer holds no choice"));
    }
    const end = refusal ? "filtered" : endOf(this.#finish, toolCalls.length);
    // Models that have nothing to add stop without a word; calls that were announced and are not there were lost.
    if (CALLING.includes(this.#finish) && toolCalls.length === 0 && text === "") {
      return failed(malformed("the answer holds neither text nor a call"));
    }
    const verbatim = this.#verbatim(toolCalls);
    return success({ text, toolCalls, verbatim, end, tokens: tokensOf(this.#usage), model: this.#model });
  }

  #toolCall(fields: Fields, at: number): ToolCall {
    const { name, arguments: given } = (fields.function ?? {}) as Fields;
    return {
      id: String(fields.id || this.#idOf(at)),
      name: String(name ?? ""),
      arguments: typeof given === "string" ? given : JSON.stringify(given ?? {}),
    };
  }

  #verbatim(toolCalls: readonly ToolCall[]): Json {
    const { content = null } = this.#message;
    const kept = KEPT.filter((field) => this.#message[field] != null);
    const calls = this.#calls.map(({ fields }, at) => {
      const { id, name, arguments: text } = toolCalls[at] as ToolCall;
      return { ...fields, id, type: "function", function: { name, arguments: text } };
    });
    return {
      role: "assistant",
      content,
      ...(calls.length === 0 ? {} : { tool_calls: calls }),
      ...Object.fromEntries(kept.map((field) => [field, this.#message[field] as Json])),
    };
  }
}

/** Pieces of a call share its index; but servers that send whole calls may give all of them the same, or none, or no id. */
function continues(call: CallPiece, { index, fields }: CallPiece): boolean {
  const { id } = fields;
  const { name, arguments: given } = (fields.function ?? {}) as Fields;
  if (index === null) return id ? id === call.fields.id : !name;
  if (name && given && isWhole(call)) return false;
  return index === call.index && (!id || !call.fields.id || id === call.fields.id);
}

/** Arguments that are complete take no more pieces. */
function isWhole({ fields }: CallPiece): boolean {
  const { arguments: given } = (fields.function ?? {}) as Fields;
  if (typeof given !== "string") return given != null;
  try {
    return isFields(JSON.parse(given));
  } catch {
    return false;
  }
}

/** Adds a piece to what came before it: texts and lists grow, objects merge, and null adds nothing. */
function merge(into: Fields, piece: Fields): void {
  for (const [name, value] of Object.entries(piece)) {
    const before = into[name];
    if (value === null && before !== undefined) continue;
    if (typeof before === "string" && typeof value === "string" && !FIXED.includes(name)) {
      into[name] = before + value;
    } else if (Array.isArray(before) && Array.isArray(value)) {
      into[name] = [...before, ...value];
    } else if (isFields(before) && isFields(value)) {
      merge(before, value);
    } else {
      into[name] = value;
    }
  }
}

/** Texts that are told once, and by some servers again with every piece. */
const FIXED = ["id", "type", "role", "name"];

function isFields(value: Json | undefined): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function endOf(finish: string, calls: number): ModelAnswer["end"] {
  if (finish === "length") return "length";
  if (finish === "content_filter") return "filtered";
  return calls > 0 ? "tools" : "stop";
}

function tokensOf(usage: unknown): Tokens | null {
  const { prompt_tokens, completion_tokens, total_tokens, prompt_tokens_details } = (usage ?? {}) as Fields;
  if (typeof prompt_tokens !== "number" || typeof completion_tokens !== "number") return null;
  const cached = (prompt_tokens_details as Fields | null | undefined)?.cached_tokens;
  // Some servers count thinking in the total alone.
  const rest = typeof total_tokens === "number" ? total_tokens - prompt_tokens : 0;
  return {
    in: prompt_tokens,
    out: Math.max(completion_tokens, rest),
    cached: typeof cached === "number" ? cached : 0,
  };
}
