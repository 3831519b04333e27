// Which agents are there? One line per kind; their own files know how each works.

import type { AgentCatalogue, AgentDeclaration } from "../model/agent-declaration.ts";
import { failed, type Result, success } from "../model/result.ts";
import type { Agent } from "./agent-port.ts";
import { commandAgent } from "./command.ts";
import { generatorAgent } from "./generator.ts";
import { hostedAgent } from "./hosted.ts";
import { PRESETS } from "./presets/preset-names.ts";
import { PROVIDERS, providerOf } from "./providers/provider-kinds.ts";

/** What readers of projects.yaml are given. */
export const CATALOGUE: AgentCatalogue = { providers: PROVIDERS, presets: Object.keys(PRESETS) };

/** Whose models an agent asks, in the words of OpenTelemetry where it has any; null where that is not known. */
export function modelProvider(declaration: AgentDeclaration): string | null {
  switch (declaration.kind) {
    case "generator":
      return null;
    case "command":
      return declaration.preset;
    case "hosted":
      return providerOf(declaration).telemetryName;
  }
}

export function makeAgent(declaration: AgentDeclaration): Agent {
  switch (declaration.kind) {
    case "generator":
      return generatorAgent(declaration);
    case "command":
      return commandAgent(declaration);
    case "hosted":
      return hostedAgent(declaration);
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
