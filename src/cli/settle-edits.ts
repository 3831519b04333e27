// How do `accept`, `absorb` and `discard` find the edits that they settle? The same way for all three.

import type { Result } from "../model/result.ts";
import { type Evaluation, evaluate } from "../pipeline/line/evaluate.ts";
import { type EditedFile, editsOf } from "../pipeline/settling/edits.ts";
import { buildOptions } from "./build-targets.ts";
import type { Invocation } from "./invocation.ts";
import { quietEnvironment } from "./locked-build.ts";

export interface Edits {
  readonly evaluation: Evaluation;
  readonly edits: readonly EditedFile[];
}

/** Arguments are a target, and optionally the paths of which files. */
export async function findEdits(invocation: Invocation): Promise<Result<Edits>> {
  const target = invocation.argument(0) ?? "";
  const evaluation = await evaluate(
    quietEnvironment(invocation),
    buildOptions(invocation, [target]),
    "again",
  );
  if (!evaluation.ok) return evaluation;
  const edits = editsOf(evaluation.value, invocation.rest(1));
  if (!edits.ok) return edits;
  return { ok: true, value: { evaluation: evaluation.value, edits: edits.value } };
}
