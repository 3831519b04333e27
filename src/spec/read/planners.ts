// Which agents plan features? As the routing says: the documents, their merge and the backlog may go to different ones.

import type { AgentDeclaration } from "../../model/agent-declaration.ts";
import type { Workspace } from "../../model/workspace.ts";

/** Each in order of preference, and never empty. */
export interface Planners {
  /** Write the three documents. */
  readonly planner: readonly AgentDeclaration[];
  readonly merger: readonly AgentDeclaration[];
  readonly backlog: readonly AgentDeclaration[];
}

/** Null where nobody is routed, or the generator is, which knows no documents. */
export function plannersOf({ agents, routing }: Workspace): Planners | null {
  const routed = (role: string): readonly AgentDeclaration[] | null => {
    const ids = routing.roles[role] ?? [];
    const found = ids.flatMap((id) => agents.find((agent) => agent.id === id) ?? []);
    return found.length === 0 || found.some(({ kind }) => kind === "generator") ? null : found;
  };
  const planner = routed("planner");
  if (planner === null) return null;
  const other = (role: string) => (routing.roles[role] === undefined ? planner : routed(role));
  const [merger, backlog] = [other("merger"), other("backlog")];
  return merger === null || backlog === null ? null : { planner, merger, backlog };
}
