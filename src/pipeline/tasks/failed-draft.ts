// What is told of a draft that gates or a reviewer refused? Its essence, beside the evidence. Where it cannot be looked at,
// the evidence has to do: the attempt has failed for that reason, and for no other.

import { draftEssence } from "../../context/draft-essence.ts";
import type { Failure } from "../../model/failure.ts";
import type { Output } from "../../model/output.ts";
import type { Run } from "../run/run.ts";
import type { TaskJob } from "./judge-task.ts";
import { changeOf } from "./review-draft.ts";

export async function essenceOf(
  run: Run,
  job: TaskJob,
  outputs: readonly Output[],
  failure: Failure,
): Promise<string | null> {
  const evidence = evidenceOf(failure);
  if (evidence === null || outputs.length === 0 || job.agent.kind === "generator") return null;
  const changed = await changeOf(run, job, outputs);
  return changed.ok ? draftEssence(changed.value.files, evidence) : null;
}

function evidenceOf(failure: Failure): string | null {
  if (failure.reason === "review-rejected") return failure.findings.join(" ");
  if (failure.reason !== "gates-failed") return null;
  return failure.results.map(({ evidence }) => evidence).join(" ");
}
