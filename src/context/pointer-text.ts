// How does a pointer read in a window? With the lines on which it stands in the tree that the agent works on, so that it
// never goes stale and never points past the end of a file.

import { type Pointer, pointerIn } from "../model/pointer.ts";
import { type Lines, symbolLines } from "./symbol-lines.ts";

/** `text`: the file's own; null where the tree has no such file. */
export async function pointerText(pointer: string, text: string | null): Promise<string> {
  const { path, symbol, lines } = pointerIn(pointer);
  if (text === null) return symbol === null ? path : `${path} (${symbol})`;
  if (symbol !== null) {
    const found = await symbolLines(path, text, symbol);
    return found === null ? `${path} (${symbol})` : `${path}:${range(found)} (${symbol})`;
  }
  if (lines === null) return path;
  const end = linesIn(text);
  return lines.first > end
    ? path
    : `${path}:${range({ first: lines.first, last: Math.min(lines.last, end) })}`;
}

/** What of the file it is about: that alone makes a program's task stale. */
export async function pointedAt(pointer: Pointer, text: string): Promise<string> {
  const lines =
    pointer.symbol === null ? pointer.lines : await symbolLines(pointer.path, text, pointer.symbol);
  if (lines === null) return text;
  return text
    .split("\n")
    .slice(lines.first - 1, lines.last)
    .join("\n");
}

export interface PointerFault {
  readonly message: string;
  readonly fix: string;
}

/** Why a pointer is of no use, for whoever wrote it; null where it is. */
export async function pointerFault(pointer: string, text: string): Promise<PointerFault | null> {
  const { path, symbol, lines } = pointerIn(pointer);
  if (symbol !== null && (await symbolLines(path, text, symbol)) === null)
    return {
      message: `\`${pointer}\`: ${path} has no ${symbol}.`,
      fix: "Name one that it has, or the path alone.",
    };
  const end = linesIn(text);
  if (lines === null || lines.last <= end) return null;
  const all = `${end} ${end === 1 ? "line" : "lines"}`;
  return {
    message: `\`${pointer}\`: ${path} has ${all}.`,
    fix: `Write \`${path}#Symbol\`, or the path alone.`,
  };
}

function linesIn(text: string): number {
  return text === "" ? 0 : text.replace(/\n$/, "").split("\n").length;
}

function range({ first, last }: Lines): string {
  return first === last ? `${first}` : `${first}-${last}`;
}
