// Which variables of the shell do the sources name? Their values go to whoever asked for them, and nowhere else.

import { type AgentDeclaration, headerVariables } from "./agent-declaration.ts";
import { fleetVariables } from "./fleet-declaration.ts";
import type { Workspace } from "./workspace.ts";

/** The one list of all whose values are taken out of what is written, whatever their names look like. */
export function namedVariables({ agents, projects, store, fleet }: Workspace): readonly string[] {
  const given = agents.flatMap((agent) => (agent.kind === "command" ? agent.env : []));
  const asked = projects.flatMap(({ env, gates }) => [...env, ...gates.flatMap((gate) => gate.env)]);
  const sent = store === undefined ? [] : headerVariables(store);
  const fleets = fleet === undefined ? [] : fleetVariables(fleet);
  return [...new Set([...keysOf(agents), ...given, ...asked, ...sent, ...fleets])];
}

/** Variables that hold the keys of models: no file of a project may hold their values either. */
export function keysOf(agents: readonly AgentDeclaration[]): readonly string[] {
  return agents.flatMap((agent) =>
    agent.kind === "hosted" ? [agent.keyEnv, ...headerVariables(agent)] : [],
  );
}
