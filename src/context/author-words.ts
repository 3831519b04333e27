// How are an agent's own words shown to others? As what they are, a claim, and never so long that they push out the facts.

import type { Segment } from "../model/window.ts";

const BYTES = 1500;

export function wordsSegments(words: readonly { readonly name: string; readonly text: string }[]): Segment[] {
  return words.map(
    ({ name, text }): Segment => ({ kind: "said", name, text: cut(text.trim()), place: null }),
  );
}

function cut(text: string): string {
  const bytes = Buffer.from(text);
  if (bytes.byteLength <= BYTES) return text;
  // Half a character at the cut becomes the sign for one that cannot be read.
  return `${bytes
    .subarray(0, BYTES)
    .toString("utf8")
    .replace(/\ufffd+$/, "")}…`;
}
