// Who writes a draft or a document where the model is behind a provider's API? We run the tools ourselves; the model is
// reached through `ask` alone, so no provider is known here. What does the work is loaded when there is some.

import type { HostedDeclaration } from "../model/agent-declaration.ts";
import type { Agent } from "./agent-port.ts";

/** Raised when the tools' names, arguments or answers change. Here, since every key asks and few builds use a tool. */
const TOOLS_VERSION = 1;

export function hostedAgent(declaration: HostedDeclaration): Agent {
  const { id, provider, model, maxTurns, maxOutputTokens, temperature, extraBody, compat } = declaration;
  const parameters = {
    model,
    max_turns: maxTurns,
    max_output_tokens: maxOutputTokens,
    temperature,
    tools: TOOLS_VERSION,
    ...(extraBody === undefined ? {} : { extra_body: extraBody }),
    ...(compat?.tools === false ? { toolless: true } : {}),
  };
  return {
    declaration,
    identity: { id, kind: provider, parameters },
    needsWorktree: false,
    draft: async (assignment) => {
      const { draftHosted } = await import("./hosted-draft.ts");
      return draftHosted(declaration, assignment);
    },
    reply: async (inquiry) => {
      const { replyHosted } = await import("./hosted-reply.ts");
      return replyHosted(declaration, inquiry);
    },
  };
}
