// Which one line says what went wrong, and why? Of an output, of the failed cases of a report, of a setup. The line is the
// same when the same thing fails again: no times, no addresses. It does not know any tool by its name.

import { wholeSentences } from "../model/sentences.ts";
import { plainText } from "../platform/process-output.ts";
import {
  branchOf,
  isChatter,
  isPositioned,
  isUnsaid,
  markOf,
  RANKS,
  type Rank,
  rankOf,
  withoutTime,
} from "./finding-rank.ts";
import { linesOf } from "./output-lines.ts";
import { headingOf, lastPlace, type OutputPlace, placeOf } from "./output-place.ts";

const EVIDENCE_BYTES = 600;

export interface Finding {
  readonly rank: Rank;
  readonly text: string;
}

const NOTHING: Finding = { rank: "nothing", text: "" };

/** The first cause that an output names, with its test or its place; else its last words; empty where it has none. */
export function firstEvidence(output: string): string {
  const lines = linesOf(output);
  const found = findingOf(lines);
  return oneLine(found.text || warningIn(lines) || wordsOf(lines.findLast((line) => !isChatter(line)) ?? ""));
}

const WARNING = /^\s*(?:\S+:)?\d+:\d+:?\s+warn(?:ing)?\b/i;

/** Where nothing is wrong but warnings, somebody allows none. Empty where there is none with a place. */
function warningIn(lines: readonly string[]): string {
  const at = lines.findIndex((line) => WARNING.test(line));
  return at < 0 ? "" : saidAt(lines, at);
}

const STARTED = [
  /^=== RUN\s+(\S+)$/,
  /^test (\S+) has been running for over/,
  /^(\S+::\S+)\s*$/,
  /^# Subtest: (.+)$/,
  /^\s*RUNS\s+(\S+)$/,
];

/** The last test that began, where it was not heard of again; null where the output tells of none. */
export function testUnderWay(output: string): string | null {
  const lines = linesOf(output);
  for (const [at, line] of [...lines.entries()].reverse()) {
    const name = STARTED.map((shape) => shape.exec(line)?.[1]).find((each) => each !== undefined);
    if (name === undefined) continue;
    return lines.slice(at + 1).some((later) => later.includes(name)) ? null : oneLine(name);
  }
  return null;
}

/** The last line of an output, whatever it is. */
export function lastLine(output: string): string {
  return oneLine(linesOf(output).findLast((line) => line.trim() !== "") ?? "");
}

/** What an output, or what a report says of one test, gives as the cause. */
export function findingIn(text: string): Finding {
  const found = findingOf(linesOf(text));
  return { ...found, text: oneLine(found.text) };
}

/** The first line of words that tell nothing, with the place that a stack below it gives. */
export function headIn(text: string): string {
  const lines = linesOf(text);
  return lines.length === 0 ? "" : oneLine(placed(lines, 0, wordsOf(lines[0] as string), ""));
}

function findingOf(lines: readonly string[]): Finding {
  const at = bestOf(lines);
  if (at === null) return markAlone(lines);
  const rank = rankOf(lines, at);
  const said = saidAt(lines, at);
  const test = subjectOf(lines, at, said);
  const text = test === null || rank === "unloadable" ? placed(lines, at, said, test ?? "") : said;
  return { rank, text: test === null || text.includes(test) ? text : `${test}: ${text}` };
}

/**
 * The first of the highest rank. Where failed tests tell their errors below their names, what stands above them may have
 * been expected.
 */
function bestOf(lines: readonly string[]): number | null {
  const begin = lines.findIndex((line) => markOf(line) !== null);
  const from = begin >= 0 && speaks(lines, begin) ? begin : 0;
  for (const rank of [...RANKS].reverse()) {
    if (rank === "nothing" || rank === "hint") break;
    const after = lines.findIndex(
      (_, at) => at >= (rank === "unloadable" ? from : begin) && rankOf(lines, at) === rank,
    );
    const at = after >= 0 ? after : lines.findIndex((_, each) => rankOf(lines, each) === rank);
    if (at >= 0 && (rank !== "unloadable" || at >= from)) return at;
  }
  return null;
}

