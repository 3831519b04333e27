// What are the lines of an output once the dress of its tool is off? Colours, carriage returns, the comment marks of TAP,
// the margin of pytest, lines of JSON that carry text. It does not know which of the lines matter.

import { plainText } from "../platform/process-output.ts";

/** A longer line is data, and the patterns that read it need not see its end. */
const LONGEST_LINE = 600;
/** An output of more lines keeps its two ends. */
const MOST_LINES = 6000;
const LEFT_OUT = /^\[\d+ bytes left out\]$/;

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

function unfolded(text: string): string[] {
  return text.split("\n").flatMap((line) => (line.startsWith("{") ? saidInJson(line) : [line]));
}

/** Reporters that write one object per line keep what was printed in one of a few members. */
function saidInJson(line: string): string[] {
  try {
    const { Output, message, rendered } = JSON.parse(line) as Record<string, unknown>;
    const inner = (message as { rendered?: unknown } | null | undefined)?.rendered;
    const said = [Output, inner, rendered, message].find((each) => typeof each === "string");
    return typeof said === "string" ? plainText(said).replace(/\n$/, "").split("\n") : [];
  } catch {
    return [line];
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
