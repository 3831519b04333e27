// Which draft is there already, paid for by an earlier build? One that a person has taken, or that a build which was killed did
// not come to judge.

import { type Result, success } from "../../model/result.ts";
import type { Run } from "../run/run.ts";
import type { Candidate } from "./candidate.ts";
import type { TaskJob } from "./judge-task.ts";
import { holdsToday } from "./recorded-result.ts";
import type { HeldDraft } from "./task-files.ts";
import type { TaskRecord } from "./task-record.ts";

/**
 * Puts down what a program handed in first: it pays its models itself, and would do so again if this build never came to judge
 * it. A later draft follows from attempts that the next build has to repeat. What models answered to the engine is read again.
 */
export async function putDown(
  { sources }: Run,
  job: TaskJob,
  record: TaskRecord,
  { outputs, reads, agent }: HeldDraft,
): Promise<void> {
  const author = sources.workspace.agents.find(({ id }) => id === agent);
  if (author?.kind !== "command" || record.attempts !== 1) return;
  record.remarks.unjudged = { outputs, reads, agent: author.id };
  await record.status(job, "inspecting");
}

/** `approved`: a person has taken it. */
type Held = HeldDraft & Pick<Candidate, "approved">;

/**
 * A draft that an earlier build has paid for and that need not be made again: one that a person has taken, or that nobody
 * has judged to the end. It has passed its gates where its reviewer could not judge it: `undecided` where it waits for that person; null where there is none, or it would be another today.
 * The attempt of one that nobody judged counts as begun.
 */
export async function heldDraft(
  run: Run,
  job: TaskJob,
  record: TaskRecord,
): Promise<Result<Held | "undecided" | null>> {
  const { undecided, unjudged } = record.remarks;
  if (undecided !== null) {
    const holds = await holdsToday(run, job, undecided);
    if (!holds.ok) return holds;
    // Made from what is there no more, it would take lines of others away.
    if (holds.value) return success(undecided.approved ? undecided : "undecided");
  }
  if (unjudged === null || run.forced.has(job.task.id) || job.judgement.obstacle !== null)
    return success(null);
  const holds = await holdsToday(run, job, unjudged);
  if (!holds.ok || !holds.value) return holds.ok ? success(null) : holds;
  record.resumeAttempt();
  return success(unjudged);
}
