// Can outputs be re-applied when the files that they were made from have moved? By a three-way merge, without a call. Where
// another task moved them, nobody has seen both changes together.

import type { Digest } from "../../model/digest.ts";
import type { Output } from "../../model/output.ts";
import { type Result, success } from "../../model/result.ts";
import { isLost } from "../../store/blobs.ts";
import { mergeJson } from "../../workspaces/merge-json.ts";
import { mergeText } from "../../workspaces/merge-text.ts";
import { groundOf } from "../product/ground.ts";
import type { ProjectState } from "../projects/project-state.ts";
import type { Run } from "../run/run.ts";

export interface MergedOutputs {
  readonly outputs: readonly Output[];
  readonly overlap: readonly MovedFile[];
}

/** A file that another task changed below a task that changes it, too: as the task found it, and as it is now. */
export interface MovedFile extends Pick<Output, "path" | "mode"> {
  readonly before: Digest;
  readonly now: Digest;
}

/** Null where they cannot: the merge conflicts, or the file that an output was made from is lost. */
export async function mergeMovedOutputs(
  run: Run,
  state: ProjectState,
  node: number,
): Promise<Result<MergedOutputs | null>> {
  const task = run.graph.tasks[node];
  const entry = task === undefined ? null : run.selected.entry(task.id);
  const ground = await groundOf(run, state, node);
  if (!ground.ok) return ground;
  const rebased: Output[] = [];
  const overlap: MovedFile[] = [];
  for (const output of entry?.outputs ?? []) {
    const now = await state.contents.digestAt(ground.value.tree, output.path);
    if (!now.ok) return now;
    if (output.base === null || now.value === output.base) {
      rebased.push(output);
      continue;
    }
    const below = ground.value.tree.get(output.path);
    if (below === undefined || output.digest === null || task === undefined) return success(null);
    const base = await run.blobs.get(output.base);
    const made = await run.blobs.get(output.digest);
    // A redraft is paid for, so only what is known to be lost leads to one.
    for (const side of [base, made]) if (!side.ok && !isLost(side.failure)) return side;
    if (!base.ok || !made.ok) return success(null);
    const current = await state.contents.of(below.oid);
    if (!current.ok) return current;
    const merged = output.path.endsWith(".json")
      ? mergedJson(output.path, base.value, made.value, current.value)
      : mergeText(base.value, current.value, made.value);
    if (merged === null) return success(null);
    const digest = await run.blobs.put(merged, { paid: true });
    if (!digest.ok) return digest;
    const kept = await run.blobs.put(current.value, { paid: false });
    if (!kept.ok) return kept;
    rebased.push({ ...output, digest: digest.value, base: kept.value });
    if (!ground.value.writers.has(output.path)) continue;
    overlap.push({ path: output.path, mode: output.mode, before: output.base, now: kept.value });
  }
  return success({ outputs: rebased, overlap });

  /** On the text of today, so that what a person wrote around the values stays. */
  function mergedJson(
    path: string,
    base: Uint8Array,
    made: Uint8Array,
    current: Uint8Array,
  ): Uint8Array | null {
    const merged = mergeJson(path, current, [{ task: task?.id ?? ":", base, bytes: made }]);
    return merged.ok ? merged.value : null;
  }
}
