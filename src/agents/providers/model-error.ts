// What went wrong with one call, as a value? Of a refusal it is the class, the server's own words, and when to come back;
// of all else, what is known of whether an answer was paid for.

import type { HostedDeclaration } from "../../model/agent-declaration.ts";
import type { Json } from "../../model/digest.ts";
import type { Failure } from "../../model/failure.ts";
import { now } from "../../platform/clock.ts";
import { comeBackAt } from "./come-back.ts";
import { readRefusal } from "./refusal-body.ts";
import { causeOf } from "./refusal-class.ts";

type ModelError = Extract<Failure, { reason: "model-error" }>;

/** What went wrong with one call, in an adapter's words. */
export type Fault = Omit<ModelError, "reason" | "agent">;

/** A server's own account of why it does not answer. */
export interface Refusal {
  /** Of the response; null where that was a success, and the body tells otherwise. */
  readonly status: number | null;
  readonly headers: Headers;
  /** A document, or what came in the place of one. */
  readonly body: Json;
}

const SETTING = /^(max_tokens|max_completion_tokens|stream|stream_options|temperature)$/;
const DETAIL_CHARACTERS = 300;
/** Of a refusal's words, for those who look for its class. */
const READ_CHARACTERS = 4096;
/** A limit that is lifted within such a time is none of a day, in ms. */
const SOON_MS = 15 * 60_000;

export function faultOf({ status: answered, headers, body }: Refusal): Fault {
  const { words: all, codes, status: told, json, isPage } = readRefusal(body);
  const words = all.slice(0, READ_CHARACTERS);
  const status = answered ?? told;
  const at = now();
  const spent = isSpent(json) ? ["insufficient_quota", "per_day"] : [];
  const back = comeBackAt({ headers, body: json, words, now: at });
  const soon = back !== null && back - at <= SOON_MS;
  const cause = causeOf({ status, codes: [...codes, ...spent], words, soon, isPage });
  const waits = cause === "rate" || cause === "quota" || cause === "overloaded" || cause === "loading";
  const none = status === null ? "the provider named no reason" : `the provider answered ${status}`;
  return {
    cause,
    status,
    detail: `${words || codes.join(" ") || none}${unnamed(codes, words)}`,
    retryAt: waits ? back : null,
    // What the model wrote in vain may be on the bill.
    outcome: cause === "malformed" ? "unknown" : outcomeOf(status, words),
  };
}

/** A setting that the body names beside its words. */
function unnamed(codes: readonly string[], words: string): string {
  const found = codes.find((code) => SETTING.test(code) && words !== "" && !words.includes(code));
  return found === undefined ? "" : ` (${found})`;
}

/** A gateway that stopped waiting does not know whether the model behind it went on, at our cost. */
function outcomeOf(status: number | null, words: string): Fault["outcome"] {
  if (status === 504 || status === 524) return "unknown";
  const gaveUp = /timed[ -]?out|timeout/i.test(words) && !/connect(ion)?[ -]?time/i.test(words);
  return gaveUp && status !== null && status >= 500 ? "unknown" : "no-answer";
}

/** Whether Google names a limit that waiting for minutes does not lift: one of a day, or one of nothing. */
function isSpent(json: Json, depth = 6): boolean {
  if (json === null || typeof json !== "object" || depth === 0) return false;
  const { quotaId, quotaValue } = json as { readonly quotaId?: Json; readonly quotaValue?: Json };
  if (/PerDay/i.test(String(quotaId)) || (quotaId !== undefined && String(quotaValue) === "0")) return true;
  return Object.values(json).some((value) => isSpent(value, depth - 1));
}

/** Something came, but not an answer. The model may have been at work, and paid for, all the same: `said` bytes came. */
export function malformed(detail: string, said = 0): Fault {
  return {
    cause: "malformed",
    status: null,
    detail,
    retryAt: null,
    outcome: "unknown",
    ...(said === 0 ? {} : { said }),
  };
}

/** `secrets`: words that nobody may read. */
export function modelError(
  declaration: HostedDeclaration,
  secrets: readonly string[],
  fault: Fault,
): ModelError {
  return { reason: "model-error", agent: declaration.id, ...fault, detail: plainLine(fault.detail, secrets) };
}

/** One short line without the key, and without what a provider shows of a wrong one. */
function plainLine(text: string, secrets: readonly string[]): string {
  const line = secrets
    .reduce((shown, secret) => shown.replaceAll(secret, "[key]"), text)
    .replace(/[^\s:"']*\*{3,}[^\s"',.]*/g, "[key]")
    .replace(/\/\/[^/\s@]+@/g, "//")
    .replace(/[\s\p{Cc}]+/gu, " ")
    .trim();
  return line.length > DETAIL_CHARACTERS ? `${line.slice(0, DETAIL_CHARACTERS - 1)}…` : line;
}
