// Which agents are there? One line per kind; their own files know how each works.

import type { AgentDeclaration, AgentIdentity, CommandDeclaration } from "../model/agent.ts";
import { failed, type Result, success } from "../model/result.ts";
import type { Agent } from "./agent.ts";
import { generatorAgent } from "./generator.ts";
import { hostedAgent } from "./hosted.ts";
import { TOOLS_VERSION } from "./tools-version.ts";

export function makeAgent(declaration: AgentDeclaration): Agent {
  switch (declaration.kind) {
    case "generator":
      return generatorAgent(declaration);
    case "command":
      return programAgent(declaration);
    case "openai":
    case "gemini":
      return hostedAgent(declaration);
  }
}

/** Running programs and reading what they tell is loaded by the first of them. */
function programAgent(declaration: CommandDeclaration): Agent {
  const load = async () => (await import("./command.ts")).commandAgent(declaration);
  return {
    declaration,
    needsWorktree: true,
    draft: async (assignment) => (await load()).draft(assignment),
    reply: async (inquiry) => (await load()).reply(inquiry),
  };
}

/** What of a declaration can change the answers; time limits and permissions cannot. */
export function agentIdentity(declaration: AgentDeclaration): AgentIdentity {
  const { id, kind } = declaration;
  switch (declaration.kind) {
    case "generator":
      return { id, kind, parameters: { version: 1 } };
    case "command": {
      const { run, preset, role, model, maxTurns, reads } = declaration;
      const limits = maxTurns === null ? {} : { max_turns: maxTurns };
      return { id, kind, parameters: { run, preset, role, model, ...limits, reads } };
    }
    case "openai":
    case "gemini": {
      const { model, maxTurns, maxOutputTokens, temperature } = declaration;
      const parameters = {
        model,
        max_turns: maxTurns,
        max_output_tokens: maxOutputTokens,
        temperature,
        tools: TOOLS_VERSION,
      };
      return { id, kind, parameters };
    }
  }
}

/**
 * Whether an agent may be started. With `--locked` and `--offline` a program may not: whether it calls a model cannot be
 * known. Hosted agents may, since answers that were paid for are read again; a call that is new is refused by itself.
 */
export function authorize(
  declaration: AgentDeclaration,
  subject: string,
  modelCalls: "allowed" | "locked" | "offline",
): Result<void> {
  if (declaration.kind !== "command" || modelCalls === "allowed") return success(undefined);
  return failed({ reason: "model-needed", tasks: [subject] });
}
