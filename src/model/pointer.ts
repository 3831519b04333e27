// What does an item of `context.files` point to? A file, a symbol of one (`src/queue.ts#clear`), or a range of its lines.

import { canonicalPath } from "./path.ts";

export interface Pointer {
  readonly path: string;
  readonly symbol: string | null;
  /** From 1, both included. */
  readonly lines: { readonly first: number; readonly last: number } | null;
}

const SYMBOL = /^([^#]+)#([\p{L}\p{N}_$][\p{L}\p{N}_$.:-]*)$/u;
const RANGE = /^(.+?):(\d{1,9})(?:-(\d{1,9}))?$/;

export function pointerIn(text: string): Pointer {
  const symbol = SYMBOL.exec(text);
  if (symbol !== null)
    return { path: canonicalPath(symbol[1] as string), symbol: symbol[2] as string, lines: null };
  const range = RANGE.exec(text);
  if (range === null) return { path: canonicalPath(text), symbol: null, lines: null };
  const first = Number(range[2]);
  return {
    path: canonicalPath(range[1] as string),
    symbol: null,
    lines: { first, last: Number(range[3] ?? first) },
  };
}
