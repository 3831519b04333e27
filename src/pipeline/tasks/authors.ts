// Who has a part in a task's result, beside the agent that drafts it?

import { makeAgent } from "../../agents/agent-kinds.ts";
import type { Authors } from "../../engine/action-manifest.ts";
import { routeRole } from "../../engine/route.ts";
import type { AgentDeclaration } from "../../model/agent-declaration.ts";
import type { Project } from "../../model/project.ts";
import type { Task } from "../../model/task.ts";
import type { Workspace } from "../../model/workspace.ts";

interface Drafters {
  readonly agent: AgentDeclaration;
  readonly fallbacks: readonly AgentDeclaration[];
}

/** Nobody where the implementer writes the tests as well. Where nobody is routed, the implementers do, in a session of its own. */
export function testersOf(
  task: Task,
  project: Project,
  { agent, fallbacks, workspace }: Drafters & { readonly workspace: Workspace },
): readonly AgentDeclaration[] {
  if (!task.independentTests && !project.independentTests) return [];
  if (agent.kind === "generator") return [];
  const routed = routeRole("tester", workspace);
  return routed.length > 0 ? routed : [agent, ...fallbacks];
}

/** Everyone whose answer can become part of a result, for its key. */
export function authorsOf(
  agent: AgentDeclaration,
  others: Readonly<Record<string, readonly AgentDeclaration[]>>,
): Authors {
  return {
    agent: makeAgent(agent).identity,
    others: Object.entries(others).flatMap(([as, agents]) =>
      agents.map((other, index) => ({ as: `${as} ${index + 1}`, agent: makeAgent(other).identity })),
    ),
  };
}
