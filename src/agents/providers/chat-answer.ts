// What do the messages of a chat completion say together? It also keeps the message in the server's own form: what some
// servers add to it (signatures on calls, reasoning) must come back to them as it was.

import type { ModelRequest, ToolDeclaration } from "../../model/conversation.ts";
import type { Json } from "../../model/digest.ts";
import { type AnswerForm, type Finish, finishNamed, type HeardAnswer } from "./answer-end.ts";
import { callIds } from "./call-id.ts";
import { callsInText } from "./calls-in-text.ts";
import { type Fields, isFields, isList, partsOf, plainText } from "./content-parts.ts";
import { GrowingText } from "./growing-text.ts";
import { tokensOf } from "./openai-tokens.ts";
import { readRefusal } from "./refusal-body.ts";
import { withoutThoughts } from "./thought-tags.ts";
import { CallPieces } from "./tool-calls.ts";

/** Where servers put thoughts that are no part of the content. Some want the first two back; of the others, many refuse them. */
const KEPT = ["reasoning_content", "reasoning_details"];
const THOUGHTS = [...KEPT, "reasoning", "thinking", "thought", "thinking_blocks"];

/** Words that some servers put where there is no reason yet, with every piece. */
const NO_REASON = /^(null|none|unknown|unspecified|undefined)?$/i;

export class ChatAnswer implements AnswerForm {
  readonly #text = new GrowingText();
  readonly #refusal = new GrowingText();
  #said = 0;
  #thoughts = 0;
  readonly #kept = new Map<string, GrowingText | Json[]>();
  #finish: string | null = null;
  #error: string | null = null;
  #usage: Fields | null = null;
  #counted = false;
  #model: string | null = null;
  #streamed = false;
  readonly #unknown = new Set<string>();
  readonly #idOf: (at: number) => string;
  readonly #tools: readonly ToolDeclaration[];
  readonly #calls: CallPieces;

  constructor({ messages, tools }: ModelRequest) {
    this.#idOf = callIds(messages);
    this.#tools = tools;
    this.#calls = new CallPieces(this.#idOf);
  }

  get said(): number {
    return this.#said + this.#calls.said;
  }

  get finished(): boolean {
    return this.#finish !== null;
  }

  add(message: Json): void {
    const document = unwrapped(message);
    if (document === null) return;
    const choices = isList(document.choices) ? document.choices.filter(isFields) : [];
    if (typeof document.model === "string" && document.model !== "") this.#model = document.model;
    const choice = choices.find(({ index }) => index === 0 || index === undefined || index === null);
    const usage = [document.usage, (document.x_groq as Fields | undefined)?.usage, choice?.usage].find(
      isFields,
    );
    if (usage !== undefined) this.#usage = usage;
    // Beside a choice it is a count on the way.
    if (usage !== undefined && choices.length === 0) this.#counted = true;
    if (choice === undefined) return;
    const { delta, message: whole, text } = choice;
    if (isFields(delta)) {
      this.#streamed = true;
      this.#take(delta, false);
    } else if (isFields(whole) && !this.#streamed) this.#take(whole, true);
    else if (typeof text === "string") this.#take({ content: text }, false);
    if (isFields(choice.error)) this.#error = readRefusal(choice.error).words;
    if (typeof choice.finish_reason === "string" && !NO_REASON.test(choice.finish_reason))
      this.#finish = choice.finish_reason;
  }

  #take(fields: Fields, isWhole: boolean): void {
    for (const part of partsOf(fields.content)) {
      if (part.kind === "text") this.#say(part.text);
      else if (part.kind === "thought") this.#think(part.text);
      else if (part.kind === "refusal") this.#refuse(part.text);
      else if (part.kind === "call") this.#calls.add(part.call, true);
      else {
        this.#unknown.add(part.name);
        this.#said += part.bytes;
      }
    }
    if (typeof fields.refusal === "string") this.#refuse(fields.refusal);
    for (const name of THOUGHTS) this.#think(plainText(fields[name]));
    for (const name of KEPT) this.#keep(name, fields[name]);
    const calls = isList(fields.tool_calls) ? fields.tool_calls : [fields.tool_calls, fields.function_call];
    for (const call of calls) if (isFields(call)) this.#calls.add(call, isWhole);
  }

  #say(text: string): void {
    this.#text.add(text);
    this.#said += Buffer.byteLength(text);
  }

  #think(text: string): void {
    const bytes = Buffer.byteLength(text);
    this.#thoughts += bytes;
    this.#said += bytes;
  }

  #refuse(text: string): void {
    this.#refusal.add(text);
    this.#said += Buffer.byteLength(text);
  }

  #keep(name: string, value: Json | undefined): void {
    if (value === undefined || value === null) return;
    const kept = this.#kept.get(name) ?? (typeof value === "string" ? new GrowingText() : []);
    this.#kept.set(name, kept);
    if (!(kept instanceof GrowingText)) for (const one of isList(value) ? value : [value]) kept.push(one);
    else if (typeof value === "string") kept.add(value);
  }

  heard(): HeardAnswer {
    const { text: plain, thoughts } = withoutThoughts(this.#text.toString());
    const { text, calls } = this.#callsBeside(plain);
    const toolCalls = calls.calls();
    const verbatim = {
      role: "assistant",
      content: text === "" && toolCalls.length > 0 ? null : text,
      ...(toolCalls.length === 0 ? {} : { tool_calls: calls.verbatim() }),
      ...Object.fromEntries([...this.#kept].map(([name, kept]) => [name, asJson(kept)])),
    };
    const refusal = this.#refusal.toString();
    return {
      text: text + refusal,
      toolCalls,
      thoughts: this.#thoughts + thoughts,
      verbatim,
      finish: refusal !== "" && this.#finish !== null ? "filtered" : this.#finishOf(),
      counted: this.#counted,
      tokens: tokensOf(this.#usage),
      model: this.#model,
      unknown: [...this.#unknown],
    };
  }

  /** Those of their own field, else those that the text holds. What was cut off may hold half of one. */
  #callsBeside(text: string): { readonly text: string; readonly calls: CallPieces } {
    const isCut = this.#finishOf() === "length";
    const written = this.#calls.said > 0 || isCut ? null : callsInText(text, this.#tools);
    if (written === null) return { text, calls: this.#calls };
    const calls = new CallPieces(this.#idOf);
    for (const call of written.calls) calls.add(call, true);
    return { text: written.text, calls };
  }

  #finishOf(): Finish | null {
    if (this.#finish === null) return null;
    if (this.#error !== null) return { broken: this.#error };
    return finishNamed(this.#finish);
  }
}

function asJson(kept: GrowingText | Json[]): Json {
  return kept instanceof GrowingText ? kept.toString() : kept;
}

/** Some gateways put the document of the server behind them into a field. */
function unwrapped(message: Json): Fields | null {
  if (!isFields(message)) return null;
  if ("choices" in message) return message;
  const inner = [message.result, message.data, message.response].find(
    (one) => isFields(one) && "choices" in one,
  );
  return isFields(inner) ? inner : message;
}
