// What did people make of a file, without the lines that tasks inserted? A merge line by line gives up where people wrote right
// beside them; but lines that stand there untouched can be taken out whatever is next to them.

import { diffIndices } from "node-diff3";
import { type InsertedLines, linesOf, withoutEnd, withoutInserted } from "../model/inserted-lines.ts";

/**
 * `current` without the runs of lines that were inserted into `generated`. Null where one of these lines is changed or gone, or
 * something stands within a run; between two of them people may write.
 */
export function takeOutLines(
  generated: Uint8Array,
  current: Uint8Array,
  inserted: readonly InsertedLines[],
): Uint8Array | null {
  if (generated.includes(0) || current.includes(0)) return null;
  const [made, now] = [generated, current].map((content) => linesOf(content).map(withoutEnd)) as [
    string[],
    string[],
  ];
  const edits = diffIndices(made, now).map(({ buffer1, buffer2 }) => {
    const [from, length] = buffer1 as [number, number];
    const [to, count] = buffer2 as [number, number];
    return { from, end: from + length, moved: to + count - (from + length) };
  });
  const found: InsertedLines[] = [];
  for (const { line, lines } of inserted) {
    const [from, end] = [line - 1, line - 1 + lines];
    if (edits.some((edit) => edit.from < end && edit.end > from)) return null;
    const moved = edits.findLast((edit) => edit.end <= from)?.moved ?? 0;
    found.push({ line: line + moved, lines });
  }
  return withoutInserted(current, found);
}
