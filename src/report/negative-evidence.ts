// What does the next attempt hear about the one that failed? One line, "Don't X: tried, failed because Y", for
// failures that a better draft avoids; nothing for those that no draft could.

import type { Failure } from "../model/failure.ts";
import type { GateResult } from "../model/inspection.ts";
import { wholeSentences } from "../model/sentences.ts";
import { count, duration, size } from "./figures.ts";
import { HOSTILE_TEXT } from "./hostile-text.ts";
import { cutToBytes, plain, plainLines, quoted } from "./plain.ts";
import { sentence } from "./wording.ts";

/** UTF-8 bytes: the line enters a window of a few kilobytes, beside what matters more. What is longer ends with a sentence. */
export const EVIDENCE_BYTES = 720;

export function negativeEvidence(failure: Failure): string | null {
  const line = lineOf(failure);
  return line === null ? null : wholeSentences(plain(line), EVIDENCE_BYTES);
}

function lineOf(failure: Failure): string | null {
  switch (failure.reason) {
    case "empty-draft":
      return "Don't finish without changing a file: tried, failed because the draft was empty.";
    case "hostile-path":
      return dont(
        `write ${cutToBytes(quoted(failure.path), 100)}`,
        `that path ${HOSTILE_TEXT[failure.cause]}`,
      );
    case "filtered-path":
      return dont(
        `write ${cutToBytes(quoted(failure.path), 100)}`,
        `git's filter ${failure.filter} stores that file`,
      );
    case "not-encoded":
      return dont(
        `write ${cutToBytes(quoted(failure.path), 100)} in another encoding`,
        `the project has it in ${failure.encoding}`,
      );
    case "draft-too-large":
      return dont(
        "write so much",
        `the draft took ${size(failure.bytes)} in ${count(failure.files, "file")} and the limit is ${size(failure.limit)}`,
      );
    case "agent-timeout":
      return dont("take the long way", `time ran out after ${duration(failure.ms)}`);
    case "agent-exit":
      return dont("end that way", `the agent's program ended with ${endOf(failure)}`);
    case "gates-failed":
      return gateLine(failure.results);
    case "agent-turns":
      return dont("explore so long", `it did not finish within ${failure.turns} turns`);
    case "agent-loop":
      return failure.how === "idle"
        ? dont("go over the same ground", `${failure.times} turns brought nothing new`)
        : dont(`repeat ${failure.tool}`, `the same call was made ${failure.times} times with no new result`);
    case "review-rejected":
      return dont(
        "repeat that draft",
        `the review said: ${failure.findings.map(sentence).join(" ") || failure.verdict}`,
      );
    default:
      return null;
  }
}

function dont(what: string, why: string): string {
  return `Don't ${what}: tried, failed because ${why.replace(/[.\s]+$/, "")}.`;
}

function endOf(failure: {
  readonly code: number | null;
  readonly signal: string | null;
  readonly output: string;
}): string {
  const end = failure.code === null ? `signal ${failure.signal ?? "unknown"}` : `exit code ${failure.code}`;
  const last = plainLines(failure.output).at(-1);
  return last === undefined ? end : `${end} (${last})`;
}

/** The first gate that failed speaks: later ones are often its echo. */
function gateLine(results: readonly GateResult[]): string | null {
  const first = results.find((result) => !result.passed);
  if (first === undefined) return null;
  const why = first.evidence === "" ? whyWithoutEvidence(first) : first.evidence;
  if (first.gate === "scope") return dont("write outside the files of this task", why);
  return dont("repeat that draft", `gate ${first.gate} said: ${why}`);
}

function whyWithoutEvidence(result: GateResult): string {
  if (result.end === "timeout") return `no end after ${duration(result.ms)}`;
  return plainLines(result.output).at(-1) ?? "no, without evidence";
}
