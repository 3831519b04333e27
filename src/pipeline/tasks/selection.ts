// What does the lock hold of a task whose result is selected? Its own, and what people decided about its files before.

import { verificationKey } from "../../engine/verification.ts";
import type { Digest } from "../../model/digest.ts";
import type { VerificationManifest } from "../../model/manifest.ts";
import type { Result } from "../../model/result.ts";
import type { FoundTrace, LockEntry, Trace } from "../../model/trace.ts";
import type { Run } from "../run/run.ts";
import type { Assignment } from "./assignment.ts";
import { verificationOf } from "./recorded-result.ts";

/** What a task gives to its project, and what its agent read for it beyond the window. */
export type Contribution = Pick<LockEntry, "outputs" | "reads" | "agent">;

export function entryOf(
  run: Run,
  { task, key, agent: routed }: Assignment,
  { outputs, reads, agent = routed.id }: Contribution,
  verification: Digest,
): LockEntry {
  const before = run.selected.entry(task.id);
  return {
    project: task.project,
    key,
    verification,
    outputs,
    reads,
    released: before?.released ?? [],
    yielding: before?.yielding ?? [],
    ...(agent === routed.id ? {} : { agent }),
  };
}

/** The verification that the outputs would have if they were selected. */
export function verificationWith(
  run: Run,
  assignment: Assignment,
  contribution: Contribution,
): VerificationManifest {
  const { selected } = run;
  const { node, state, task, key } = assignment;
  const before = selected.entry(task.id);
  selected.select(task.id, entryOf(run, assignment, contribution, key));
  const verification = verificationOf(run, state, node);
  selected.select(task.id, before);
  return verification;
}

/** Whether gates here saw it pass as it would be selected now; what others say of it is no more than that. */
export function isVerified(run: Run, assignment: Assignment, found: FoundTrace): boolean {
  if (found.isHearsay) return false;
  return verificationKey(verificationWith(run, assignment, found)) === found.verification;
}

/** From here on the task has these outputs, as they were verified. */
export function select(run: Run, assignment: Assignment, contribution: Contribution): VerificationManifest {
  const verified = verificationWith(run, assignment, contribution);
  run.selected.select(assignment.task.id, entryOf(run, assignment, contribution, verificationKey(verified)));
  return verified;
}

/** Selects what a task has come to, and puts it down so that it is found again by its key. */
export async function recordResult(
  run: Run,
  assignment: Assignment,
  contribution: Contribution,
  cost: Pick<Trace, "attempts" | "usage">,
): Promise<Result<unknown>> {
  const { task, key, manifest, agent: routed } = assignment;
  const { outputs, reads, agent = routed.id } = contribution;
  const verified = select(run, assignment, contribution);
  const verification = verificationKey(verified);
  const made = { reads, outputs, verification, verified, agent, ...cost };
  return run.traces.record({ task: task.id, key, manifest, ...made }, { paid: routed.kind !== "generator" });
}
