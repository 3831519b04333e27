// What does an agent see of the world?

import type { Place } from "./place.ts";

export type SegmentKind =
  | "role"
  | "task"
  | "requirement"
  | "acceptance"
  /** How criteria are proved, where that is not by a test whose name holds the tag. */
  | "proof"
  | "constraint"
  | "pattern"
  | "pointer"
  | "scope"
  | "param"
  | "interface"
  | "negative-evidence"
  // What planners, reviewers and the like are shown, and no implementer.
  /** A feature request as its author wrote it. */
  | "request"
  /** Folders, files and exported names of a project. */
  | "map"
  /** Which gates of a project tell which tests passed. */
  | "reporting-gates"
  /** What a planner wrote, or the plan. */
  | "document"
  /** A task of the backlog that is planned again. */
  | "previous"
  /** What differs between two versions of a request, item by item. */
  | "changes"
  /** An answer that could not be used, and then what is wrong with it. */
  | "refused"
  | "findings"
  | "diff"
  | "gates"
  | "task-spec"
  | "failures"
  /** Files that another agent will write. */
  | "planned"
  | "passage"
  /** How long the answer may be. */
  | "bound";

export interface Segment {
  readonly kind: SegmentKind;
  /** Unique within a window, such as `R2`, `A1`, `params.fields.price` or `shop-api/src/products/product.ts`. */
  readonly name: string;
  readonly text: string;
  /** Where a person would edit it; null for what has no line of its own. */
  readonly place: Place | null;
}

/** The context window of one call: ordered segments. What is in here is delivered, and what is delivered is hashed. */
export interface Window {
  readonly segments: readonly Segment[];
  /** UTF-8 bytes of the segments, without what the factory says itself and without maps, which have a limit of their own. */
  readonly taskBytes: number;
}
