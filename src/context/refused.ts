// How is an answer asked for again that could not be used? In a fresh window with the answer and what is wrong with it:
// the findings speak of the answer's own words, so neither is of use without the other.

import type { Segment } from "../model/window.ts";

export interface Refused {
  readonly answer: string;
  /** One line each. */
  readonly findings: readonly string[];
}

/** The segments with the refused answer and the findings after them. Neither counts in the bound of a window. */
export function withRefused(segments: readonly Segment[], refused: Refused | null): Segment[] {
  if (refused === null) return [...segments];
  const findings = refused.findings.slice(0, TOLD).map((text, index): Segment => {
    return { kind: "findings", name: String(index + 1), text: oneLine(text), place: null };
  });
  const answer: Segment = { kind: "refused", name: "answer", text: shownAnswer(refused.answer), place: null };
  return [...segments, answer, ...findings];
}

/** Findings of one answer that are told: whoever mends these learns of the others. */
const TOLD = 20;

/** In characters. No answer of this role is of that length: what it holds beyond is not worth a call's money. */
const LONGEST = 32_768;

/** Its beginning and its end, where it is far too long: there an answer says what it is, and how it was cut off. */
function shownAnswer(answer: string): string {
  if (answer.length <= LONGEST) return answer;
  const head = answer.slice(0, (LONGEST * 3) / 4);
  const tail = answer.slice(-LONGEST / 4);
  return `${head}\n(${answer.length - LONGEST} characters are left out here)\n${tail}`;
}

/** A text in one line, so that it cannot pass for another item. */
export function oneLine(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}
