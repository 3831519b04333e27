// What does `factory explain` say about one task?

import type { TaskId } from "./address.ts";
import type { Digest } from "./digest.ts";
import type { Reviewed } from "./review.ts";
import type { TaskType } from "./task.ts";
import type { Reason, Verdict } from "./verdict.ts";
import type { SegmentKind } from "./window.ts";

export interface Explanation {
  readonly task: TaskId;
  readonly title: string;
  readonly type: TaskType;
  readonly project: string;
  readonly verdict: Verdict;
  /** Id of the agent that would draft it. */
  readonly agent: string;
  /** Null where no window could be assembled, so that there is no key yet. */
  readonly key: Digest | null;
  /** Empty for a fresh task. */
  readonly reasons: readonly Reason[];
  readonly segments: readonly SegmentSize[];
  /** What the agent said at the end of its last draft at this key, and what came of its review. */
  readonly said: string | null;
  readonly review: Reviewed | null;
  /** Tasks that come after this one, directly or not, in graph order. */
  readonly dependents: readonly TaskId[];
  /** Paths in the project that the task contributes today. */
  readonly outputs: readonly string[];
}

export interface SegmentSize {
  readonly kind: SegmentKind;
  readonly name: string;
  /** UTF-8 bytes. */
  readonly bytes: number;
  /** UTF-8 bytes of all of it, where the window has room for a part. */
  readonly whole?: number;
}
