// What was in a draft that failed? A few words for the next attempt, which sees nothing of it: how much it changed where, and
// the lines of it that the evidence names.

import { oneLine } from "./refused.ts";
import type { FileDiff } from "./shown-change.ts";

const FILES = 6;
const LINES = 3;
/** Of one line, in characters. */
const LINE = 120;

/** Null where it changed nothing. */
export function draftEssence(files: readonly FileDiff[], evidence: string): string | null {
  if (files.length === 0) return null;
  const told = files.slice(0, FILES).map(changed);
  const more = files.length > FILES ? [`and ${files.length - FILES} more files`] : [];
  const lines = files.flatMap((file) => namedLines(file, evidence)).slice(0, LINES);
  return [`It changed ${[...told, ...more].join(", ")}.`, ...lines].join(" ");
}

function changed({ path, facts, hunks }: FileDiff): string {
  const lines = hunks.flatMap((hunk) => hunk.split("\n").slice(1));
  const count = (sign: string) => lines.filter((line) => line.startsWith(sign)).length;
  const isNew = facts.some((fact) => fact.startsWith("new file"));
  return hunks.length === 0 ? path : `${path} (${isNew ? "new, " : ""}+${count("+")} -${count("-")})`;
}

/** Lines of the new text at the places that the evidence gives, as far as they stand in the change or beside it. */
function namedLines({ path, hunks }: FileDiff, evidence: string): string[] {
  const places = [...evidence.matchAll(/([\w./@-]+)[:(](\d+)/g)];
  const named = places.filter(([, file = ""]) => file === path || file.endsWith(`/${path}`));
  const numbers = new Set(named.map(([, , line]) => Number(line)));
  const texts = linesOf(hunks);
  return [...numbers].flatMap((number) => {
    const text = oneLine(texts.get(number) ?? "").replaceAll("`", "'");
    return text === "" ? [] : [`${path}:${number} was \`${text.slice(0, LINE)}\`.`];
  });
}

function linesOf(hunks: readonly string[]): ReadonlyMap<number, string> {
  const texts = new Map<number, string>();
  for (const hunk of hunks) {
    const [head = "", ...lines] = hunk.split("\n");
    let number = Number(/\+(\d+)/.exec(head)?.[1] ?? 0);
    for (const line of lines) {
      if (line.startsWith("-") || line.startsWith("\\")) continue;
      texts.set(number++, line.slice(1));
    }
  }
  return texts;
}
