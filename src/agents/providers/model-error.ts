// Of which class is a call that brought no answer? Providers word the same refusal in many ways; what may be done about
// it (wait, pay, shorten, give up) hangs on the class alone. It does not know how a refusal came over the wire.

import type { HostedDeclaration } from "../../model/agent-declaration.ts";
import type { Failure, ModelErrorCause } from "../../model/failure.ts";
import { now } from "../../platform/clock.ts";

type ModelError = Extract<Failure, { reason: "model-error" }>;

/** What went wrong with one call, in an adapter's words. */
export type Fault = Omit<ModelError, "reason" | "agent">;

/** A provider's own account of why it does not answer. */
export interface Refusal {
  readonly status: number | null;
  /** Its machine-readable names, such as `insufficient_quota`. */
  readonly codes: readonly string[];
  readonly message: string;
  readonly retryAfterMs: number | null;
}

const DETAIL_CHARACTERS = 300;

const QUOTA = /insufficient_quota|billing_(hard_limit|not_active)|insufficient_(credits|balance|funds)/i;
const CONTEXT_CODE = /context_length_exceeded|exceed_context_size/i;
const CONTEXT_TEXT =
  /maximum context length|context (length|window|size)|exceeds the maximum number of tokens|prompt is too long/i;
const FILTERED = /content_filter|content_policy|responsible_ai/i;
const AUTH = /invalid_api_key|api_key_invalid|authentication_error|permission_denied|unauthenticated/i;
const RATE = /rate_limit|resource_exhausted/i;
const OVERLOADED = /server_error|overloaded|unavailable|internal/i;

export function faultOf({ status, codes, message, retryAfterMs }: Refusal): Fault {
  const fallback = status === null ? "the provider named no reason" : `the provider answered ${status}`;
  const cause = causeOf(status, codes.join(" "), message);
  return { cause, status, detail: message || fallback, retryAfterMs, outcome: outcomeOf(status) };
}

function causeOf(status: number | null, codes: string, message: string): ModelErrorCause {
  if (status === 402 || QUOTA.test(codes)) return "quota";
  if (CONTEXT_CODE.test(codes)) return "context";
  if ((status === 400 || status === 413) && CONTEXT_TEXT.test(message)) return "context";
  if (FILTERED.test(codes)) return "filtered";
  if (status === 401 || status === 403 || AUTH.test(codes)) return "auth";
  if (status === 429) return "rate";
  // A server that waited too long for the request is no judgement of the request.
  if (status === 408 || (status !== null && status >= 500)) return "overloaded";
  if (status !== null) return "refused";
  if (RATE.test(codes)) return "rate";
  return OVERLOADED.test(codes) ? "overloaded" : "refused";
}

/** A gateway that stopped waiting does not know whether the model behind it went on, at our cost. */
function outcomeOf(status: number | null): Fault["outcome"] {
  return status === 504 || status === 524 ? "unknown" : "no-answer";
}

/** Something came, but not an answer. The model may have been at work, and paid for, all the same. */
export function malformed(detail: string): Fault {
  return { cause: "malformed", status: null, detail, retryAfterMs: null, outcome: "unknown" };
}

export function modelError(declaration: HostedDeclaration, key: string, fault: Fault): ModelError {
  return { reason: "model-error", agent: declaration.id, ...fault, detail: plainLine(fault.detail, key) };
}

/** One short line without the key, and without what a provider shows of a wrong one. */
function plainLine(text: string, key: string): string {
  const line = (key === "" ? text : text.replaceAll(key, "[key]"))
    .replace(/[^\s:"']*\*{3,}[^\s"',.]*/g, "[key]")
    .replace(/\/\/[^/\s@]+@/g, "//")
    .replace(/[\s\p{Cc}]+/gu, " ")
    .trim();
  return line.length > DETAIL_CHARACTERS ? `${line.slice(0, DETAIL_CHARACTERS - 1)}…` : line;
}

/** How long a response asks to be left alone, in ms; null where it does not say. */
export function retryAfter(headers: Headers): number | null {
  const ms = Number.parseFloat(headers.get("retry-after-ms") ?? "");
  if (Number.isFinite(ms)) return Math.max(0, Math.ceil(ms));
  const text = headers.get("retry-after")?.trim() ?? "";
  if (/^\d+(\.\d+)?$/.test(text)) return Math.ceil(Number(text) * 1000);
  const date = Date.parse(text);
  return Number.isNaN(date) ? null : Math.max(0, date - now());
}
