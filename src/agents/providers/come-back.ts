// When may a server be asked again that refused? It says so in a header, in a field, or in a sentence, as a time to wait, a
// date, or seconds since the epoch. All of them are read here, and nowhere else.

import type { Json } from "../../model/digest.ts";
import { durationOf, timeInWords } from "./time-in-words.ts";

export interface RefusalTimes {
  readonly headers: Headers;
  /** What was refused with, as JSON; null where it was none. */
  readonly body: Json;
  readonly words: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** Milliseconds since the epoch; null where nothing is said. What is said for this client goes before what holds for a limit. */
export function comeBackAt({ headers, body, words, now }: RefusalTimes): number | null {
  const told =
    milliseconds(headers.get("retry-after-ms"), now) ??
    timeOf(headers.get("retry-after"), now) ??
    inFields(body, now) ??
    timeInWords(words, now);
  return told ?? limitReset([...headers, ...headersIn(body)], now);
}

/** A figure (seconds from now, or since the epoch, or ms since the epoch), a duration or a date. */
function timeOf(value: string | null, now: number): number | null {
  const text = value?.trim() ?? "";
  if (/^\d+(\.\d+)?$/.test(text)) {
    const figure = Number(text);
    if (figure > 1e11) return figure;
    return figure > 1e9 ? Math.ceil(figure * 1000) : now + Math.ceil(figure * 1000);
  }
  if (text === "") return null;
  const date = /^\d+\.?\d*\s*[a-z]/i.test(text) ? null : Date.parse(text);
  if (date !== null && !Number.isNaN(date)) return Math.max(now, date);
  const ms = durationOf(text);
  return ms === null ? null : now + ms;
}

function milliseconds(value: string | null, now: number): number | null {
  const ms = Number.parseFloat(value ?? "");
  return Number.isFinite(ms) ? now + Math.max(0, Math.ceil(ms)) : null;
}

const MS_FIELD = /^(retry_?after_?(ms|millis\w*)|reset_?in_?ms)$/i;
const FIELD =
  /^(retry_?after(_?sec\w*)?|retry_?delay|retry_?in(_?sec\w*)?|resets?_?at|resets?_?in(_?sec\w*)?|reset_?time|estimated_?time|wait(_?time)?(_?sec\w*)?)$/i;

/** Google's RetryInfo, and what others name alike. */
function inFields(body: Json, now: number, depth = 6): number | null {
  if (body === null || typeof body !== "object" || depth === 0) return null;
  for (const [name, value] of Object.entries(body)) {
    const figure = typeof value === "number" || typeof value === "string" ? String(value) : null;
    const at = MS_FIELD.test(name)
      ? milliseconds(figure, now)
      : FIELD.test(name)
        ? timeOf(figure, now)
        : null;
    const found = at ?? inFields(value, now, depth - 1);
    if (found !== null) return found;
  }
  return null;
}

/** Gateways hand on the headers of the server behind them in the body. */
function headersIn(body: Json, depth = 6): readonly (readonly [string, string])[] {
  if (body === null || typeof body !== "object" || depth === 0) return [];
  return Object.entries(body).flatMap(([name, value]) => {
    if (value !== null && typeof value === "object") return headersIn(value, depth - 1);
    return /rate-?limit/i.test(name) ? [[name.toLowerCase(), String(value)] as const] : [];
  });
}

/** The limit that is used up; else the first that is renewed, since nobody knows which one it was. */
function limitReset(headers: readonly (readonly [string, string])[], now: number): number | null {
  const all = new Map(headers);
  const resets = headers.flatMap(([name, value]) => {
    const [, seconds] = name === "ratelimit" ? (/\b(?:t|reset)=(\d+)/.exec(value) ?? []) : [];
    if (seconds !== undefined)
      return [{ at: now + Number(seconds) * 1000, isSpent: /\br(?:emaining)?=0\b/.test(value) }];
    if (!/rate-?limit/i.test(name) || !/reset/i.test(name)) return [];
    const at = timeOf(value, now);
    const remaining = all.get(name.replace(/reset/i, "remaining"));
    return at === null ? [] : [{ at, isSpent: remaining !== undefined && Number(remaining) <= 0 }];
  });
  const spent = resets.filter(({ isSpent }) => isSpent).map(({ at }) => at);
  if (spent.length > 0) return Math.max(...spent);
  return resets.length === 0 ? null : Math.min(...resets.map(({ at }) => at));
}
