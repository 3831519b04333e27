// Which providers of models are there? One line each, under the word that is their `kind` in projects.yaml.

import type { HostedDeclaration } from "../../model/agent-declaration.ts";
import { gemini } from "./gemini.ts";
import { openai } from "./openai.ts";
import type { Provider } from "./provider.ts";

export const PROVIDERS: Readonly<Record<string, Provider>> = { openai, gemini };

export function providerOf({ provider }: HostedDeclaration): Provider {
  const found = PROVIDERS[provider];
  if (found === undefined) throw new Error(`bug: ${provider} was read with another catalogue`);
  return found;
}
