// What are the lines of an output once the dress of its tool is off? Colours, carriage returns, the comment marks of TAP,
// the margin of pytest, JSON that carries text. It does not know which of the lines matter.

import { plainText } from "../platform/process-output.ts";
import { saidInHalves, saidInJson } from "./said-in-json.ts";

/** A longer line is data, and the patterns that read it need not see its end. */
const LONGEST_LINE = 600;
/** An output of more lines keeps its two ends. */
const MOST_LINES = 6000;
const LEFT_OUT = /^\[\d+ bytes left out\]$/;
/** `{"file":"a","line":1,"text":"b"}`; an output may have very many lines of one bracket. */
const SHORTEST_FINDING = 30;
/** The first line of a document of JSON that goes on below. */
const OPENING = /^[[{]\s*$/;

/** Without empty lines at the ends; indentation stays, for it tells a heading from what stands below it. */
export function linesOf(output: string): string[] {
  const all = unfolded(plainText(output));
  const lines =
    all.length <= MOST_LINES ? all : [...all.slice(0, MOST_LINES / 2), ...all.slice(-MOST_LINES / 2)];
  const cut = lines.findIndex((line) => LEFT_OUT.test(line));
  // The two lines at the cut are halves, and half a line may say the opposite.
  const whole = cut < 0 ? lines : [...lines.slice(0, Math.max(0, cut - 1)), ...lines.slice(cut + 2)];
  return whole.map((line) => undressed(line.slice(0, LONGEST_LINE)));
}

/** JSON as what it says: a line of it, or a document that begins and ends at the left edge. */
function unfolded(text: string): string[] {
  const lines = text.split("\n");
  const told: string[] = [];
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] as string;
    const end = OPENING.test(line) ? documentEnd(lines, at) : null;
    if (end === null) {
      told.push(...(/^[[{]/.test(line) ? sayingOf(line) : [line]));
      continue;
    }
    told.push(...(saidInJson(lines.slice(at, end + 1).join("\n")) ?? lines.slice(at, end + 1)));
    at = end;
  }
  return told;
}

/** Where a document that this line begins ends; null where it does not. */
function documentEnd(lines: readonly string[], at: number): number | null {
  const close = (lines[at] as string)[0] === "{" ? /^\}\s*$/ : /^\]\s*$/;
  for (let end = at + 1; end < lines.length; end++) {
    const line = lines[end] as string;
    if (close.test(line)) return end;
    if (OPENING.test(line)) return null;
  }
  return null;
}

/** An object that tells nothing is one of many of a reporter, and no words. */
function sayingOf(line: string): string[] {
  if (/[\]}]\s*$/.test(line)) {
    const said = saidInJson(line);
    if (said !== null) return said;
    if (isJson(line)) return line.startsWith("{") ? [] : [line];
  }
  const halves = line.length < SHORTEST_FINDING ? [] : saidInHalves(line);
  return halves.length === 0 ? [line] : halves;
}

function isJson(line: string): boolean {
  try {
    JSON.parse(line);
    return true;
  } catch {
    return false;
  }
}

function undressed(line: string): string {
  return line
    .replace(/^# (?!Subtest: )/, "")
    .replace(/^INTERNALERROR> ?/, "")
    .replace(/^(?:npm (?:ERR!|error)|error Command failed\.)(?: |$)/, "")
    .replace(/^E {2,}(?=\S)/, "E   ")
    .trimEnd();
}
