// How does a failure look when it is told in full, as a command does before it ends? Subject, message, evidence,
// next step.

import type { Failure } from "../model/failure.ts";
import { type FrameOf, noFrame } from "./code-frame.ts";
import { placeOf } from "./failure-place.ts";
import { failureText } from "./failure-text.ts";
import { type Line, paintAll } from "./theme.ts";

/**
 * `target` is the address of what failed, or null where the command as a whole did. `frameOf` shows the lines of sources
 * that it is about.
 */
export function failureBlock(
  failure: Failure,
  target: string | null,
  color: boolean,
  frameOf: FrameOf = noFrame,
): string[] {
  const { message, fix } = failureText(failure, target ?? undefined);
  const subject: Line = target === null ? [] : [["strong", target], "  "];
  return paintAll(
    [[["bad", "✗ "], ...subject, message], ...detailLines(failure, target, frameOf), [["note", "  → "], fix]],
    color,
  );
}

function detailLines(failure: Failure, target: string | null, frameOf: FrameOf): readonly Line[] {
  if (failure.reason === "invalid-spec") {
    const errors = failure.diagnostics.filter(({ severity }) => severity === "error");
    return errors.flatMap((each) => [
      ...faint(failureText({ ...failure, diagnostics: [each] }).detail),
      ...frameOf(each),
    ]);
  }
  const { detail } = failureText(failure, target ?? undefined);
  return [...frameOf(placeOf(failure, null)), ...faint(detail)];
}

function faint(detail: readonly string[]): Line[] {
  return detail.map((line) => [["faint", `    ${line}`]]);
}
