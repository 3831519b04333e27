// Which one line of a gate's output says what went wrong first? It guesses from the shapes that compilers, linters and
// test runners share, and does not know any of them by name.

import { plainText } from "../platform/process-output.ts";

const EVIDENCE_BYTES = 300;

const POSITION = /(?:^|[\s(])[\w@./\\[\]-]+\.\w+(?::\d+:\d+|\(\d+,\d+\)|:\d+:\s)/;
const FINDING = /\berror\b|\wError\b|^\s*(?:not ok\b|[✗✘×✖❌]|E {2,}\S)|\bpanicked at\b/i;
const VERDICT = /\bFAIL(?:ED)?\b/;
const HINT = /\bfail(?:ed|ures?)\b|\bfatal\b|exception\b|\bnot found\b/i;
/** Warnings, summaries of nothing wrong, frames of a stack, and npm's own echo of the command and its failure. */
const NOISE = new RegExp(
  [
    "\\bwarn(?:ing)?s?\\b|\\bdeprecated\\b",
    "\\b(?:0|no) (?:errors?|failures?|failed|problems?)\\b",
    "^\\s*at \\S|^\\s*(?:[✓✔]|ok\\b)",
    "^> |^npm (?:ERR!|error)(?:$| (?:code|path|command|signal|errno|lifecycle|location|workspace|A complete log)\\b)",
  ].join("|"),
  "i",
);
/** How long a test took, and the rules that some tools draw to the edge of the screen: not the same twice. */
const TRAILER = /\s*(?:[━─═-]{3,}|\(?\d+(?:\.\d+)?\s?m?s\)?)\s*$/;

/** The first line that looks like a finding, else like a hint of one, else the last that says anything, else nothing. */
export function firstEvidence(output: string): string {
  const lines = output.split("\n").filter((line) => line.trim() !== "");
  const telling = lines.filter((line) => !NOISE.test(line));
  const line =
    telling.find((each) => POSITION.test(each) || FINDING.test(each) || VERDICT.test(each)) ??
    telling.find((each) => HINT.test(each)) ??
    lines.at(-1) ??
    "";
  return oneLine(line.replace(TRAILER, "") || line);
}

/** Plain text in one line of at most EVIDENCE_BYTES bytes of UTF-8. */
export function oneLine(text: string): string {
  const line = plainText(text)
    .replace(/[\s\u2028\u2029]+/g, " ")
    .trim();
  const bytes = Buffer.from(line);
  if (bytes.length <= EVIDENCE_BYTES) return line;
  const cut = bytes.subarray(0, EVIDENCE_BYTES - Buffer.byteLength("…")).toString("utf8");
  return `${cut.replace(/\ufffd+$/, "")}…`;
}
