// In which roles are agents asked? One prompt each in `templates/prompts/`, and one way through the routing.

import { BUILT_IN_TYPES, type Task } from "./task.ts";

export const ROLES = [
  "spec-planner",
  "architecture-planner",
  "qa-planner",
  "plan-merger",
  "backlog",
  "implementer",
  "documenter",
  "tester",
  "reviewer",
  "rebase",
  "compressor",
] as const;

/** Keys of `routing:` in projects.yaml; all others are types of tasks. */
export const ROUTED_ROLES = [
  "planner",
  "merger",
  "backlog",
  "implementer",
  "generator",
  "tester",
  "reviewer",
  "rebase",
  "compressor",
] as const;

export type NamedRole = (typeof ROLES)[number];

declare const SPECIALIST: unique symbol;

/** Who drafts tasks of a type that is the workspace's own; called as the type is. */
export type Specialist = string & { readonly [SPECIALIST]: true };

export type Role = NamedRole | Specialist;

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

/** Whether there is a prompt by that name. */
export type HasPrompt = (name: string) => boolean;

/**
 * Who drafts a task. Types that every workspace has share the implementer, and documents have a role of their own; a type
 * with its own prompt, and one that only the workspace knows, is a specialist's.
 */
export function draftingRole({ type }: Pick<Task, "type">, hasPrompt: HasPrompt): Role {
  if (hasPrompt(type)) return type as Specialist;
  if (type === "docs") return "documenter";
  return BUILT_IN_TYPES.includes(type) ? "implementer" : (type as Specialist);
}

/** Whose prompt and files a role goes by: a specialist without a prompt works as the implementer does. */
export function guideOf(role: Role, hasPrompt: HasPrompt): Role {
  return isSpecialist(role) && !hasPrompt(role) ? "implementer" : role;
}

export function isSpecialist(role: Role): role is Specialist {
  return !(ROLES as readonly string[]).includes(role);
}

/** Whether the role drafts tasks. */
export function isDrafter(role: Role): boolean {
  return role === "implementer" || role === "documenter" || isSpecialist(role);
}
