// What is the atomic unit of work of a backlog?

import type { TaskId } from "./address.ts";
import type { Place } from "./place.ts";

export type TaskType = "code" | "refactor" | "debug" | "docs" | "simple";

export interface Task {
  readonly id: TaskId;
  readonly feature: string;
  readonly title: string;
  readonly type: TaskType;
  readonly project: string;
  readonly description: string;
  readonly requirements: readonly string[];
  /** Resolved addresses; dependencies of the whole feature are added when the graph is linked. */
  readonly dependsOn: readonly TaskId[];
  /** Files and globs that the task may write, relative to the project. */
  readonly filesHint: readonly string[];
  readonly acceptance: readonly Criterion[];
  readonly context: {
    readonly files: readonly string[];
    readonly constraints: readonly string[];
    readonly patterns: readonly string[];
    readonly negativeEvidence: readonly string[];
  };
  /** `template/part` for the generator agent. */
  readonly generator: string | null;
  /** Agent id that beats the routing. */
  readonly agent: string | null;
  /** Gate ids; null means all gates of the project. */
  readonly gates: readonly string[] | null;
  /** Whether its acceptance tests are written first, by an agent that sees no code; also where its project says so. */
  readonly independentTests: boolean;
  readonly place: Place;
  /** Where each key of the entry stands, such as `title` or `acceptance`. */
  readonly places: Readonly<Record<string, Place>>;
}

export interface Criterion {
  readonly id: string;
  readonly text: string;
  readonly place: Place;
}

/** How a passing test shows that it proves a criterion: its name carries `[products:T01.A1]`. */
export function criterionTag(task: TaskId, criterion: string): string {
  return `[${task}.${criterion}]`;
}

/** The same where the names of tests cannot hold brackets: `products_t01_a1`. */
export function criterionWord(task: TaskId, criterion: string): string {
  return wordOf(`${task}.${criterion}`);
}

/** Letters and digits as they are, in lower case, and `_` for all else. */
export function wordOf(id: string): string {
  return id.toLowerCase().replace(/[^\p{L}\p{N}]/gu, "_");
}
