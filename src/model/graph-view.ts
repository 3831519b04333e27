// What does a picture of the task graph show?

import type { TaskId } from "./address.ts";
import type { Verdict } from "./verdict.ts";

export interface GraphView {
  /** In graph order: a task stands behind everything that it depends on. */
  readonly nodes: readonly GraphNode[];
  /** `[from, to]`: `to` depends on `from`. */
  readonly edges: readonly (readonly [from: TaskId, to: TaskId])[];
}

export interface GraphNode {
  readonly id: TaskId;
  readonly title: string;
  readonly project: string;
  readonly feature: string;
  /** Files and globs that it may write, relative to its project. */
  readonly files: readonly string[];
  /** The task that it is a part of; null: it stands by itself. */
  readonly whole: TaskId | null;
  /** Null where the tasks were not judged. */
  readonly verdict: Verdict | null;
  /** 0 for a task without dependencies, else one more than the highest level that it depends on. */
  readonly level: number;
}
