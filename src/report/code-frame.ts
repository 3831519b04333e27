// Which line of a source is a finding about? Shows it with a caret below its column, cut to the width of the screen. It
// knows no files: whoever reads them decides whether the text is still the one that was judged.

import { clip, columns } from "./columns.ts";
import type { Where } from "./failure-place.ts";
import { plain } from "./plain.ts";
import type { Line } from "./theme.ts";

/** The frame below a finding; empty where there is none. */
export type FrameOf = (place: Where) => readonly Line[];

export const noFrame: FrameOf = () => [];

const MARGIN = 4;
/** What is left of a screen that is too narrow for anything. */
const LEAST = 20;

/**
 * `line` and `column` count from 1, the column in UTF-16 code units; without one the line stands alone. Empty where the
 * text has no such line, or nothing is on it. `width` is in columns of a terminal.
 */
export function codeFrame(text: string, line: number, column: number | null, width: number): Line[] {
  const source = text.replace(/^\uFEFF/, "").split(/\r\n|[\n\r]/)[line - 1];
  if (source === undefined || source.trim() === "") return [];
  const number = String(line);
  const room = Math.max(LEAST, width - MARGIN - number.length - 3);
  const at = column === null ? 0 : Math.min(column - 1, source.length);
  const { before, after } = cut(visible(source.slice(0, at)), visible(source.slice(at)), room);
  const margin = " ".repeat(MARGIN);
  const shown: Line = [["faint", `${margin}${number} │ `], `${before}${after}`];
  if (column === null) return [shown];
  const caret: Line = [
    ["faint", `${margin}${" ".repeat(number.length)} │ `],
    " ".repeat(caretColumn(before)),
    ["bad", "^"],
  ];
  return [shown, caret];
}

/** A tab is two blanks wide, so that what stands above the caret is as wide as what is left of it. */
function visible(text: string): string {
  return plain(text.replaceAll("\t", "  "));
}

/** Accents that combine with the letter before them take no column of their own. */
function caretColumn(before: string): number {
  return columns(before.replace(/[\p{Mn}\p{Me}]/gu, ""));
}

/** Where both do not fit, the end of a long beginning and as much of the rest as there is room for. */
function cut(before: string, after: string, room: number): { before: string; after: string } {
  if (columns(before) + columns(after) <= room) return { before, after };
  const most = Math.floor(room / 2);
  const kept = columns(before) <= most ? before : `…${endOf(before, most - 1)}`;
  return { before: kept, after: clip(after, room - columns(kept)) };
}

/** The last characters that fit into `width` columns. */
function endOf(text: string, width: number): string {
  const characters = [...text];
  let from = characters.length;
  for (let used = 0; from > 0; from -= 1) {
    used += columns(characters[from - 1] as string);
    if (used > width) break;
  }
  return characters.slice(from).join("");
}
