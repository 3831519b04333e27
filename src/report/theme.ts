// What does emphasis look like, and which texts reach a terminal? Every colored line goes through `paint`, so
// a stranger's escape sequence cannot; it does not know what the lines say.

import picocolors from "picocolors";
import { clip, columns } from "./columns.ts";
import { plain } from "./plain.ts";

export type Style = "text" | "strong" | "faint" | "good" | "bad" | "warn" | "note";

/** A piece of a line; a bare string is ordinary text. */
export type Span = string | readonly [style: Style, text: string];

export type Line = readonly Span[];

type Painter = (text: string) => string;

/** The line as printed, at most `width` columns wide; colors are laid on after it was cut. */
export function paint(line: Line, color: boolean, width = Number.POSITIVE_INFINITY): string {
  const painters = paintersFor(color);
  let room = width;
  let painted = "";
  for (const span of line) {
    const [style, text] = typeof span === "string" ? (["text", span] as const) : span;
    const shown = clip(plain(text), room);
    room -= columns(shown);
    if (shown !== "") painted += painters[style](shown);
    if (shown !== plain(text)) break;
  }
  return painted;
}

export function paintAll(lines: readonly Line[], color: boolean): string[] {
  return lines.map((line) => paint(line, color).trimEnd());
}

function paintersFor(color: boolean): Record<Style, Painter> {
  const colors = picocolors.createColors(color);
  return {
    text: (text) => text,
    strong: colors.bold,
    faint: colors.dim,
    good: colors.green,
    bad: colors.red,
    warn: colors.yellow,
    note: colors.cyan,
  };
}
