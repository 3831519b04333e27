// How does a failure look when it is told in full, as a command does before it ends? Subject, message, evidence,
// next step.

import type { Failure } from "../model/failure.ts";
import { failureText } from "./failure-text.ts";
import { type Line, paintAll } from "./theme.ts";

/** `target` is the address of what failed, or null where the command as a whole did. */
export function failureBlock(failure: Failure, target: string | null, color: boolean): string[] {
  const { message, detail, fix } = failureText(failure, target ?? undefined);
  const subject: Line = target === null ? [] : [["strong", target], "  "];
  return paintAll(
    [
      [["bad", "✗ "], ...subject, message],
      ...detail.map((line): Line => [["faint", `    ${line}`]]),
      [["note", "  → "], fix],
    ],
    color,
  );
}
