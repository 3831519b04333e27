// Who is `kind: gemini`? Google, or any server that speaks its Gemini API.

import type { Provider } from "./provider.ts";

export const gemini: Provider = {
  keyEnv: "GEMINI_API_KEY",
  home: () => "https://generativelanguage.googleapis.com",
  seller: "google",
  telemetryName: "gcp.gemini",
  load: async () => (await import("./gemini-exchange.ts")).exchangeGemini,
};
