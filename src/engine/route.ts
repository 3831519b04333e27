// Who is asked? Whoever drafts a task is looked up by its nature (model/workspace.ts), all others by their role; a role
// without a route of its own goes to the one that stands in for it. Lists are in order of preference: what comes after the first is a
// fallback that people configured, and there are no others.

import type { AgentDeclaration } from "../model/agent-declaration.ts";
import { isSpecialist, type NamedRole, type Role } from "../model/role.ts";
import { isWhole, type Task } from "../model/task.ts";
import { drafterIds, type Workspace } from "../model/workspace.ts";

/** Sound specs name only declared agents (spec/validate/validate.ts), so there is always one. */
export function routeTask(task: Task, workspace: Workspace): AgentDeclaration {
  if (isWhole(task)) return TOGETHER;
  const agent = declared(drafterIds(task, workspace), workspace)[0] ?? workspace.agents[0];
  if (agent === undefined) throw new Error(`bug: no agent for ${task.id}`);
  return agent;
}

/** Nobody drafts a whole: there is nothing to render, and that costs nothing. */
const TOGETHER: AgentDeclaration = {
  id: "parts",
  kind: "generator",
  place: { file: "projects.yaml", line: 1, column: 1 },
};

/** A task's own choice has none. */
export function fallbacksFor(task: Task, workspace: Workspace): readonly AgentDeclaration[] {
  return declared(drafterIds(task, workspace).slice(1), workspace);
}

/** Keys of `routing:` by which a role is looked up, the first that is there. */
const ROUTES: Readonly<Record<NamedRole, readonly string[]>> = {
  "spec-planner": ["planner"],
  "architecture-planner": ["planner"],
  "qa-planner": ["planner"],
  "plan-merger": ["merger", "planner"],
  backlog: ["backlog", "planner"],
  implementer: [],
  documenter: [],
  tester: ["tester"],
  reviewer: ["reviewer"],
  rebase: ["rebase", "backlog", "planner"],
  compressor: ["compressor"],
};

/** Empty where nobody is routed to the role, or only the generator, which renders templates and cannot answer; see routeTask of those who draft. */
export function routeRole(role: Role, workspace: Workspace): readonly AgentDeclaration[] {
  if (isSpecialist(role)) return [];
  const { roles } = workspace.routing;
  const ids = ROUTES[role].map((key) => roles[key]).find((route) => route !== undefined);
  return declared(ids ?? [], workspace).filter(({ kind }) => kind !== "generator");
}

/** All whom a task may ask, whoever drafts it first. */
export function askedFor(task: Task, workspace: Workspace): readonly AgentDeclaration[] {
  const others = (["tester", "reviewer", "rebase", "compressor"] as const).flatMap((role) =>
    routeRole(role, workspace),
  );
  return [routeTask(task, workspace), ...fallbacksFor(task, workspace), ...others];
}

/** All whom the planning of a feature may ask. */
export function askedForPlans(workspace: Workspace): readonly AgentDeclaration[] {
  const roles = ["spec-planner", "plan-merger", "backlog", "compressor"] as const;
  return roles.flatMap((role) => routeRole(role, workspace));
}

function declared(ids: readonly string[], workspace: Workspace): readonly AgentDeclaration[] {
  return ids.flatMap((id) => workspace.agents.find((candidate) => candidate.id === id) ?? []);
}
