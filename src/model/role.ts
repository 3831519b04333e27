// In which roles are agents asked? One prompt each in `templates/prompts/`, and one way through the routing.

export type Role =
  | "spec-planner"
  | "architecture-planner"
  | "qa-planner"
  | "plan-merger"
  | "backlog"
  | "implementer"
  | "documenter"
  | "tester"
  | "reviewer"
  | "rebase"
  | "compressor";

/** Where money goes: `rework` is whatever comes after a first attempt that was not accepted. */
export type Phase = "planning" | "implementation" | "rework";
