// In which roles are agents asked? One prompt each in `templates/prompts/`, and one way through the routing.

import type { Task } from "./task.ts";

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

/** What a session is for: where the money that it costs is put down. */
export interface Purpose {
  readonly role: Role;
  readonly phase: Phase;
  /** Address of a task, or id of a feature. */
  readonly subject: string;
  readonly project: string | null;
  readonly attempt: number;
  /** Id of the session; unique within a build. */
  readonly session: string;
}

/** Who drafts a task: documents are written by a role of their own. */
export function draftingRole(task: Task): "implementer" | "documenter" {
  return task.type === "docs" ? "documenter" : "implementer";
}
