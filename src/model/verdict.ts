// What did the engine find about a task, and why?

import type { SegmentReason } from "./window.ts";

export type Verdict =
  | "fresh"
  | "cached"
  | "stale"
  | "modified"
  | "conflict"
  | "missing"
  | "orphan"
  | "blocked";

/** What a build did about a task. */
export type Action =
  | "fresh"
  | "restored"
  | "reverified"
  | "rebased"
  | "regenerated"
  | "failed"
  | "blocked"
  | "skipped";

export type ReasonCode =
  | SegmentReason
  | "never-built"
  | "template-changed"
  | "agent-changed"
  | "output-changed"
  | "read-changed"
  | "file-changed"
  | "key-changed"
  | "output-missing"
  | "output-edited"
  | "dependency-output-changed"
  | "toolchain-changed"
  | "criteria-changed"
  | "verification-changed"
  | "base-changed"
  | "gate-failed"
  | "whole-failed"
  | "merge-refused"
  | "failed-before"
  | "record-unreadable"
  | "window-too-large"
  | "forced"
  | "task-removed"
  | "sources-vanished"
  | "draft-refused"
  | "not-judged"
  | "needs-clarification"
  | "question-open"
  | "review-undecided"
  | "review-unseen"
  | "plan-waits"
  | "change-waits"
  | "dependency-failed"
  | "dependency-stale"
  | "read-open"
  | "base-open"
  | "stopped"
  | "withdrawn"
  | "project-broken"
  | "unsettled-edit";

export interface Reason {
  readonly code: ReasonCode;
  /** What changed: `R2`, `params.fields.price`, a path, a task, a gate. */
  readonly subject: string;
  readonly file: string | null;
  readonly line: number | null;
  /** The texts before and after, where both are known and a person can compare them. */
  readonly before?: string | null;
  readonly after?: string | null;
  /** With `failed-before`: what came of the last build that tried. */
  readonly failure?: PastFailure;
}

/** How a task failed in a build that is over. */
export interface PastFailure {
  /** ISO 8601; null where nobody wrote it down. */
  readonly at: string | null;
  /** Attempts that came to nothing on what stands now, in all builds. */
  readonly times: number;
  /** The first gate that was red; null where no gate was asked. */
  readonly gate: string | null;
  /** The name of the failure in the list of failures, such as `gates-failed`. */
  readonly reason: string;
  /** One line that says most. */
  readonly message: string;
  /** Of a whole: the parts that its evidence blames, and that the next try sends back. */
  readonly parts?: readonly string[];
  /** Of a whole: digest of what its parts had made. */
  readonly made?: string;
}
