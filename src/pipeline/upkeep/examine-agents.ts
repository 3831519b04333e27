// Could the declared agents be started or asked? Looks for programs, keys and prices; starts nothing and asks nobody.

import { accessSync, constants, statSync } from "node:fs";
import { delimiter, join } from "node:path";
import { baseOf } from "../../agents/providers/model.ts";
import { shownAddress } from "../../agents/providers/send-request.ts";
import {
  type AgentDeclaration,
  type HostedDeclaration,
  headerVariables,
} from "../../model/agent-declaration.ts";
import type { Workspace } from "../../model/workspace.ts";
import { systemCode } from "../../platform/file-failure.ts";
import { proxyFor, shownProxy, trusted } from "../../platform/network-route.ts";
import { declaredAt, fine, type HealthFinding, problem } from "./health-finding.ts";
import { unpricedAgents } from "./unpriced-agents.ts";

export interface AgentSurroundings {
  /** The environment's PATH. */
  readonly searchPath: string;
  /** Names of variables that are set to something. */
  readonly variables: ReadonlySet<string>;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Milliseconds since the epoch: prices have dates. */
  readonly now: number;
}

export async function examineAgents(
  workspace: Workspace,
  means: AgentSurroundings,
): Promise<readonly HealthFinding[]> {
  const prices = await unpricedAgents(workspace, means.now);
  return [
    ...workspace.agents.flatMap((agent) => declaredAt(agent.place, [agentFinding(agent, means)])),
    ...prices.map(({ agent: { id, place }, message, fix }) =>
      problem("warning", { subject: `agent ${id}`, code: "price-unknown", says: message, fix, place }),
    ),
  ];
}

function agentFinding(agent: AgentDeclaration, means: AgentSurroundings): HealthFinding {
  const { searchPath } = means;
  const subject = `agent ${agent.id}`;
  if (agent.kind === "generator") return fine(subject, agent.kind);
  if (agent.kind === "hosted") return keyFinding(agent, means);
  const program = agent.run === null ? agent.preset : firstWord(agent.run);
  // What a shell has to work out first, or finds in the worktree, shows only when it is started.
  if (program === null) return fine(subject, "a shell command");
  if (isOnPath(program, searchPath)) return fine(subject, `starts ${program}`);
  const fix = `Install ${program}, or put its folder on PATH.`;
  // A word of a shell command may be made by what comes before it; a preset's program is what is started.
  const severity = agent.run === null ? "error" : "warning";
  return problem(severity, { subject, code: "agent-missing", says: `${program} is not on PATH`, fix });
}

/** Servers of one's own may ask for no key. */
function keyFinding(agent: HostedDeclaration, { variables, environment }: AgentSurroundings): HealthFinding {
  const { id, provider, model, keyEnv, baseUrl } = agent;
  const subject = `agent ${id}`;
  const address = new URL(baseOf(agent, environment));
  const wrong = problem("error", {
    subject,
    code: "network-settings",
    says: "",
    fix: "Correct the variable, or remove it.",
  });
  const proxy = proxyFor(address, environment);
  if (!proxy.ok) return { ...wrong, says: proxy.failure.detail };
  const authorities = trusted(environment);
  if (!authorities.ok) return { ...wrong, says: authorities.failure.detail };
  const unset = headerVariables(agent).find((name) => !variables.has(name));
  if (unset !== undefined)
    return problem("error", {
      subject,
      code: "key-missing",
      says: `the environment variable ${unset} is not set, which its headers name`,
      fix: `Set ${unset}, or correct the agent's headers.`,
    });
  const through = proxy.value === null ? "" : `, through ${shownProxy(proxy.value)}`;
  if (variables.has(keyEnv)) return fine(subject, `${provider}, ${model}, with a key in ${keyEnv}${through}`);
  if (baseUrl !== null)
    return fine(subject, `${provider}, ${model} at ${shownAddress(address)}, without a key${through}`);
  return problem("error", {
    subject,
    code: "key-missing",
    says: `the environment variable ${keyEnv} is not set`,
    fix: `Set ${keyEnv} to the key of ${provider}, or name another variable with the agent's api_key_env.`,
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
