// What do the events of a response say together, or its one document? An answer is a list of items: reasoning, messages, calls.
// Each comes in pieces and then whole, and all of them once more at the end; it is read whichever of these a server sends,
// and kept once. The items are kept as they came, since they must come back so.

import type { Message } from "../../model/conversation.ts";
import type { Json } from "../../model/digest.ts";
import { type AnswerForm, type Finish, finishNamed, type HeardAnswer } from "./answer-end.ts";
import { callIds } from "./call-id.ts";
import { type Fields, isFields, isList, partsOf, plainText } from "./content-parts.ts";
import { GrowingText } from "./growing-text.ts";
import { tokensOf } from "./openai-tokens.ts";
import { withoutThoughts } from "./thought-tags.ts";
import { CallPieces } from "./tool-calls.ts";

interface Gathered {
  readonly type: string;
  item: Fields;
  readonly text: GrowingText;
  readonly refusal: GrowingText;
  readonly given: GrowingText;
  /** Bytes that came of it. */
  said: number;
  isWhole: boolean;
}

/** Kinds of pieces, each with the type of the item that it is a piece of, and where it is kept. Of thoughts, the size is. */
const PIECES: readonly (readonly [RegExp, string, "text" | "refusal" | "given" | null])[] = [
  [/^response\.output_text\.delta$/, "message", "text"],
  [/^response\.refusal\.delta$/, "message", "refusal"],
  [/^response\.function_call_arguments\.delta$/, "function_call", "given"],
  [/^response\.reasoning\w*\.delta$/, "reasoning", null],
];

const ENDED = /^(completed|incomplete|failed|cancell?ed|done)$/;

export class ResponsesAnswer implements AnswerForm {
  #items: Gathered[] = [];
  readonly #byId = new Map<string, Gathered>();
  readonly #byIndex = new Map<string, Gathered>();
  #said = 0;
  #finish: Finish | null = null;
  #usage: Fields | null = null;
  #model: string | null = null;
  readonly #idOf: (at: number) => string;

  constructor(messages: readonly Message[]) {
    this.#idOf = callIds(messages);
  }

  get said(): number {
    return this.#said;
  }

  get finished(): boolean {
    return this.#finish !== null;
  }

  add(message: Json): void {
    if (!isFields(message)) return;
    const type = wordOf(message.type);
    const document = message.object === "response" ? message : message.response;
    if (isFields(document)) this.#look(document, type.replace(/^response\./, ""));
    else if (isFields(message.item)) {
      const found = this.#find(wordOf(message.item.type), wordOf(message.item.id), message);
      this.#settle(found, message.item, type === "response.output_item.done");
    } else this.#grow(message, type);
  }

