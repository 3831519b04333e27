// Where does our part of a file begin and end, and is it still as we wrote it? Told from the file alone: a mark holds the
// digest of what was written under it, so that what a person changed since is known for theirs.
//
//   <!-- factory:begin 4f2a91c07e31 … -->      our lines      <!-- factory:end -->      or at the end of a whole file:
//   <!-- factory:whole 4f2a91c07e31 … -->

import { digestOfBytes } from "../../model/digest.ts";

export interface Renewal {
  /** What of ours was in the file: nothing, what we wrote, or what a person made of it since. */
  readonly stood: "nothing" | "ours" | "edited";
  /** Whether what we would write is what was last written here, whatever became of it. */
  readonly known: boolean;
  /** The file with our part in it; null where there is no place for it. */
  readonly text: string | null;
}

export type Comment = "markdown" | "script" | "hash";

const SIGNS: Readonly<Record<Comment, readonly [open: string, close: string]>> = {
  markdown: ["<!-- ", " -->"],
  script: ["// ", ""],
  hash: ["# ", ""],
};
const HINT = "`factory update` renews this, unless you edit it";

/** `body` has no carriage returns; the file keeps its own line ends. */
export function renewSection(file: string | null, body: string, comment: Comment): Renewal {
  const lines = linesOf(body);
  const begin = markLine(comment, "begin", digestOfLines(lines));
  const section = [begin, ...lines, markLine(comment, "end", null)];
  const before = file ?? "";
  const ending = before.includes("\r\n") ? "\r\n" : "\n";
  const all = before.split("\n");
  const bare = all.map((line) => line.replace(/\r$/, ""));
  const from = bare.findIndex((line) => markIn(line, comment, "begin") !== null);
  if (from < 0) {
    const gap = before === "" ? "" : before.endsWith("\n") ? ending : ending + ending;
    return { stood: "nothing", known: false, text: before + gap + section.join(ending) + ending };
  }
  const length = bare.slice(from).findIndex((line) => markIn(line, comment, "end") !== null);
  const written = markIn(bare[from] ?? "", comment, "begin");
  const known = written === digestOfLines(lines);
  // Nobody knows how far it goes.
  if (length < 0) return { stood: "edited", known, text: null };
  const stood = digestOfLines(bare.slice(from + 1, from + length)) === written ? "ours" : "edited";
  const carried = section.map((line) => line + ending.slice(0, -1));
  return { stood, known, text: all.toSpliced(from, length + 1, ...carried).join("\n") };
}

export function renewWhole(file: string | null, body: string, comment: Comment): Renewal {
  const lines = linesOf(body);
  const digest = digestOfLines(lines);
  const text = `${[...lines, markLine(comment, "whole", digest)].join("\n")}\n`;
  if (file === null) return { stood: "nothing", known: false, text };
  const before = linesOf(file.replaceAll("\r\n", "\n"));
  const written = markIn(before.at(-1) ?? "", comment, "whole");
  // A file of that name without our mark was never ours.
  if (written === null) return { stood: "edited", known: true, text: null };
  const stood = digestOfLines(before.slice(0, -1)) === written ? "ours" : "edited";
  return { stood, known: written === digest, text };
}

function linesOf(text: string): readonly string[] {
  return text.trimEnd().split("\n");
}

function digestOfLines(lines: readonly string[]): string {
  return digestOfBytes(lines.join("\n")).slice(-12);
}

function markLine(comment: Comment, word: string, digest: string | null): string {
  const [open, close] = SIGNS[comment];
  return `${open}factory:${word}${digest === null ? "" : ` ${digest} ${HINT}`}${close}`;
}

/** The digest of the mark, empty where it has none; null for a line that is no such mark. */
function markIn(line: string, comment: Comment, word: string): string | null {
  const [open] = SIGNS[comment];
  const mark = `${open}factory:${word}`;
  if (!line.startsWith(mark) || /[^ ]/.test(line.charAt(mark.length))) return null;
  return /^ ([0-9a-f]{12})\b/.exec(line.slice(mark.length))?.[1] ?? "";
}
