// What can happen in a build? The journal is a list of these; every view of a build is a fold of it.

import type { TaskId } from "./address.ts";
import type { ProjectResult, TaskResult } from "./build.ts";
import type { Diagnostic } from "./diagnostic.ts";
import type { Failure } from "./failure.ts";
import type { GateResult } from "./inspection.ts";
import type { Reason, Verdict } from "./verdict.ts";

/** `at` is milliseconds since the epoch. */
export type Event = { readonly at: number } & (
  | {
      readonly type: "build-started";
      readonly build: string;
      readonly tasks: number;
      readonly settled: number;
    }
  | { readonly type: "project-created"; readonly project: string; readonly path: string }
  | { readonly type: "setup-started"; readonly project: string; readonly command: string }
  | { readonly type: "setup-ended"; readonly project: string; readonly ms: number }
  | { readonly type: "canary-started"; readonly project: string }
  | { readonly type: "canary-ended"; readonly project: string; readonly passed: boolean; readonly ms: number }
  | {
      readonly type: "task-judged";
      readonly task: TaskId;
      readonly verdict: Verdict;
      readonly reasons: readonly Reason[];
    }
  /** Told once, for a task that cannot start yet: the tasks without which it does not start. */
  | { readonly type: "task-waiting"; readonly task: TaskId; readonly on: readonly TaskId[] }
  | {
      readonly type: "attempt-started";
      readonly task: TaskId;
      readonly attempt: number;
      readonly agent: string;
      readonly windowBytes: number;
    }
  | {
      readonly type: "attempt-ended";
      readonly task: TaskId;
      readonly attempt: number;
      readonly failure: Failure | null;
    }
  /** The agent has handed in a draft, which now waits for its gates. */
  | { readonly type: "draft-ended"; readonly task: TaskId; readonly attempt: number }
  /** `subject` is a task's address, or `project/`. */
  | { readonly type: "gates-started"; readonly subject: string }
  | { readonly type: "gate-started"; readonly subject: string; readonly gate: string }
  | { readonly type: "gate-ended"; readonly subject: string; readonly result: GateResult }
  | { readonly type: "task-settled"; readonly result: TaskResult; readonly failure: Failure | null }
  | { readonly type: "merge-started"; readonly project: string }
  | { readonly type: "project-settled"; readonly result: ProjectResult; readonly failure: Failure | null }
  | { readonly type: "diagnostic"; readonly diagnostic: Diagnostic }
  | { readonly type: "build-ended"; readonly ok: boolean; readonly ms: number }
);
