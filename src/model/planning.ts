// What does it mean that a feature is planned?

export type PlanningReason =
  | "never-planned"
  | "request-changed"
  | "planner-changed"
  | "template-changed"
  | "asked-for";

/** The documents that planning ends in. */
export interface PlannedTexts {
  /** PLAN.md; null where a person wrote it, or nobody does. */
  readonly plan: string | null;
  /** BACKLOG.yaml. */
  readonly backlog: string;
}

/** A feature that a build plans first. */
export interface PlanDue {
  readonly feature: string;
  /** Its feature.md, from the workspace root. */
  readonly file: string;
  readonly reason: PlanningReason;
}
