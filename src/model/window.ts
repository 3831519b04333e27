// What does an agent see of the world?

import type { Place } from "./place.ts";

export type SegmentKind =
  | "role"
  | "task"
  | "requirement"
  | "acceptance"
  | "constraint"
  | "pattern"
  | "pointer"
  | "scope"
  | "param"
  | "interface"
  | "negative-evidence";

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
  /** UTF-8 bytes of the task's segments, without the role's prompt. */
  readonly taskBytes: number;
}
