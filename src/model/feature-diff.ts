// What is different between two versions of a feature, requirement by requirement?

import type { TaskId } from "./address.ts";

export type Change = "added" | "removed" | "changed";

export interface FeatureDiff {
  readonly feature: string;
  /** The feature as a whole: null where both versions have it. */
  readonly change: "added" | "removed" | null;
  /** Title, template, projects, dependencies: what stands in the front matter beside the parameters. */
  readonly settings: readonly TextChange[];
  /** Sections of prose by heading; those that hold requirements and constraints are told item by item instead. */
  readonly sections: readonly TextChange[];
  readonly requirements: readonly TextChange[];
  readonly constraints: readonly TextChange[];
  /** Leaves of the parameters by dotted path, such as `fields.price`; values as compact JSON. */
  readonly params: readonly TextChange[];
  readonly tasks: readonly TaskChange[];
  /** Tasks that the edit makes stale, of other features too; filled by whoever has judged both versions. */
  readonly staleTasks: readonly TaskId[];
}

export interface TextChange {
  readonly id: string;
  readonly change: Change;
  /** Null for what was added. */
  readonly before: string | null;
  /** Null for what was removed. */
  readonly after: string | null;
}

export interface TaskChange {
  readonly id: TaskId;
  readonly change: Change;
  /** For a changed task, the keys of its entry that differ, such as `acceptance`; else empty. */
  readonly keys: readonly string[];
}
