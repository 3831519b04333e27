// What does a review lead to? An approval, a refusal that the next attempt hears of, or a draft that waits for a person.

import type { Failure } from "../../model/failure.ts";
import { type Result, success } from "../../model/result.ts";
import type { Run } from "../run/run.ts";
import type { Candidate } from "./candidate.ts";
import type { TaskJob } from "./judge-task.ts";
import { reviewDraft } from "./review-draft.ts";
import type { TaskRecord } from "./task-record.ts";

/** Null where it is approved; `review-undecided` keeps the draft. Fails where no review came about. */
export async function reviewStep(
  run: Run,
  job: TaskJob,
  candidate: Candidate,
  record: TaskRecord,
): Promise<Result<Failure | null>> {
  const { attempts: attempt, phase, attemptSalt: salt } = record;
  const draft = {
    outputs: candidate.outputs,
    overlap: candidate.overlap ?? [],
    results: candidate.inspection?.results ?? [],
    said: record.remarks.said,
  };
  const { result, usage } = await reviewDraft(run, job, draft, { attempt, phase, salt });
  record.spent(usage);
  if (!result.ok) return result;
  const { diff, ...told } = result.value;
  await record.reviewed({ attempt, ...told });
  const { verdict, findings } = told;
  if (verdict === "approve") return success(null);
  if (verdict !== "cannot-judge") return success({ reason: "review-rejected", verdict, findings });
  await record.holds(candidate, diff);
  return success(record.undecidedFailure);
}
