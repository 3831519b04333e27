// Who writes a draft or a document where it is a program? It works in a folder, and whether it calls a model cannot be
// known. Running programs and reading what they tell is loaded by the first of them.

import type { CommandDeclaration } from "../model/agent-declaration.ts";
import type { Agent } from "./agent-port.ts";

export function commandAgent(declaration: CommandDeclaration): Agent {
  const { id, kind, run, preset, role, model, maxTurns } = declaration;
  const limits = maxTurns === null ? {} : { max_turns: maxTurns };
  // What it is told of is in every task's manifest, and no trait of the agent. The word stays what it was where nobody said
  // another, so that results that stand are known again.
  const reads = "all";
  return {
    declaration,
    identity: { id, kind, parameters: { run, preset, role, model, ...limits, reads } },
    needsWorktree: true,
    draft: async (assignment) => {
      const { draftByProgram } = await import("./command-session.ts");
      return draftByProgram(declaration, assignment);
    },
    reply: async (inquiry) => {
      const { replyByProgram } = await import("./command-session.ts");
      return replyByProgram(declaration, inquiry);
    },
  };
}
