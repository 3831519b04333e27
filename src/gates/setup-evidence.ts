// Why did a setup fail? The few lines of what it printed that tell, the cause first. It does not know which program ran.

import { findingIn, lastLine, oneLine, wordsOf } from "./evidence.ts";
import { isChatter, rankOf } from "./finding-rank.ts";
import { linesOf } from "./output-lines.ts";

/** So many lines from the beginning, of errors, and from the end: programs differ in where they say why. */
const FIRST = 2;
const ERRORS = 3;
const LAST = 3;

/** Without repetitions; empty only where nothing was printed. */
export function tellingLines(output: string): readonly string[] {
  const lines = withoutUsage(linesOf(output));
  const telling = lines.filter((line) => !isChatter(line));
  const errors = lines.filter((_, at) => rankOf(lines, at) !== "nothing");
  const cause = findingIn(lines.join("\n"));
  const all = [
    cause.text || endsOf(telling),
    ...telling.slice(0, FIRST).map(wordsOf),
    ...errors.slice(0, ERRORS).map(wordsOf),
    ...telling.slice(-LAST).map(wordsOf),
  ].map(oneLine);
  const told = all.filter(
    (line, at) => line !== "" && !all.slice(0, at).some((before) => before.endsWith(line)),
  );
  return told.length > 0 ? told : [lastLine(output)].filter((line) => line !== "");
}

/** Where nothing looks like an error, some programs say why at once and others with their last words. */
function endsOf(telling: readonly string[]): string {
  const [first = "", last = first] = [telling[0], telling.at(-1)];
  return first === last ? first : `${wordsOf(first)} … ${wordsOf(last)}`;
}

/** Where a program explains how it is called, only errors go on telling. */
function withoutUsage(lines: readonly string[]): string[] {
  const usage = lines.findIndex((line) => /^\s*usage:/i.test(line));
  if (usage < 0) return [...lines];
  return lines.filter((_, at) => at < usage || ["error", "unloadable"].includes(rankOf(lines, at)));
}
