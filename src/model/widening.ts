// What does a change of a task take away from what people have agreed to? Its kinds; which of them a change makes is
// spec/compare/find-widenings.ts.

export type Widening =
  /** A path or glob that the files of the task do not cover yet. */
  | { readonly kind: "scope"; readonly pattern: string }
  /** A file in its context that holds keys and passwords. */
  | { readonly kind: "secret"; readonly path: string }
  | {
      readonly kind: "criterion-reworded";
      readonly id: string;
      readonly before: string;
      readonly after: string;
    }
  | { readonly kind: "criterion-dropped"; readonly id: string; readonly before: string }
  | { readonly kind: "requirement-dropped"; readonly id: string }
  /** A key that says where the task is built, by whom, and what judges it; as the backlog would spell the values. */
  | {
      readonly kind: "setting";
      readonly key: string;
      readonly before: string;
      readonly after: string;
    };