  #grow(event: Fields, type: string): void {
    const { delta } = event;
    const [, of, kept] = PIECES.find(([name]) => name.test(type)) ?? [];
    if (of === undefined || kept === undefined || typeof delta !== "string") return;
    const found = this.#find(of, wordOf(event.item_id), event);
    if (kept !== null) found[kept].add(delta);
    this.#count(found, found.said + Buffer.byteLength(delta));
  }

  /** `event`: what the stream calls it, where the document has no status of its own. */
  #look(document: Fields, event: string): void {
    const { model, usage, output } = document;
    if (wordOf(model) !== "") this.#model = wordOf(model);
    if (isFields(usage)) this.#usage = usage;
    const status = wordOf(document.status) || event;
    const isDocument = event === "";
    if (!ENDED.test(status) && !isDocument) return;
    if (status !== "") this.#finish = finishOf(status, document);
    const listed = isList(output) ? output.filter(isFields) : [];
    // Some servers leave the list at the end empty, and some stream no item to its end.
    const isTold = this.#items.length > 0 && this.#items.every(({ isWhole }) => isWhole);
    if (listed.length === 0 || isTold) return;
    this.#items = [];
    this.#byId.clear();
    this.#byIndex.clear();
    for (const [index, item] of listed.entries()) {
      const found = this.#find(wordOf(item.type), wordOf(item.id), { item, output_index: index });
      this.#settle(found, item, true);
    }
  }

  /**
   * An item by its id or, since some servers give it another id with every event, by its place; else a new one. What comes as
   * an item after one that is whole is another.
   */
  #find(type: string, id: string, { item, output_index: index }: Fields): Gathered {
    const place = `${type} ${JSON.stringify(index ?? null)}`;
    const isItem = isFields(item);
    const call = isItem ? wordOf(item.call_id) : "";
    const known = id === "" ? undefined : this.#byId.get(`${type} ${id}`);
    const own = known?.isWhole === true && isItem ? undefined : known;
    const there = this.#byIndex.get(place);
    const isOther =
      there === undefined ||
      (there.isWhole && (isItem || id !== "")) ||
      (call !== "" && wordOf(there.item.call_id) !== "" && call !== there.item.call_id);
    const found = own ?? (isOther ? this.#begin(type) : there);
    if (id !== "") this.#byId.set(`${type} ${id}`, found);
    this.#byIndex.set(place, found);
    return found;
  }

  #begin(type: string): Gathered {
    const [text, refusal, given] = [new GrowingText(), new GrowingText(), new GrowingText()];
    const one = { type, item: { type }, text, refusal, given, said: 0, isWhole: false };
    this.#items.push(one);
    return one;
  }

  #settle(found: Gathered, item: Fields, isWhole: boolean): void {
    found.item = { ...found.item, ...item };
    found.isWhole ||= isWhole;
    this.#count(found, Math.max(found.said, bytesIn(item)));
  }

  #count(found: Gathered, said: number): void {
    this.#said += said - found.said;
    found.said = said;
  }

  heard(): HeardAnswer {
    const items = this.#items.map(itemOf);
    const of = (type: string) => items.filter((item) => item.type === type);
    const parts = of("message").flatMap(({ content }) => partsOf(content));
    const joined = (kind: "text" | "refusal" | "thought") =>
      parts.map((part) => (part.kind === kind ? part.text : "")).join("");
    const { text, thoughts } = withoutThoughts(joined("text"));
    const refusal = joined("refusal");
    const calls = new CallPieces(this.#idOf);
    for (const { call_id: call, id, name, arguments: given } of of("function_call"))
      calls.add({ id: call ?? id ?? null, name: name ?? "", arguments: given ?? "" }, true);
    const toolCalls = calls.calls();
    let at = 0;
    const verbatim = items.map((item) => {
      if (item.type !== "function_call") return item;
      const { id, arguments: given } = toolCalls[at++] ?? {};
      return { ...item, call_id: id ?? null, arguments: given ?? "" };
    });
    const reasoned = this.#items.filter(({ type }) => type === "reasoning");
    return {
      text: text + refusal,
      toolCalls,
      thoughts:
        reasoned.reduce((sum, { said }) => sum + said, 0) + Buffer.byteLength(joined("thought")) + thoughts,
      verbatim,
      finish: refusal !== "" && this.#finish !== null ? "filtered" : this.#finish,
      counted: false,
      tokens: tokensOf(this.#usage),
      model: this.#model,
      unknown: [
        ...items.map(({ type }) => wordOf(type)).filter((type) => !KNOWN.has(type)),
        ...parts.flatMap((part) => (part.kind === "unknown" ? [part.name] : [])),
      ],
    };
  }
}

const KNOWN: ReadonlySet<string> = new Set(["message", "function_call", "reasoning"]);

/** As it came; what came of it only in pieces is put in. */
function itemOf({ item, text, refusal, given }: Gathered): Fields {
  const [words, no, input] = [text, refusal, given].map(String) as [string, string, string];
  if (item.type === "message" && plainText(item.content).length < words.length + no.length)
    return {
      role: "assistant",
      ...item,
      content: [
        ...(words === "" ? [] : [{ type: "output_text", text: words, annotations: [] }]),
        ...(no === "" ? [] : [{ type: "refusal", refusal: no }]),
      ],
    };
  const isShort = typeof item.arguments !== "string" || item.arguments.length < input.length;
  return item.type === "function_call" && input !== "" && isShort ? { ...item, arguments: input } : item;
}

/** Of what the model made, and of what goes back with every turn. */
function bytesIn(item: Fields): number {
  const { type, content, name, arguments: given, summary, encrypted_content: encrypted } = item;
  switch (type) {
    case "message":
      return Buffer.byteLength(plainText(content));
    case "function_call":
      return Buffer.byteLength(plainText([name ?? "", typeof given === "string" ? given : jsonOf(given)]));
    case "reasoning":
      return Buffer.byteLength(plainText([summary ?? "", content ?? "", encrypted ?? ""]));
    default:
      return Buffer.byteLength(JSON.stringify(item));
  }
}

function jsonOf(value: Json | undefined): string {
  return value === undefined || value === null ? "" : JSON.stringify(value);
}

function wordOf(value: Json | undefined): string {
  return typeof value === "string" ? value : "";
}

function finishOf(status: string, { incomplete_details: details }: Fields): Finish {
  if (status === "completed" || status === "done") return "stop";
  const reason = isFields(details) ? wordOf(details.reason) : "";
  const named = finishNamed(reason);
  const isLimit = status === "incomplete" && (named === "length" || named === "filtered");
  return isLimit ? named : { broken: `the server ended the answer with ${JSON.stringify(reason || status)}` };
}
