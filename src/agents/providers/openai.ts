// Who is `kind: openai`? OpenAI, or any server that speaks its chat completions.

import type { Provider } from "./provider.ts";

export const openai: Provider = {
  keyEnv: "OPENAI_API_KEY",
  seller: "openai",
  load: async () => (await import("./openai-exchange.ts")).exchangeOpenai,
};
