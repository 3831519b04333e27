// How much of a change can be shown within so many bytes? All of it where it fits; else what is worth most: what people
// write before what is deleted and what tools write, of each file the hunks that fit. Whatever is left out is named.

import { isGeneratedPath } from "../model/generated-path.ts";
import type { Unseen } from "../model/review.ts";
import type { Segment } from "../model/window.ts";
import { countedBytes } from "./bounded.ts";

export interface FileDiff {
  readonly path: string;
  /** What is to be said beside the lines, such as `new file`. */
  readonly facts: readonly string[];
  /** Each begins with its `@@` line. */
  readonly hunks: readonly string[];
}

export interface ShownChange {
  readonly segments: readonly Segment[];
  /** In the order of their paths; empty where all was shown. */
  readonly unseen: readonly Unseen[];
}

export function shownChange(files: readonly FileDiff[], room: number): ShownChange {
  const sorted = [...files].sort((a, b) => (a.path < b.path ? -1 : 1));
  const whole = sorted.map((file) => segmentOf(file.path, textOf(file)));
  if (countedBytes(whole) <= room) return { segments: whole, unseen: [] };
  // Whatever turns out to be left out, there is room to name it.
  const all = sorted.map((file): Unseen => ({ path: file.path, bytes: bytesIn(textOf(file)), whole: true }));
  let left = room - countedBytes(all.length === 0 ? [] : [omission(all)]);
  const parts = new Map<FileDiff, Part>();
  for (const tier of TIERS) {
    // The small ones first: what they leave of their share is for the large ones.
    const own = sorted
      .filter((file) => tierOf(file) === tier)
      .sort((a, b) => bytesIn(textOf(a)) - bytesIn(textOf(b)));
    for (const [index, file] of own.entries()) {
      const frame = frameOf(file);
      const part = partOf(file, Math.floor(left / (own.length - index)) - frame);
      parts.set(file, part);
      left -= part.text === "" ? 0 : bytesIn(part.text) + frame;
    }
  }
  const segments = sorted.flatMap((file) => {
    const { text } = parts.get(file) as Part;
    return text === "" ? [] : [segmentOf(file.path, text)];
  });
  const unseen = sorted.flatMap((file): Unseen[] => {
    const { text, hidden } = parts.get(file) as Part;
    return hidden === 0 ? [] : [{ path: file.path, bytes: hidden, whole: text === "" }];
  });
  return { segments: unseen.length === 0 ? segments : [...segments, omission(unseen)], unseen };
}

/** All of it, for a person to read. */
export function diffText(files: readonly FileDiff[]): string {
  return files.map((file) => `--- ${file.path}\n${textOf(file)}\n`).join("\n");
}

/** What is written around the text of a file. */
function frameOf({ path }: FileDiff): number {
  return countedBytes([segmentOf(path, "-")]) - 1;
}

const TIERS = ["written", "deleted", "generated"] as const;

function tierOf({ path, facts }: FileDiff): (typeof TIERS)[number] {
  if (isGeneratedPath(path)) return "generated";
  return facts.some((fact) => fact.startsWith("deleted")) ? "deleted" : "written";
}

interface Part {
  /** Empty where the file is not shown at all. */
  readonly text: string;
  /** Bytes of its diff that are left out. */
  readonly hidden: number;
}

/** Below this, a piece of a hunk tells nothing. */
const LEAST = 120;

/** The file whole, or the hunks that fit, from the top; where none does, the beginning of the first. */
function partOf(file: FileDiff, room: number): Part {
  const whole = textOf(file);
  if (bytesIn(whole) <= room) return { text: whole, hidden: 0 };
  const lines = factLines(file);
  let left = room - bytesIn(lines.join("\n")) - LEAST;
  const shown: string[] = [];
  let hidden = 0;
  let gap = 0;
  const close = () => {
    if (gap > 0) shown.push(gap === 1 ? "(one hunk is left out)" : `(${gap} hunks are left out)`);
    gap = 0;
  };
  for (const hunk of file.hunks) {
    const bytes = bytesIn(hunk) + 1;
    if (bytes + GAP <= left) {
      close();
      shown.push(hunk);
      left -= bytes + GAP;
    } else {
      gap++;
      hidden += bytes;
    }
  }
  if (gap < file.hunks.length) {
    close();
    return { text: [...lines, ...shown].join("\n"), hidden };
  }
  const start = beginning(file.hunks[0] ?? "", left);
  if (start === null) return { text: "", hidden: bytesIn(whole) };
  const more = "(the rest of this hunk and all after it is left out)";
  return { text: [...lines, start, more].join("\n"), hidden: bytesIn(whole) - bytesIn(start) };
}

/** Of the line that says how many are left out. */
const GAP = 32;

/** The lines of a hunk that fit; null where that is no line of the change. */
function beginning(hunk: string, room: number): string | null {
  const lines = hunk.split("\n");
  let bytes = 0;
  let count = 0;
  for (const line of lines) {
    bytes += bytesIn(line) + 1;
    if (bytes > room) break;
    count++;
  }
  const fitting = lines.slice(0, count);
  return fitting.slice(1).some((line) => /^[+-]/.test(line)) ? fitting.join("\n") : null;
}

function textOf(file: FileDiff): string {
  return [...factLines(file), ...file.hunks].join("\n");
}

function factLines({ facts }: FileDiff): string[] {
  return facts.map((fact) => `(${fact})`);
}

function segmentOf(path: string, text: string): Segment {
  return { kind: "diff", name: path, text, place: null };
}

const TOLD = 10;

function omission(files: readonly Unseen[]): Segment {
  const named = files
    .slice(0, TOLD)
    .map(({ path, bytes, whole }) => `${path} (${bytes} bytes${whole ? "" : ", the rest is above"})`);
  const more = files.length > TOLD ? [`and ${files.length - TOLD} more files`] : [];
  const text = ["The window is full, so this much of the change is not in it:", ...named, ...more].join("\n");
  return { kind: "diff", name: "what is not shown", text, place: null };
}

function bytesIn(text: string): number {
  return Buffer.byteLength(text, "utf8");
}
