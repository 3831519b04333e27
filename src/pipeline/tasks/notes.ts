// What does a person need who looks at a task that is under way, or that failed? The text of `T01.notes.md`.

import type { Failure } from "../../model/failure.ts";
import type { FlakyGate } from "../../model/inspection.ts";
import type { Task } from "../../model/task.ts";
import { failureText } from "../../report/failure-text.ts";
import { plainLines } from "../../report/plain.ts";
import { reviewLines } from "../../report/review-text.ts";
import type { DraftRemarks } from "./draft-remarks.ts";

/** What else there is to tell of it. */
interface Beside {
  readonly lessons: readonly string[];
  readonly flaky: readonly FlakyGate[];
  readonly remarks: Pick<DraftRemarks, "words" | "reviews">;
}

export function noteText(
  task: Task,
  attempts: number,
  failures: readonly Failure[],
  { lessons, flaky, remarks }: Beside,
): string {
  const parts = [
    `# ${task.id}: ${task.title}`,
    `${attempts} ${attempts === 1 ? "attempt" : "attempts"} in this build.`,
  ];
  for (const [index, failure] of failures.entries()) {
    const { message, detail, fix } = failureText(failure, task.id);
    parts.push(`## Failure ${index + 1}\n\n${message}`);
    if (detail.length > 0) parts.push(detail.map((line) => `    ${line}`).join("\n"));
    if (failure.reason === "gates-failed") {
      for (const result of failure.results) {
        if (!result.passed) parts.push(`Gate ${result.gate}:\n\n${indent(result.output || result.evidence)}`);
      }
    }
    parts.push(`Next: ${fix}`);
  }
  for (const { gate, evidence } of flaky)
    parts.push(
      `Gate ${gate} is flaky: it failed (${evidence}), and passed when it ran again on the same files.`,
    );
  for (const { attempt, text } of remarks.words)
    parts.push(`The agent said of attempt ${attempt}:\n\n${indent(plainLines(text).join("\n"))}`);
  for (const review of remarks.reviews) parts.push(...reviewLines(review));
  if (lessons.length > 0)
    parts.push(`## Negative evidence\n\n${lessons.map((lesson) => `- ${lesson}`).join("\n")}`);
  return `${parts.join("\n\n")}\n`;
}

function indent(text: string): string {
  return text
    .split("\n")
    .map((line) => `    ${line}`)
    .join("\n");
}
