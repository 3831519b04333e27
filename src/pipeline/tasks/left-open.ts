// What did the last build of a task leave open for a person? A question, a draft that nobody could judge, a review that did
// not see everything. Told for as long as the task's window is the very same.

import { plainReason } from "../../engine/action-manifest.ts";
import type { DueWork } from "../../engine/judge.ts";
import { routeRole } from "../../engine/route.ts";
import type { TaskId } from "../../model/address.ts";
import type { Digest } from "../../model/digest.ts";
import type { Reason } from "../../model/verdict.ts";
import { unseenText } from "../../report/review-text.ts";
import type { Run } from "../run/run.ts";
import type { Assignment } from "./assignment.ts";
import { holdsToday } from "./recorded-result.ts";
import { notesOf, statusOf, type TaskStatus } from "./task-files.ts";

/** What waits for an answer before the work that is due; null where nothing does. */
export async function openQuestion(run: Run, assignment: Assignment, due: DueWork): Promise<Reason | null> {
  if (due !== "draft" && due !== "merge-outputs") return null;
  const { task, key } = assignment;
  const status = statusNow(run, task.id, key);
  if (status?.undecided?.approved === false) {
    const holds = await holdsToday(run, assignment, status.undecided);
    // What cannot be looked at is told by the build that would use it.
    if (!holds.ok || holds.value) return plainReason("review-undecided", task.id);
  }
  const question = due === "draft" ? (status?.question ?? null) : null;
  return question === null ? null : plainReason("question-open", question);
}

/** What its review did not see of a draft that was accepted. */
export function unseenByReview(run: Run, task: TaskId, key: Digest | null): Reason[] {
  if (routeRole("reviewer", run.sources.workspace).length === 0) return [];
  const review = statusNow(run, task, key)?.review ?? null;
  if (review === null || review.verdict !== "approve" || review.unseen.length === 0) return [];
  const reason = plainReason("review-unseen", unseenText(review.unseen));
  return [{ ...reason, file: notesOf(run.sources.root, task) }];
}

/** Of the window with this key; null where there is none, or one that nobody can read, which `failureReason` tells. */
export function statusNow({ sources }: Run, task: TaskId, key: Digest | null): TaskStatus | null {
  const reading = statusOf(sources.root, task);
  return reading.ok && reading.value?.key === key ? reading.value : null;
}
