// Could the declared agents be started? Looks for their programs, and starts none.

import { accessSync, constants, statSync } from "node:fs";
import { delimiter, join } from "node:path";
import type { AgentDeclaration } from "../model/agent.ts";
import { systemCode } from "../platform/file-failure.ts";
import { type Finding, fine, problem } from "./finding.ts";

export function examineAgents(agents: readonly AgentDeclaration[], searchPath: string): readonly Finding[] {
  return agents.map((agent): Finding => {
    const subject = `agent ${agent.id}`;
    if (agent.kind !== "command") return fine(subject, agent.kind);
    const program = agent.run === null ? agent.preset : firstWord(agent.run);
    // What a shell has to work out first, or finds in the worktree, shows only when it is started.
    if (program === null) return fine(subject, "a shell command");
    if (isOnPath(program, searchPath)) return fine(subject, `starts ${program}`);
    const fix = `Install ${program}, or put its folder on PATH.`;
    return problem("warning", { subject, code: "agent-missing", says: `${program} is not on PATH`, fix });
  });
}

/** The program of a plain command; null where the shell has more to say about it. */
function firstWord(command: string): string | null {
  const word = command.trim().split(/\s+/, 1)[0] ?? "";
  return /^[A-Za-z0-9_.+-]+$/.test(word) && !BUILT_IN.has(word) ? word : null;
}

/** Words that a shell understands without a program. */
const BUILT_IN: ReadonlySet<string> = new Set(
  ". cd command eval exec exit export for if set test trap true false unset until while case echo printf".split(
    " ",
  ),
);

function isOnPath(program: string, searchPath: string): boolean {
  const endings = process.platform === "win32" ? [".exe", ".cmd", ".bat", ""] : [""];
  return searchPath
    .split(delimiter)
    .filter((folder) => folder !== "")
    .some((folder) => endings.some((ending) => isProgram(join(folder, `${program}${ending}`))));
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch (error) {
    systemCode(error);
    return false;
  }
}
