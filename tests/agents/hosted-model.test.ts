// Is a declaration answered by its provider, with the key that it names?

import { expect, it } from "vitest";
import { makeModel } from "../../src/agents/providers/model.ts";
import { PROVIDERS } from "../../src/agents/providers/provider-kinds.ts";
import { answer, declarationOf, failure } from "./model-contract.ts";
import { document, wireServer } from "./wire-server.ts";

const OPENAI = { choices: [{ message: { content: "from OpenAI" }, finish_reason: "stop" }] };
const GEMINI = { candidates: [{ content: { parts: [{ text: "from Gemini" }] }, finishReason: "STOP" }] };

it("asks the provider of the declared kind, with the key of the declared variable", async () => {
  const environment = { ACME_API_KEY: "given\n", OPENAI_API_KEY: "other" };
  await using openai = await wireServer(document(200, OPENAI));
  await using gemini = await wireServer(document(200, `data: ${JSON.stringify(GEMINI)}\n\n`));
  const first = await makeModel(declarationOf("openai", openai.url), environment);
  const second = await makeModel(declarationOf("gemini", gemini.url), environment);
  expect((await answer(first)).text).toBe("from OpenAI");
  expect((await answer(second)).text).toBe("from Gemini");
  expect(openai.seen[0]?.headers.authorization).toBe("Bearer given");
  expect(gemini.seen[0]?.headers["x-goog-api-key"]).toBe("given");
});

it("tells of a missing key at the first call", async () => {
  for (const kind of Object.keys(PROVIDERS)) {
    const model = await makeModel(declarationOf(kind, null), { OPENAI_API_KEY: "other" });
    expect(await failure(model)).toMatchObject({ cause: "auth", outcome: "no-answer" });
  }
});
