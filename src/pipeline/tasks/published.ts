// Is a recorded result in the product, or in what people wrote, just as it was recorded?

import { withDependents } from "../../engine/graph.ts";
import type { Output } from "../../model/output.ts";
import { type Result, success } from "../../model/result.ts";
import type { LockEntry } from "../../model/trace.ts";
import { isShareable, isSharedFilePublished } from "../product/compose-shared-file.ts";
import { basedOutputs } from "../projects/baseless.ts";
import type { ProjectState } from "../projects/project-state.ts";
import type { Run } from "../run/run.ts";

/** The outputs must have been located. */
export async function arePublished(
  run: Run,
  state: ProjectState,
  node: number,
  lock: LockEntry,
): Promise<Result<boolean>> {
  for (const output of basedOutputs(lock, state)) {
    if (isPublished(state, output) || isWrittenOver(run, state, { node, path: output.path })) continue;
    const isThere = isShareable(output)
      ? await isSharedFilePublished(run, state.home, state.told(output.path))
      : success(false);
    if (!isThere.ok || !isThere.value) return isThere;
  }
  return success(true);
}

function isPublished(state: ProjectState, output: Output): boolean {
  const entry = state.product.get(output.path);
  if (output.digest === null) return entry === undefined;
  const oid = state.contents.oidOf(output.digest);
  // What people have just so needs no product to bring it.
  return [entry, state.human.get(output.path)].some((one) => one?.oid === oid && one.mode === output.mode);
}

/** Of an ordered chain of owners, the product shows the last one's file. */
function isWrittenOver(
  run: Run,
  state: ProjectState,
  { node, path }: { readonly node: number; readonly path: string },
): boolean {
  const told = state.told(path);
  return withDependents(run.graph, [node]).some((at) => {
    const task = run.graph.tasks[at];
    if (at === node || task === undefined) return false;
    const entry = state.home.entry(run.selected.entry(task.id));
    return entry?.outputs.some((output) => output.path === told) === true;
  });
}
