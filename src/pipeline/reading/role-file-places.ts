// What does a known program bring along about the role that it plays? The workspace's own file of that role, which
// speaks to it beside the window and so is part of the key.

import type { GivenContent } from "../../engine/action-manifest.ts";
import type { AgentDeclaration } from "../../model/agent-declaration.ts";
import { digestOfBytes } from "../../model/digest.ts";
import type { Role } from "../../model/role.ts";
import type { Prompt, Sources } from "./sources.ts";

/** Whose answer can become part of a task's result, and so whose role files are read with the sources. */
const PLAYED: readonly Role[] = ["implementer", "documenter", "tester", "compressor"];

export interface Player {
  readonly agent: AgentDeclaration;
  readonly role: Role;
}

/** A role file that may lie in the workspace, and its key among the prompts. */
export interface RoleFilePlace {
  readonly key: string;
  readonly preset: string;
  readonly name: string;
}

/** `specialists` are the types of tasks that have a prompt of their own. */
export function roleFilePlaces(
  agents: readonly AgentDeclaration[],
  specialists: readonly string[],
): readonly RoleFilePlace[] {
  const places = agents.flatMap((agent) => {
    if (agent.kind !== "command" || agent.preset === null) return [];
    const { preset, role } = agent;
    const names: readonly string[] = role === null ? [...PLAYED, ...specialists] : [role];
    return names.map((name): RoleFilePlace => ({ key: keyOf(preset, name), preset, name }));
  });
  return [...new Map(places.map((place) => [place.key, place])).values()];
}

/** Each file once, however many of them play by it. */
export function roleFilesOf(
  { prompts }: Pick<Sources, "prompts">,
  players: readonly Player[],
): readonly GivenContent[] {
  const files = players.flatMap(({ agent, role }): readonly Prompt[] => {
    if (agent.kind !== "command" || agent.preset === null) return [];
    const file = prompts.get(keyOf(agent.preset, agent.role ?? role));
    return file === undefined ? [] : [file];
  });
  return [...new Map(files.map((file) => [file.file, file])).values()].map(({ file, text }) => {
    return { kind: "file", name: file, digest: digestOfBytes(text) };
  });
}

/** No prompt of the library has a name with a space. */
function keyOf(preset: string, name: string): string {
  return `${preset} ${name}`;
}
