// Who is `kind: openai`? OpenAI, or any server that speaks its chat completions or its responses.

import type { Provider } from "./provider.ts";

export const openai: Provider = {
  keyEnv: "OPENAI_API_KEY",
  // The variable by which OpenAI's own client is sent elsewhere.
  home: ({ OPENAI_BASE_URL }) => OPENAI_BASE_URL || "https://api.openai.com/v1",
  seller: "openai",
  telemetryName: "openai",
  load: async () => (await import("./openai-exchange.ts")).exchangeOpenai,
};
