// Is the line that a finding is about still there to be shown? Reads sources of the workspace for code frames. What lies in
// a project is never shown: gates judged a draft, and not what is on the disk.

import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { isSource } from "../report/build-text.ts";
import { codeFrame, type FrameOf } from "../report/code-frame.ts";

/** Where nobody says how wide it is: a log. */
const WIDTH_WHERE_UNKNOWN = 120;

/**
 * `since` (milliseconds since the epoch) is when the sources were read at the earliest: a file that was written later may
 * no longer be what was judged, and has no frame. One that cannot be read has none either.
 */
export function sourceFrames(root: string, since: number): FrameOf {
  const width = process.stderr.columns || WIDTH_WHERE_UNKNOWN;
  const texts = new Map<string, string | null>();
  return ({ file, line, column }) => {
    if (file === null || line === null || !isSource(file)) return [];
    if (!texts.has(file)) texts.set(file, textSince(join(root, file), since));
    const text = texts.get(file) ?? null;
    return text === null ? [] : codeFrame(text, line, column, width);
  };
}

function textSince(path: string, since: number): string | null {
  try {
    const text = readFileSync(path, "utf8");
    return statSync(path).ctimeMs > since ? null : text;
  } catch {
    // The finding stands without its line; why a source cannot be read is a finding of its own.
    return null;
  }
}