/** Whether words stand below the first mark that anything stands below. */
function speaks(lines: readonly string[], begin: number): boolean {
  const named = lines.findIndex(
    (line, at) => at >= begin && markOf(line) !== null && markOf(below(lines, at)) === null,
  );
  const words = below(lines, named);
  return named >= 0 && !isChatter(words) && !isUnsaid(wordsOf(words));
}

/** The next line that is not empty. */
function below(lines: readonly string[], at: number): string {
  return lines.slice(at + 1, at + 4).find((line) => line.trim() !== "") ?? "";
}

/** A failed test without an error below it: its name, and the first words under it. */
function markAlone(lines: readonly string[]): Finding {
  const marks = lines.flatMap((line, at) => (markOf(line) === null ? [] : [at]));
  for (const at of marks) {
    const below = lines.slice(at + 1, at + 5).find((line) => !isChatter(line) && !isUnsaid(wordsOf(line)));
    const words = below === undefined || markOf(below) !== null ? "" : wordsOf(below);
    if (words !== "") return { rank: "error", text: `${titleAt(lines, at)}: ${words}` };
  }
  const first = marks[0];
  if (first !== undefined) return { rank: "hint", text: withoutTime(lines[first] as string) };
  const hint = lines.find((_, at) => rankOf(lines, at) === "hint");
  return hint === undefined ? NOTHING : { rank: "hint", text: at(lastPlace(lines), wordsOf(hint)) };
}

/** How far below its mark an error may stand. */
const SUBJECT_LINES = 60;

/** The failed test whose words the line is among: the nearest mark above it. */
function subjectOf(lines: readonly string[], at: number, said: string): string | null {
  const words = said.replace(/^[\w.$]*Error: /, "");
  for (let above = at - 1; above >= Math.max(0, at - SUBJECT_LINES); above--) {
    const name = titleAt(lines, above);
    if (name === null || rankOf(lines, above) !== "hint") continue;
    // Some runners write the error behind the name as well.
    return name.endsWith(` ${words}`) ? name.slice(0, -words.length).trim() : name;
  }
  return null;
}

/** Suites above it, one on each line and each further in, as some runners write a name; the last ends in a colon. */
const TITLE_LINES = 8;

/** The failed test that a line names, with the lines over which its name goes on; null where it names none. */
function titleAt(lines: readonly string[], at: number): string | null {
  const first = lines[at] as string;
  const name = markOf(first);
  if (name === null || first.endsWith(":") || !/^\s*\d+\) /.test(first)) return name;
  const names = [name];
  for (let next = at + 1, edge = indent(first); next < Math.min(lines.length, at + TITLE_LINES); next++) {
    const line = lines[next] as string;
    if (line.trim() === "" || indent(line) <= edge || rankOf(lines, next) === "error") return name;
    names.push(line.trim().replace(/:$/, ""));
    if (line.endsWith(":")) return names.join(" ");
    edge = indent(line);
  }
  return name;
}

function indent(line: string): number {
  return line.length - line.trimStart().length;
}

const DETAIL_LINES = 40;
const DETAILS = 4;
/** What was found and what was expected, line by line. */
const COMPARED =
  /^\s*(?:[+-] *(?![+-])\S|(?:left|right|expected|received|actual|got|want(?:ed)?|found|symbol)\b *(?:[:=]|<))/i;
const LEGEND =
  /^\s*[+-] (?:actual|expected|received)\b.*(?:actual|expected|\d)$|^\s*[+-] (?:Expected|Received)\b[ +-]*\d*$/i;
const LABEL = /^\s*\|.*\^+-* (\S.*)$/;
const CAUSED = /^\s*(?:Caused by|\[cause\]): (.+)$/i;

