// What did the engine find about a task, and why?

export type Verdict =
  | "fresh"
  | "cached"
  | "stale"
  | "modified"
  | "conflict"
  | "missing"
  | "orphan"
  | "blocked";

/** What a build did about a task. */
export type Action =
  | "fresh"
  | "restored"
  | "reverified"
  | "rebased"
  | "regenerated"
  | "failed"
  | "blocked"
  | "skipped";

export type ReasonCode =
  | "never-built"
  | "requirement-changed"
  | "task-changed"
  | "acceptance-changed"
  | "constraint-changed"
  | "pattern-changed"
  | "pointer-changed"
  | "scope-changed"
  | "param-changed"
  | "prompt-changed"
  | "template-changed"
  | "agent-changed"
  | "interface-changed"
  | "output-changed"
  | "evidence-changed"
  | "request-changed"
  | "map-changed"
  | "document-changed"
  | "diff-changed"
  | "bound-changed"
  | "read-changed"
  | "file-changed"
  | "key-changed"
  | "output-missing"
  | "output-edited"
  | "dependency-output-changed"
  | "gates-changed"
  | "toolchain-changed"
  | "verification-changed"
  | "base-changed"
  | "gate-failed"
  | "forced"
  | "task-removed"
  | "needs-clarification"
  | "question-open"
  | "plan-waits"
  | "change-waits"
  | "dependency-failed"
  | "dependency-stale"
  | "stopped"
  | "withdrawn"
  | "project-broken"
  | "unsettled-edit";

export interface Reason {
  readonly code: ReasonCode;
  /** What changed: `R2`, `params.fields.price`, a path, a task, a gate. */
  readonly subject: string;
  readonly file: string | null;
  readonly line: number | null;
  /** The texts before and after, where both are known and a person can compare them. */
  readonly before?: string | null;
  readonly after?: string | null;
}
