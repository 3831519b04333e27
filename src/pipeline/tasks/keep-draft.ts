// How does a draft become outputs? Its contents go into the store, and so do the files that it was made from.

import type { Change, Output } from "../../model/output.ts";
import { failed, type Result, success } from "../../model/result.ts";
import type { Oid } from "../../model/tree.ts";
import { groundOf } from "../product/ground.ts";
import type { Run } from "../run/run.ts";
import { insertedBefore, replacedHandwriting } from "./handwritten.ts";
import type { TaskJob } from "./judge-task.ts";

/** Outputs by path. What an agent wrote cost money and is kept as such. */
export async function keepDraft(
  run: Run,
  job: TaskJob,
  changes: readonly Change[],
): Promise<Result<Output[]>> {
  const ground = await groundOf(run, job.state, job.node);
  if (!ground.ok) return ground;
  const replaced = await replacedHandwriting(run, job, changes);
  if (!replaced.ok) return replaced;
  if (replaced.value !== null) return failed(replaced.value);
  const twice = await insertedBefore(run, job, changes);
  if (!twice.ok) return twice;
  if (twice.value !== null) return failed(twice.value);
  const paid = job.agent.kind !== "generator";
  const outputs: Output[] = [];
  for (const { path, mode, content, inserted } of [...changes].sort((a, b) => (a.path < b.path ? -1 : 1))) {
    const base = await keepBase(run, job, ground.value.tree.get(path)?.oid ?? null);
    if (!base.ok) return base;
    if (content === null) {
      outputs.push({ path, mode, digest: null, base: base.value });
      continue;
    }
    const digest = await run.blobs.put(content, { paid });
    if (!digest.ok) return digest;
    const made: Output = { path, mode, digest: digest.value, base: base.value };
    outputs.push(inserted === undefined ? made : { ...made, inserted });
  }
  return success(outputs);
}

/** The file below is kept too, so that the output can be re-applied by a three-way merge when it moves. */
async function keepBase(run: Run, job: TaskJob, oid: Oid | null): Promise<Result<Output["base"]>> {
  if (oid === null) return success(null);
  const content = await job.state.contents.of(oid);
  return content.ok ? run.blobs.put(content.value, { paid: false }) : content;
}
