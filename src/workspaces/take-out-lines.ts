// What did people make of a file, without the lines that tasks inserted? A merge line by line gives up where people wrote right
// beside them; but lines that stand there untouched, and were only added, can be taken out whatever is next to them.

import { diffIndices } from "node-diff3";
import { type InsertedLines, linesOf, withoutEnd, withoutInserted } from "../model/inserted-lines.ts";

/** A run of lines of one text, and of another text in place of it. */
interface Chunk {
  readonly from: number;
  readonly length: number;
  readonly to: number;
  readonly now: number;
}

/**
 * `current` without the lines that `generated` has beyond `below`. Null where `generated` does more than adding lines, where one
 * of these is changed or gone, or something stands among them.
 */
export function takeOutLines(
  generated: Uint8Array,
  current: Uint8Array,
  below: Uint8Array,
): Uint8Array | null {
  if ([generated, current, below].some((content) => content.includes(0))) return null;
  const [made, now, before] = [generated, current, below].map((content) =>
    linesOf(content).map(withoutEnd),
  ) as [string[], string[], string[]];
  const additions = chunksOf(before, made);
  if (additions.some(({ length }) => length > 0)) return null;
  const edits = chunksOf(made, now);
  const inserted: InsertedLines[] = [];
  for (const { to: start, now: lines } of additions) {
    const end = start + lines;
    const isTouched = edits.some(({ from, length }) => from < end && from + length > start);
    if (isTouched) return null;
    const last = edits.findLast(({ from, length }) => from + length <= start);
    const moved = last === undefined ? 0 : last.to + last.now - (last.from + last.length);
    inserted.push({ line: start + moved + 1, lines });
  }
  return withoutInserted(current, inserted);
}

function chunksOf(a: string[], b: string[]): readonly Chunk[] {
  return diffIndices(a, b).map(({ buffer1, buffer2 }) => {
    const [from, length] = buffer1 as [number, number];
    const [to, now] = buffer2 as [number, number];
    return { from, length, to, now };
  });
}
