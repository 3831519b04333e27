// Which agents plan features? As the routing says: the documents, their merge and the backlog may go to different ones.

import type { AgentDeclaration } from "../model/agent.ts";
import type { Workspace } from "../model/workspace.ts";

export interface Planners {
  /** Writes the three documents. */
  readonly planner: AgentDeclaration;
  readonly merger: AgentDeclaration;
  readonly backlog: AgentDeclaration;
}

/** Null where nobody is routed, or one of them is the generator, which knows no documents. */
export function plannersOf({ agents, routing }: Workspace): Planners | null {
  const first = (role: string): AgentDeclaration | null => {
    const id = routing.roles[role]?.[0];
    return agents.find((agent) => agent.id === id && agent.kind !== "generator") ?? null;
  };
  const planner = first("planner");
  if (planner === null) return null;
  const other = (role: string) => (routing.roles[role] === undefined ? planner : first(role));
  const [merger, backlog] = [other("merger"), other("backlog")];
  return merger === null || backlog === null ? null : { planner, merger, backlog };
}
