// Which provider answers for a hosted agent? One line per kind; each SDK is loaded only when it is asked for.

import type { HostedDeclaration } from "../model/agent.ts";
import type { Model } from "./model.ts";

/** A missing key is no error here: the model's first call tells it, where a server needs one. */
export async function makeModel(
  declaration: HostedDeclaration,
  environment: NodeJS.ProcessEnv,
): Promise<Model> {
  const { kind } = declaration;
  const key = environment[declaration.keyEnv]?.trim() ?? "";
  switch (kind) {
    case "openai":
      return (await import("./openai.ts")).openaiModel({ ...declaration, kind }, key);
    case "gemini":
      return (await import("./gemini.ts")).geminiModel({ ...declaration, kind }, key);
  }
}
