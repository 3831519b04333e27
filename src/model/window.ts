// What does an agent see of the world?

import type { Place } from "./place.ts";

interface KindOfSegment {
  /** Of the list in the window that holds it; null for what stands elsewhere. */
  readonly heading: string | null;
  /** What a task is told for that becomes stale by a change of it. */
  readonly reason: `${string}-changed`;
}

/**
 * In the order of a window's text: first what most windows have in common, since providers keep what requests begin with, then
 * what a request is about, last what bears on the answer.
 */
export const SEGMENT_KINDS = {
  role: { heading: null, reason: "prompt-changed" },
  /** What holds for every task of the project or the workspace. */
  rules: { heading: "Rules that hold for every task", reason: "rules-changed" },
  task: { heading: null, reason: "task-changed" },
  /** Folders, files and declarations of a project. */
  map: { heading: "The code today", reason: "map-changed" },
  /** Which gates of a project tell which tests passed. */
  "reporting-gates": { heading: "What proves a criterion", reason: "map-changed" },
  /** A feature request as its author wrote it. */
  request: { heading: "Feature request", reason: "request-changed" },
  /** What a planner wrote, or the plan. */
  document: { heading: "Documents", reason: "document-changed" },
  "task-spec": { heading: "The task", reason: "task-changed" },
  requirement: { heading: "Requirements", reason: "requirement-changed" },
  /** How criteria are proved, where that is not by a test whose name holds the tag. */
  proof: { heading: null, reason: "acceptance-changed" },
  acceptance: {
    heading: "Acceptance: each needs a passing test whose name carries the tag",
    reason: "acceptance-changed",
  },
  constraint: { heading: "Constraints", reason: "constraint-changed" },
  pattern: { heading: "Patterns to follow", reason: "pattern-changed" },
  pointer: { heading: "Read first", reason: "pointer-changed" },
  scope: { heading: "Files that you may write", reason: "scope-changed" },
  /** Files that another agent will write. */
  planned: {
    heading: "Files that another engineer will write, which do not exist yet",
    reason: "scope-changed",
  },
  /** The gates that judge the task, and the scripts of its project. */
  checks: { heading: "What judges your change, and how the project runs", reason: "gates-changed" },
  param: { heading: "Parameters", reason: "param-changed" },
  interface: { heading: "Interfaces to build on", reason: "interface-changed" },
  /** Files of the projects that tasks of other features write. */
  claimed: {
    heading: "Files that other features write: a task that writes one, too, names theirs in `depends_on`",
    reason: "map-changed",
  },
  /** What holds for a feature that was planned before. */
  again: { heading: "This feature was planned before", reason: "document-changed" },
  /** A task of the backlog that is planned again. */
  previous: { heading: "Tasks of the backlog so far", reason: "document-changed" },
  /** What differs between two versions of a request, item by item. */
  changes: { heading: "What changed in the request since", reason: "requirement-changed" },
  diff: { heading: "The change", reason: "diff-changed" },
  /** What a change that was accepted before is merged over by now. */
  upstream: {
    heading:
      "What others have changed in these files since the change was accepted: judge what both come to together",
    reason: "diff-changed",
  },
  /** An agent's own words about what it made. */
  said: { heading: "What its author says of it, which proves nothing", reason: "evidence-changed" },
  gates: { heading: "Results of the gates", reason: "gates-changed" },
  failures: { heading: "What failed", reason: "evidence-changed" },
  "negative-evidence": { heading: "Tried before, do not repeat", reason: "evidence-changed" },
  passage: { heading: "The text", reason: "document-changed" },
  /** An answer that could not be used, and then what is wrong with it. */
  refused: { heading: "An answer that was refused", reason: "document-changed" },
  findings: {
    heading: "Why the answer before was refused: mend exactly this",
    reason: "evidence-changed",
  },
  /** How long the answer may be. */
  bound: { heading: "Room", reason: "bound-changed" },
} as const satisfies Readonly<Record<string, KindOfSegment>>;

export type SegmentKind = keyof typeof SEGMENT_KINDS;
export type SegmentReason = (typeof SEGMENT_KINDS)[SegmentKind]["reason"];

export interface Segment {
  readonly kind: SegmentKind;
  /** Unique within a window, such as `R2`, `A1`, `params.fields.price` or `shop-api/src/products/product.ts`. */
  readonly name: string;
  readonly text: string;
  /**
   * What of it counts for staleness, where that is not its text: all of an interface of which the window has room for a
   * part, and not the lines on which it says that the rest stands.
   */
  readonly basis?: string;
  /** Where a person would edit it; null for what has no line of its own. */
  readonly place: Place | null;
}

/** The context window of one call: ordered segments. What is in here is delivered, and what is delivered is hashed. */
export interface Window {
  readonly segments: readonly Segment[];
  /**
   * UTF-8 bytes as sent, without the prompt, without what the factory says of proofs and gates, and without maps, which have a
   * limit of their own.
   */
  readonly taskBytes: number;
}
