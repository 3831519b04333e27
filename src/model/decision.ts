// What did a person decide, and what became of it?

import type { ProjectResult } from "./build-result.ts";
import type { Diagnostic } from "./diagnostic.ts";

/** What was approved of a feature: the backlog, a new plan that gives tasks more than they have, or the files as they are where they clash with a new plan. */
export type ApprovedPlan = "backlog" | "plan" | "files" | "nothing";

/** `file`: with the new text of the task; null where it was the draft. */
export type Approval =
  | { readonly of: "feature"; readonly feature: string; readonly approved: ApprovedPlan }
  | { readonly of: "task"; readonly task: string; readonly file: string | null }
  | { readonly of: "product"; readonly project: string; readonly result: ProjectResult };

export interface Answer {
  readonly target: string;
  readonly question: string;
  readonly answer: string;
  /** That was written, from the workspace's root. */
  readonly file: string;
  /** Files that the task may write now, too. */
  readonly files: readonly string[];
}

/** A requirement in other words. */
export interface ChangedRequirement {
  readonly feature: string;
  readonly requirement: string;
  /** From the workspace's root. */
  readonly file: string;
  readonly line: number;
  readonly before: string;
  readonly after: string;
  /** About the files of the feature as they are now. */
  readonly diagnostics: readonly Diagnostic[];
}
