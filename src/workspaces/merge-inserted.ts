// What is a file into which many tasks inserted lines, none of which saw the others'? All of them, each at its place; those of one
// place in the order of the tasks, and lines that two of them want there once. It does not know where a place comes from.

import { diffIndices } from "node-diff3";
import type { TaskId } from "../model/address.ts";
import {
  hasEnd,
  holdsRun,
  type InsertedLines,
  insertionsOf,
  lineEndOf,
  linesOf,
  withLines,
  withoutEnd,
  withoutInserted,
} from "../model/inserted-lines.ts";
import type { LinesOfTask } from "./puts.ts";

export interface LinesWriter {
  readonly task: TaskId;
  readonly bytes: Uint8Array;
  /** Null where it wrote the file as a whole: then it saw all that came before. */
  readonly inserted: readonly InsertedLines[] | null;
  /** Positions of all earlier writers whose work it saw, in order. */
  readonly saw: readonly number[];
}

interface Line {
  readonly text: string;
  /** Position of the writer that inserted it; null for those of the file. */
  readonly by: number | null;
}

/** `start`: what all began with. In the order of the lines; `lost` is the position of a writer whose place is gone. */
export function mergeInserted(
  start: Uint8Array,
  writers: readonly LinesWriter[],
): { readonly content: Uint8Array; readonly inserted: readonly LinesOfTask[] } | { readonly lost: number } {
  let file = start;
  let lines = ofFile(file);
  for (const [position, { bytes, inserted, saw }] of writers.entries()) {
    if (inserted === null) {
      file = bytes;
      lines = ofFile(file);
      continue;
    }
    const base = linesOf(withoutInserted(bytes, inserted)).map(withoutEnd);
    for (const { at, lines: added } of insertionsOf(bytes, inserted)) {
      const isSeen = ({ by }: Line) => by === null || saw.includes(by);
      const seen = [...lines.keys()].filter((index) => isSeen(lines[index] as Line));
      const texts = seen.map((index) => withoutEnd((lines[index] as Line).text));
      const place = placeIn(texts, base, at);
      if (place === null) return { lost: position };
      const from = place === 0 ? 0 : (seen[place - 1] as number) + 1;
      const to = seen[place] ?? lines.length;
      // What two tasks want at one place, such as an import, is there once.
      const beside = lines.slice(from, to).map(({ text }) => withoutEnd(text));
      if (holdsRun(beside, added.map(withoutEnd))) continue;
      lines = [...lines.slice(0, to), ...added.map((text) => ({ text, by: position })), ...lines.slice(to)];
    }
  }
  return { content: withLines(file, joined(lines)), inserted: runsIn(lines, writers) };
}

/** How many of these lines come before what had `at` lines of `base` before it; null where all around it changed. */
function placeIn(lines: readonly string[], base: readonly string[], at: number): number | null {
  let moved = 0;
  for (const { buffer1, buffer2 } of diffIndices([...base], [...lines])) {
    const [from, length] = buffer1 as [number, number];
    const [to, now] = buffer2 as [number, number];
    if (at < from) break;
    // The line before it stands as it was, so it comes next to that.
    if (at === from) return to;
    if (at < from + length) return null;
    moved = to + now - (from + length);
  }
  return at + moved;
}

function ofFile(file: Uint8Array): readonly Line[] {
  return linesOf(file).map((text) => ({ text, by: null }));
}

function runsIn(lines: readonly Line[], writers: readonly LinesWriter[]): readonly LinesOfTask[] {
  const runs: { task: TaskId; line: number; lines: number }[] = [];
  for (const [index, { by }] of lines.entries()) {
    const last = runs.at(-1);
    if (by === null) continue;
    if (lines[index - 1]?.by === by && last !== undefined) last.lines += 1;
    else runs.push({ task: (writers[by] as LinesWriter).task, line: index + 1, lines: 1 });
  }
  return runs;
}

/** A file whose last line had no end still has none. */
function joined(lines: readonly Line[]): readonly string[] {
  const texts = lines.map(({ text }) => text);
  const end = lineEndOf(texts);
  const isOpen = texts.some((text) => !hasEnd(text));
  const whole = texts.map(
    (text) => `${withoutEnd(text)}${hasEnd(text) ? text.slice(withoutEnd(text).length) : end}`,
  );
  return isOpen ? [...whole.slice(0, -1), withoutEnd(whole.at(-1) ?? "")] : whole;
}
