// What does the body of a refusal say, in whatever shape a server or a gateway puts it? Wrapped in `error` or not, as a
// text, a list, a page, or JSON inside of a text. It judges nothing.

import type { Json } from "../../model/digest.ts";

export interface RefusalBody {
  /** For people. Empty where it holds none. */
  readonly words: string;
  /** Machine-readable names, such as `insufficient_quota`. */
  readonly codes: readonly string[];
  /** HTTP status that the body names; null where it names none. */
  readonly status: number | null;
  /** Null where it is no JSON. */
  readonly json: Json;
  readonly isPage: boolean;
}

type Fields = { readonly [name: string]: Json };

const DEEPEST = 8;

/** Fields that hold words for people, those that say most first. */
const WORDS = [
  "error",
  "errors",
  "message",
  "msg",
  "detail",
  "error_message",
  "errorMessage",
  "error_msg",
  "status_msg",
  "error_description",
  "description",
  "title",
  "fault",
  "faultstring",
  "Message",
  "base_resp",
  "innererror",
  "metadata",
  "raw",
  "reason",
  "response",
  "body",
];

const CODES = /^(code|type|__type|status|reason|error|err(or)?_?code|kind|param|quotaId|limit_source)$/i;
const STATUS = /^(code|status|status_?code|http_?(status|code))$/i;

export function readRefusal(body: Json): RefusalBody {
  const json = typeof body === "string" ? (jsonIn(body)?.value ?? null) : body;
  const facts = json === null ? { codes: [], status: null } : factsOf(json);
  return { words: wordsOf(body), ...facts, json, isPage: typeof body === "string" && isPage(body.trim()) };
}

/** What refuses within a document that came as an answer; null where nothing does. `event`: what the stream calls it. */
export function refusalIn(value: Json, event: string | null): Json {
  if (!isFields(value))
    return event === "error" || (typeof value === "string" && value !== "") ? value : null;
  const { error, object, type, response } = value;
  // These name themselves, and repeat all that they were asked, which may hold the words of any refusal.
  if (object === "response") return isSaid(error) ? { error: error as Json } : null;
  if (typeof type === "string" && type.startsWith("response."))
    return isFields(response) ? refusalIn({ ...response, object: "response" }, null) : null;
  if (event === "error") return value;
  // An event of another name tells how far the server is, with words for whoever waits.
  const isTold = event === null || /^(message|data|exception)$/i.test(event);
  return (isTold ? isRefusal(value) : isNamedError(value)) ? value : null;
}

function isNamedError({ error, object, type }: Fields): boolean {
  return isSaid(error) || object === "error" || type === "error";
}

function isRefusal(value: Fields): boolean {
  const { choices, candidates, base_resp: base } = value;
  if (isNamedError(value)) return true;
  const holdsAnswer = [choices, candidates].some((list) => Array.isArray(list) && list.length > 0);
  if (holdsAnswer || "promptFeedback" in value || "usage" in value || "usageMetadata" in value) return false;
  if (isFields(base) && base.status_code !== 0) return true;
  if (value.success === false || factsOf(value).status !== null) return true;
  return ["message", "msg", "detail", "error_message", "errorMessage", "errors"].some((name) =>
    isSaid(value[name]),
  );
}

function isSaid(value: Json | undefined): boolean {
  if (isFields(value)) return Object.keys(value).length > 0;
  return Array.isArray(value) ? value.length > 0 : Boolean(value);
}

function wordsOf(value: Json | undefined, depth = DEEPEST): string {
  if (typeof value === "string") return textWords(value, depth);
  if (depth === 0 || value === null || typeof value !== "object") return "";
  if (Array.isArray(value)) return joined(value.slice(0, 3).map((one) => itemWords(one, depth - 1)));
  const fields = value as Fields;
  const parts = WORDS.map((name) => wordsOf(fields[name], depth - 1)).filter((part) => part !== "");
  // One plain word is a name for programs, where there is a sentence beside it.
  const sentences = parts.filter((part) => /\s/.test(part));
  return joined(sentences.length > 0 ? sentences : parts.slice(0, 1));
}

/** FastAPI's findings tell the field, and the message leaves it out. */
function itemWords(item: Json, depth: number): string {
  const words = wordsOf(item, depth);
  const place = isFields(item) && Array.isArray(item.loc) ? item.loc.filter((part) => part !== "body") : [];
  return place.length === 0 ? words : `${place.join(".")}: ${words}`;
}

function joined(parts: readonly string[]): string {
  const kept: string[] = [];
  for (const part of parts) {
    if (part !== "" && !kept.some((one) => one.includes(part) || part.includes(one))) kept.push(part);
    else {
      const at = kept.findIndex((one) => part.includes(one));
      if (at >= 0) kept[at] = part;
    }
  }
  return kept.join(": ");
}

function textWords(text: string, depth: number): string {
  const trimmed = text.trim();
  if (isPage(trimmed)) return pageWords(trimmed);
  const json = depth === 0 ? null : jsonIn(trimmed);
  if (json === null) return trimmed;
  const inner = wordsOf(json.value, depth - 1);
  return inner === "" ? trimmed : joined([json.before.replace(/[\s:,-]+$/, ""), inner]);
}

function isPage(text: string): boolean {
  return /^<(!doctype|html|\?xml|head|body)/i.test(text);
}

function pageWords(page: string): string {
  const title =
    /<title[^>]*>([\s\S]*?)<\/title>/i.exec(page)?.[1] ?? /<h1[^>]*>([\s\S]*?)<\/h1>/i.exec(page)?.[1];
  const text = title ?? page.replace(/<(script|style)[\s\S]*?<\/\1>/gi, " ");
  return text
    .replace(/<[^>]*>/g, " ")
    .replace(/&(nbsp|amp|lt|gt|quot);/g, " ")
    .replace(/\s+/g, " ")
    .trim();
}

/** The object or list in a text that may say something before it: `Error code: 400 - {"error": …}`. */
function jsonIn(text: string): { readonly value: Json; readonly before: string } | null {
  const from = text.search(/[{[]/);
  const to = Math.max(text.lastIndexOf("}"), text.lastIndexOf("]"));
  if (from < 0 || to <= from) return null;
  try {
    return { value: JSON.parse(text.slice(from, to + 1)) as Json, before: text.slice(0, from) };
  } catch {
    return null;
  }
}

function factsOf(json: Json): { readonly codes: readonly string[]; readonly status: number | null } {
  const codes: string[] = [];
  const statuses: number[] = [];
  const walk = (value: Json, depth: number): void => {
    if (depth === 0 || value === null || typeof value !== "object") return;
    for (const [name, each] of Object.entries(value)) {
      if (STATUS.test(name) && /^[45]\d\d$/.test(String(each))) statuses.push(Number(each));
      else if (CODES.test(name) && typeof each === "string" && /^[\w.#:/-]+$/.test(each)) codes.push(each);
      const inner = typeof each === "string" ? jsonIn(each)?.value : each;
      if (inner !== undefined) walk(inner, depth - 1);
    }
  };
  walk(json, DEEPEST);
  return { codes, status: statuses[0] ?? null };
}

function isFields(value: Json | undefined): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
