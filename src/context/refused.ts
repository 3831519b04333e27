// How is an answer asked for again that could not be used? In a fresh window with the answer and what is wrong with it.

import type { Segment } from "../model/window.ts";
import { countedBytes } from "./bounded.ts";

export interface Refused {
  readonly answer: string;
  /** One line each. */
  readonly findings: readonly string[];
}

/**
 * The segments with the findings after them, and between them the answer itself where it fits into `limit` bytes, too:
 * the findings alone are enough to write another one.
 */
export function withRefused(segments: readonly Segment[], refused: Refused | null, limit: number): Segment[] {
  if (refused === null) return [...segments];
  const findings = refused.findings.slice(0, TOLD).map((text, index): Segment => {
    return { kind: "findings", name: String(index + 1), text: oneLine(text), place: null };
  });
  const answer: Segment = { kind: "refused", name: "answer", text: refused.answer, place: null };
  const whole = [...segments, answer, ...findings];
  return countedBytes(whole) <= limit ? whole : [...segments, ...findings];
}

/** Findings of one answer that are told: whoever mends these learns of the others. */
const TOLD = 20;

/** A text in one line, so that it cannot pass for another item. */
export function oneLine(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}
