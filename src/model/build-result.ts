// What is the result of a build, as people and scripts read it?

import type { TaskId } from "./address.ts";
import type { Diagnostic } from "./diagnostic.ts";
import type { Tokens, Usage } from "./output.ts";
import type { SharedTally } from "./shared-tally.ts";
import type { Action, Reason } from "./verdict.ts";

export interface BuildResult {
  readonly ok: boolean;
  readonly projects: readonly ProjectResult[];
  readonly tasks: readonly TaskResult[];
  /** What was spent on features as a whole, which is on no task's account; absent where nothing was planned. */
  readonly planning?: Planning;
  /** Absent where no store is shared, or it was good for nothing. */
  readonly sharedStore?: SharedTally;
  readonly diagnostics: readonly Diagnostic[];
  readonly ms: number;
}

export interface Planning {
  readonly usage: Usage;
  /** Features that could not be planned. */
  readonly failed: number;
}

export interface ProjectResult {
  readonly id: string;
  readonly branch: string;
  /** Tip of the branch after the build and its tree; null where the branch has no commit. */
  readonly commit: string | null;
  readonly tree: string | null;
  /**
   * True when the branch holds the product, and it passes its gates as a whole: merged now, or already there. False where
   * there is no product, because no task of the project has a result.
   */
  readonly merged: boolean;
  /** True when this build moved the branch. */
  readonly moved: boolean;
  /** Address of the request by which the product waits where the repository is hosted; absent where there is none. */
  readonly request?: string;
  /** How many of the project's tasks the product is made of; absent where it was not looked at. */
  readonly product?: { readonly built: number; readonly tasks: number };
}

export interface TaskResult {
  readonly id: TaskId;
  readonly project: string;
  readonly action: Action;
  readonly reasons: readonly Reason[];
  readonly attempts: number;
  readonly agent: string;
  readonly calls: number;
  readonly tokens: Tokens;
  /** Null: unknown price. */
  readonly usd: number | null;
  /** A provider did not count its tokens, or counted what cannot be: they are guessed. */
  readonly estimated?: true;
  readonly windowBytes: number;
  readonly ms: number;
}
