// Which draft is there already, paid for by an earlier build? One that a person has taken, or that no gate came to judge.

import { type Result, success } from "../../model/result.ts";
import type { Run } from "../run/run.ts";
import type { Candidate } from "./candidate.ts";
import type { TaskJob } from "./judge-task.ts";
import { holdsToday } from "./recorded-result.ts";
import type { HeldDraft } from "./task-files.ts";
import type { TaskRecord } from "./task-record.ts";
import { undecidedDraft } from "./undecided-draft.ts";

/**
 * Puts down what a program handed in: it pays its models itself, and would do so again if this build never came to judge it.
 * What models answered to the engine is read again, with all that followed from it.
 */
export async function putDown(
  { sources }: Run,
  job: TaskJob,
  record: TaskRecord,
  draft: HeldDraft,
): Promise<void> {
  const author = sources.workspace.agents.find(({ id }) => id === draft.agent);
  if (author?.kind !== "command") return;
  hold(record, draft);
  await record.status(job, "inspecting");
}

/** Of a draft whose gates turned out to be broken; what was not drafted in this build is not lost. */
export function holdUnjudged(record: TaskRecord, candidate: Candidate | null): void {
  if (candidate?.action === "regenerated") hold(record, candidate);
}

/** The first alone: a later one follows from attempts that the next build has to repeat. */
function hold({ attempts, remarks }: TaskRecord, { outputs, reads, agent }: HeldDraft): void {
  if (attempts === 1) remarks.unjudged = { outputs, reads, ...(agent === undefined ? {} : { agent }) };
}

/** `approved`: a person has taken it. */
type Held = HeldDraft & Pick<Candidate, "approved">;

/**
 * A draft that an earlier build has paid for and that need not be made again: one that a person has taken, or that nobody
 * has judged to the end. `undecided` where it waits for that person; null where there is none, or it would be another today.
 * The attempt of one that nobody judged counts as begun.
 */
export async function heldDraft(
  run: Run,
  job: TaskJob,
  record: TaskRecord,
): Promise<Result<Held | "undecided" | null>> {
  const undecided = await undecidedDraft(job, record.remarks);
  if (!undecided.ok) return undecided;
  if (undecided.value !== null) return success(undecided.value.approved ? undecided.value : "undecided");
  const { unjudged } = record.remarks;
  if (unjudged === null || run.forced.has(job.task.id) || job.judgement.obstacle !== null)
    return success(null);
  const holds = await holdsToday(run, job, unjudged);
  if (!holds.ok || !holds.value) return holds.ok ? success(null) : holds;
  record.resumeAttempt();
  return success(unjudged);
}
