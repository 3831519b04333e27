// Which agent does a task get? A task's own choice beats the routing of its type, which beats the default.

import type { AgentDeclaration } from "../model/agent.ts";
import type { Task } from "../model/task.ts";
import type { Workspace } from "../model/workspace.ts";

/** Sound specs name only declared agents (spec/sound.ts), so there is always one. */
export function routeTask(task: Task, workspace: Workspace): AgentDeclaration {
  const { implementer } = workspace.routing;
  const id = task.agent ?? implementer[task.type]?.[0] ?? implementer.default?.[0];
  const agent = workspace.agents.find((candidate) => candidate.id === id) ?? workspace.agents[0];
  if (agent === undefined) throw new Error(`bug: no agent for ${task.id}`);
  return agent;
}