/** The line and what belongs to it: the words it announces, found and expected, the cause behind it. */
function saidAt(lines: readonly string[], at: number): string {
  const line = lines[at] as string;
  const head = wordsOf(line);
  const heading = /^\s*\d+:\d+\s/.test(line) ? headingOf(lines, at) : null;
  const said = heading === null ? head : `${heading}:${head}`;
  const below = lines.slice(at + 1, at + 1 + DETAIL_LINES);
  const parts = [said];
  const announced = /(?:[|>]\d?-|panicked at \S+:|^[\w.$]*(?:Error|Exception)?:)$/.test(head);
  const next = below.find((each) => each.trim() !== "" && !isFrame(each));
  if (announced && next !== undefined && !COMPARED.test(next) && !isChatter(next)) parts.push(wordsOf(next));
  if (isOpen(parts.at(-1) as string)) parts.push(...compared(below));
  const label = below
    .slice(0, 9)
    .map((each) => LABEL.exec(each)?.[1])
    .find((each) => each !== undefined);
  if (label !== undefined && below.slice(0, 2).some((each) => /^\s*-->/.test(each))) parts.push(`(${label})`);
  const cause = causeBehind(lines, at);
  if (cause !== null && !parts.join(" ").includes(cause)) {
    return `${parts.join(" ")}, caused by ${cause}`;
  }
  return parts.join(" ").replace(/(?:error|message): [|>]\d?- /, "");
}

function isFrame(line: string): boolean {
  return /^\s*(?:at|❯) \S/.test(line);
}

/** Whether a sentence leaves out what was found: it ends in a colon, or quotes no value. */
function isOpen(said: string): boolean {
  return (
    said.endsWith(":") ||
    said.startsWith("Difference (") ||
    !/["'<\d]/.test(said.replace(/^\S+:\d+\S*/, "").replace(/\[\w+\]/g, ""))
  );
}

function compared(below: readonly string[]): string[] {
  const found: string[] = [];
  for (const line of below) {
    if (isFrame(line) || found.length === DETAILS || markOf(line) !== null || isPositioned(line)) break;
    if (COMPARED.test(line) && !LEGEND.test(line)) found.push(wordsOf(line));
    else if (found.length > 0 && line.trim() === "") break;
  }
  return found;
}

/** The last cause that a stack names before the next test begins. */
function causeBehind(lines: readonly string[], at: number): string | null {
  let cause: string | null = null;
  for (const line of lines.slice(at + 1, at + 200)) {
    if (markOf(line) !== null) break;
    const found = CAUSED.exec(line)?.[1];
    if (found !== undefined) cause = wordsOf(found);
  }
  return cause;
}

/** With the place where it happened, unless words or test name it already. */
function placed(lines: readonly string[], error: number, said: string, test: string): string {
  const place = placeOf(lines, error);
  return place?.line === "" && test.includes(place.file) ? said : at(place, said);
}

function at(place: OutputPlace | null, said: string): string {
  if (place === null || said.includes(place.file)) return said;
  return `${place.file}${place.line === "" ? "" : `:${place.line}`}: ${said}`;
}

/** The words of a line without what only decorates them. */
export function wordsOf(line: string): string {
  return withoutTime(markOf(line) ?? branchOf(line) ?? line)
    .trim()
    .replace(/^E {2,}/, "")
    .replace(/^(?:=> |Exception during run: |Caused by: |message: (?![|>]))/i, "")
    .replace(/^(?:error: )?(['"])(.*?)(?::\1: [|>]\d?-|\1)$/, "$2")
    .replace(/^(?:Error: )?thrown: "?(.*?)"?$/, "$1")
    .replace(/^\[Error(?: \[\w+\])?: (.*?)\](?: \{.*)?$/, "$1")
    .replace(/^[+=_~-]{3,} (.*) [+=_~-]{3,}$/, "$1")
    .replace(/^Error \[ERR_TEST_FAILURE\]: /, "")
    .replace(/^thread '(.+?)' (?:\(\d+\) )?panicked/, "'$1' panicked");
}

/** Plain text in one line of at most EVIDENCE_BYTES bytes of UTF-8, in whole sentences. */
export function oneLine(text: string): string {
  const line = plainText(text)
    .replace(/[\s\u2028\u2029]+/g, " ")
    .replace(/\b0x[0-9a-f]{6,}\b/gi, "0x…")
    .trim();
  return wholeSentences(line, EVIDENCE_BYTES);
}
