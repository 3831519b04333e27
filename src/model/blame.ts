// Where does a line of code come from? From a commit, and through its trailers from a task and a spec.

import type { TaskId } from "./address.ts";
import type { Place } from "./place.ts";
import type { Oid } from "./tree.ts";

/** A commit of a project, with what the factory wrote into its message. */
export interface CodeCommit {
  readonly commit: Oid;
  readonly author: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly subject: string;
  /** Made by the factory: a person's squash may carry the trailers, too. */
  readonly byFactory: boolean;
  /** By name, such as `Factory-Task`; of a name given twice, the last. */
  readonly trailers: Readonly<Record<string, string>>;
}

/** Lines that follow each other and come from one commit. */
export interface LineRange {
  readonly first: number;
  readonly last: number;
  /** Null where it is not committed. */
  readonly commit: Oid | null;
}

/**
 * `merge`: the factory joined what people and tasks wrote, so the line is of both. `scaffold`: the project began with it,
 * and no task wrote it.
 */
export type Writer = "factory" | "person" | "merge" | "scaffold" | "uncommitted";

export interface TaskOrigin {
  readonly task: TaskId;
  /** Null where neither the backlog nor the version has the task any more. */
  readonly title: string | null;
  readonly place: Place | null;
  readonly acceptance: readonly { readonly id: string; readonly text: string }[];
  readonly requirements: readonly {
    readonly id: string;
    /** As it is now, or as it was where it is gone. */
    readonly text: string;
    /** Null where the spec does not have it any more. */
    readonly place: Place | null;
    readonly reworded: boolean;
  }[];
  /** Whether today's backlog has it. */
  readonly current: boolean;
  /** `feature@digest`; null where the commit does not say. */
  readonly spec: string | null;
  /** Null where the workspace's history has no version of that meaning. */
  readonly version: number | null;
  readonly newest: number | null;
  readonly agent: string | null;
  readonly model: string | null;
  /** Null, as the next one, where no record of the work is left. */
  readonly attempts: number | null;
  readonly usd: number | null;
  readonly recorded: boolean;
}

export interface Blame {
  readonly project: string;
  readonly path: string;
  /** Null for the whole file. */
  readonly line: number | null;
  /** The line itself. */
  readonly text: string | null;
  readonly binary: boolean;
  /** The branch whose commit is told. */
  readonly branch: string;
  /** The task that owns the file now; `released`: it was handed to people. */
  readonly owner: { readonly task: TaskId; readonly released: boolean } | null;
  readonly ranges: readonly BlamedRange[];
}

export interface BlamedRange extends LineRange {
  readonly writer: Writer;
  readonly code: CodeCommit | null;
  readonly origin: TaskOrigin | null;
}
