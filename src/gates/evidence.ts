// Which one line of a gate's output says what went wrong first? It guesses from the shapes that compilers, linters and
// test runners share, and does not know any of them by name.

import { plainText } from "../platform/process-output.ts";

export const EVIDENCE_BYTES = 300;

const POSITION = /(?:^|[\s(])[\w@./\\[\]-]+\.\w+(?::\d+:\d+|\(\d+,\d+\)|:\d+:\s)/;
const COMPLAINT =
  /\berror\b|\w(?:Error|Exception)\b|\bFAIL(?:ED|URE)?\b|\bfailed\b|^\s*(?:not ok\b|[✗✘×✖❌]|E {2,}\S)|\bpanicked at\b|\bfatal\b/i;
/** Summaries of nothing wrong, frames of a stack, and npm's own echo of the command and its failure. */
const NOISE =
  /\b(?:0|no) (?:errors?|failures?|failed|problems?)\b|\bfailed[:=]? 0\b|^\s*at \S|^> |^npm (?:ERR!|error|warn)|^\s*(?:[✓✔]|ok\b)/i;

/** The first line that looks like a finding, else the last that says anything, else an empty line. */
export function firstEvidence(output: string): string {
  const lines = output.split("\n").filter((line) => line.trim() !== "");
  const finding = lines.find((line) => !NOISE.test(line) && (POSITION.test(line) || COMPLAINT.test(line)));
  return oneLine(finding ?? lines.at(-1) ?? "");
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
