// Is what lies below recorded outputs still what they were made from? Where it is not, laying them would take people's lines
// away, also where there was nothing at that time and people have a file there by now.

import type { Digest } from "../../model/digest.ts";
import type { Output } from "../../model/output.ts";
import { type Result, success } from "../../model/result.ts";
import { groundOf } from "../product/ground.ts";
import type { ProjectState } from "../projects/project-state.ts";
import type { Run } from "../run/run.ts";

/** Outputs that were made from something else than what lies below the task now. */
export async function movedBases(
  run: Run,
  state: ProjectState,
  node: number,
  outputs: readonly Output[],
): Promise<Result<Output[]>> {
  return outputsWhere(run, { state, node }, outputs, ({ base }, now) => now !== base);
}

/** Of these, the outputs that would leave another content there than there is. */
export async function replacedBases(
  run: Run,
  state: ProjectState,
  node: number,
  outputs: readonly Output[],
): Promise<Result<Output[]>> {
  return outputsWhere(
    run,
    { state, node },
    outputs,
    ({ base, digest }, now) => now !== base && now !== digest,
  );
}

async function outputsWhere(
  run: Run,
  { state, node }: { readonly state: ProjectState; readonly node: number },
  outputs: readonly Output[],
  isSought: (output: Output, now: Digest | null) => boolean,
): Promise<Result<Output[]>> {
  if (outputs.length === 0) return success([]);
  const ground = await groundOf(run, state, node);
  if (!ground.ok) return ground;
  const found: Output[] = [];
  for (const output of outputs) {
    const now = await state.contents.digestAt(ground.value.tree, output.path);
    if (!now.ok) return now;
    if (isSought(output, now.value)) found.push(output);
  }
  return success(found);
}
