// What does a request hold of an agent's `headers`, `extra_body` and `compat`, and what is learnt from a server that refuses
// one of its settings?

import { describe, expect, it } from "vitest";
import { exchangeGemini } from "../../src/agents/providers/gemini-exchange.ts";
import { type Model, modelOf } from "../../src/agents/providers/model.ts";
import { exchangeOpenai } from "../../src/agents/providers/openai-exchange.ts";
import type { HostedDeclaration } from "../../src/model/agent-declaration.ts";
import { COMPAT_PRESETS } from "../../src/model/compat.ts";
import { answer, declarationOf, KEY, saying, WEATHER_TOOL } from "./model-contract.ts";
import { message } from "./responses-behaviours.ts";
import { document, type Seen, type WireServer, wireServer } from "./wire-server.ts";

const OPENAI = { choices: [{ message: { content: "Hi" }, finish_reason: "stop" }] };
const RESPONSE = { object: "response", status: "completed", output: [message("Hi")] };
const GEMINI = { candidates: [{ content: { parts: [{ text: "Hi" }] }, finishReason: "STOP" }] };
const asking = { ...saying("hello", { system: "Be brief." }), tools: [WEATHER_TOOL] };

const openai = (at: string, fields: Partial<HostedDeclaration>, variables = {}) =>
  modelOf(exchangeOpenai, declarationOf("openai", at, fields), { ACME_API_KEY: KEY, ...variables });
const gemini = (at: string, fields: Partial<HostedDeclaration>) =>
  modelOf(exchangeGemini, declarationOf("gemini", at, fields), { ACME_API_KEY: KEY });

/** Refuses whatever request `refuse` has words for, with these. */
function pickyServer(refuse: (seen: Seen) => unknown, status = 400): Promise<WireServer> {
  return wireServer((response, seen) => {
    const refusal = refuse(seen);
    const found = refusal === null ? OPENAI : refusal;
    return document(refusal === null ? 200 : status, found)(response, seen);
  });
}

/** As the ledger does: again as long as the refusal was heeded. What was taught comes with the answer. */
async function insist(model: Model) {
  const taught: unknown[] = [];
  for (;;) {
    const result = await model.ask(asking, new AbortController().signal);
    const lesson = result.ok || result.failure.reason !== "model-error" ? undefined : result.failure.taught;
    if (lesson === undefined) return { result, taught };
    taught.push(lesson);
  }
}

describe("an agent's settings", () => {
  it("are on the wire: headers with variables, further fields merged, the address's query", async () => {
    await using server = await wireServer(document(200, OPENAI));
    const fields = {
      headers: {
        "X-Team": "shop",
        Authorization: "Token $HOUSE_TOKEN",
        "x-mixed": "a-$" + "{HOUSE_TOKEN}-b",
      },
      extraBody: { reasoning_effort: "low", stream_options: { extra: true } },
    };
    const at = `${server.url}/openai/deployments/d?api-version=2026-01-01`;
    await answer(openai(at, fields, { HOUSE_TOKEN: "house-secret\n" }), asking);
    expect(server.seen[0]?.url).toBe("/openai/deployments/d/chat/completions?api-version=2026-01-01");
    expect(server.seen[0]?.headers).toMatchObject({
      "x-team": "shop",
      authorization: "Token house-secret",
      "x-mixed": "a-house-secret-b",
    });
    expect(server.seen[0]?.body).toMatchObject({
      reasoning_effort: "low",
      stream_options: { include_usage: true, extra: true },
    });
  });

  it("reach Gemini, too", async () => {
    await using server = await wireServer(document(200, GEMINI));
    const extraBody = { generationConfig: { thinkingConfig: { thinkingBudget: 0 } }, safetySettings: [] };
    const fields = { extraBody, maxOutputTokens: 9, temperature: 1, headers: { "x-team": "shop" } };
    const compat = { system: "user", temperature: false, tools: false } as const;
    await answer(gemini(server.url, { ...fields, compat }), asking);
    expect(server.seen[0]?.headers["x-team"]).toBe("shop");
    expect(server.seen[0]?.body).toEqual({
      contents: ["Be brief.", "hello"].map((text) => ({ role: "user", parts: [{ text }] })),
      generationConfig: { maxOutputTokens: 9, thinkingConfig: { thinkingBudget: 0 } },
      safetySettings: [],
    });
  });

  it("with a variable that is not set, or a secret that comes back, tell its name and not its value", async () => {
    await using server = await pickyServer(({ headers }) => ({
      error: { message: `bad ${headers["x-key"]}` },
    }));
    const model = openai(
      server.url,
      { headers: { "x-key": "Basic $HOUSE_TOKEN" } },
      { HOUSE_TOKEN: "hush-hush" },
    );
    const told = JSON.stringify(await model.ask(asking, new AbortController().signal));
    expect([told.includes("hush-hush"), told.includes("[key]")]).toEqual([false, true]);
    const unset = openai(server.url, { headers: { "x-key": "$HOUSE_TOKEN" } });
    expect(await unset.ask(asking, new AbortController().signal)).toMatchObject({
      failure: { cause: "auth", detail: expect.stringContaining("HOUSE_TOKEN is not set") },
    });
    expect(server.seen).toHaveLength(1);
  });

  it("of a preset are as that server takes them", async () => {
    await using server = await wireServer(document(200, OPENAI));
    const of = (compat: HostedDeclaration["compat"]) => ({
      ...(compat === undefined ? {} : { compat }),
      maxOutputTokens: 9,
      temperature: 0,
    });
    await answer(openai(server.url, of(COMPAT_PRESETS.azure)), asking);
    await answer(openai(server.url, of(COMPAT_PRESETS.mistral)), asking);
    await answer(
      openai(server.url, of({ stream: false, temperature: false, tools: false, system: "developer" })),
      asking,
    );
    expect(server.seen[0]?.headers).toMatchObject({ "api-key": KEY });
    expect(server.seen[0]?.headers.authorization).toBeUndefined();
    const [azure, mistral, plain] = server.seen.map(({ body }) => body);
    expect([azure.max_completion_tokens, azure.max_tokens]).toEqual([9, undefined]);
    expect([mistral.max_tokens, mistral.stream_options, mistral.stream]).toEqual([9, undefined, true]);
    expect(plain).toEqual({
      model: "model-1",
      messages: [
        { role: "developer", content: "Be brief." },
        { role: "user", content: "hello" },
      ],
      stream: false,
      max_tokens: 9,
    });
  });
});

const error = (message: string, rest = {}) => ({ error: { message, ...rest } });
const EXTRA = (name: string) => ({
  detail: [{ type: "extra_forbidden", loc: ["body", name], msg: "Extra inputs are not permitted" }],
});

describe("a refusal that names a setting", () => {
  it.each<[string, (body: Seen["body"]) => unknown, string]>([
    [
      "max_tokens, with the name to use",
      ({ max_tokens }) =>
        max_tokens
          ? error(
              "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
              { param: "max_tokens" },
            )
          : null,
      "max_tokens: max_completion_tokens",
    ],
    [
      "max_tokens in a list of findings",
      ({ max_tokens }) => (max_tokens ? EXTRA("max_tokens") : null),
      "max_tokens: max_completion_tokens",
    ],
    [
      "stream_options in vLLM's words",
      ({ stream_options }) =>
        stream_options
          ? {
              object: "error",
              message:
                "[{'type': 'extra_forbidden', 'loc': ('body', 'stream_options'), 'msg': 'Extra inputs are not permitted', 'input': {}}]",
              code: 400,
            }
          : null,
      "stream_options: false",
    ],
    [
      "stream_options beside its words",
      ({ stream_options }) =>
        stream_options
          ? error("Unknown parameter.", { param: "stream_options", code: "unknown_parameter" })
          : null,
      "stream_options: false",
    ],
    [
      "streaming",
      ({ stream }) => (stream ? error("Streaming is not supported for this deployment") : null),
      "stream: false",
    ],
    [
      "temperature",
      ({ temperature }) =>
        temperature !== undefined
          ? error(
              "Unsupported value: 'temperature' does not support 0.2 with this model. Only the default (1) value is supported.",
            )
          : null,
      "temperature: false",
    ],
    [
      "the role system",
      ({ messages }) =>
        messages[0].role === "system"
          ? error("Unsupported value: 'messages[0].role' does not support 'system' with this model.")
          : null,
      "system: user",
    ],
    [
      "the role developer",
      ({ messages }) =>
        messages[0].role === "system" ? error("system role is deprecated: use 'developer' instead") : null,
      "system: developer",
    ],
    [
      "the role system in a template's words",
      ({ messages }) => (messages[0].role === "system" ? error("System role not supported") : null),
      "system: user",
    ],
  ])("is heeded once: %s", async (_name, refuse, setting) => {
    await using server = await pickyServer(({ body }) => refuse(body));
    const model = openai(server.url, { maxOutputTokens: 9, temperature: 0.2 });
    const first = await insist(model);
    expect(first).toMatchObject({ result: { ok: true }, taught: [{ setting, known: false }] });
    // Remembered: the next call is not refused.
    expect(await insist(model)).toMatchObject({ result: { ok: true }, taught: [] });
    expect(server.seen).toHaveLength(3);
  });

  it.each([
    [404, "This model is only supported in v1/responses and not in v1/chat/completions."],
    [400, "/v1/chat/completions is not supported for this key. Please use /v1/responses."],
    [
      400,
      "Function tools with reasoning_effort are not supported for m-5 in /v1/chat/completions. Please use /v1/responses instead.",
    ],
    [400, "This model is not for chat. Use the Responses API."],
    [400, "model m-5-code is not accessible via the /chat/completions endpoint"],
  ])("is heeded where it sends to the other API: %s %s", async (status, words) => {
    await using server = await wireServer((response, seen) => {
      const knows = seen.url === "/v1/responses";
      return document(knows ? 200 : status, knows ? RESPONSE : error(words))(response, seen);
    });
    const model = openai(`${server.url}/v1`, { maxOutputTokens: 9, extraBody: { reasoning_effort: "low" } });
    const taught = { setting: "api: responses", known: false };
    expect(await insist(model)).toMatchObject({ result: { ok: true }, taught: [taught] });
    expect(await insist(model)).toMatchObject({ result: { ok: true }, taught: [] });
    const [chat, first, second] = server.seen.map(({ body }) => body);
    expect([server.seen.length, chat.reasoning_effort]).toEqual([3, "low"]);
    expect(first).toMatchObject({ max_output_tokens: 9, reasoning: { effort: "low" } });
    expect(second).toEqual(first);
  });

  it.each<[string, (body: Seen["body"]) => unknown, string]>([
    [
      "reasoning that a model has none of",
      ({ include }) => (include ? error("Encrypted content is not supported with this model.") : null),
      "include: false",
    ],
    [
      "instructions",
      ({ instructions }) => (instructions ? error("Unsupported parameter: instructions") : null),
      "system: system",
    ],
    [
      "responses",
      ({ store }) => (store === false ? error("This model is only supported in v1/chat/completions.") : null),
      "api: chat",
    ],
  ])("of the API responses is heeded, too: %s", async (_name, refuse, setting) => {
    await using server = await wireServer((response, seen) => {
      const refusal = refuse(seen.body);
      const fine = seen.url === "/v1/responses" ? RESPONSE : OPENAI;
      return document(refusal === null ? 200 : 400, refusal ?? fine)(response, seen);
    });
    const model = openai(`${server.url}/v1`, { compat: { api: "responses" } });
    expect(await insist(model)).toMatchObject({ result: { ok: true }, taught: [{ setting, known: false }] });
    expect(server.seen).toHaveLength(2);
  });

  it("is heeded one after the other where there are several, and once by calls that go side by side", async () => {
    await using server = await pickyServer(({ body }) =>
      body.stream_options ? EXTRA("stream_options") : body.max_tokens ? EXTRA("max_tokens") : null,
    );
    const model = openai(server.url, { maxOutputTokens: 9 });
    const ends = await Promise.all([insist(model), insist(model), insist(model)]);
    expect(ends.map(({ result }) => result.ok)).toEqual([true, true, true]);
    const told = ends.flatMap(({ taught }) => taught as { setting: string; known: boolean }[]);
    expect(told.filter(({ known }) => !known).map(({ setting }) => setting)).toEqual([
      "stream_options: false",
      "max_tokens: max_completion_tokens",
    ]);
  });

  it.each([
    ["the figure is too large", error("max_tokens is too large: 9. This model supports at most 4.")],
    ["tools, without which nothing is drafted", error("this model does not support tools")],
    ["a field of the agent's own", error("Unsupported parameter: reasoning_effort")],
    ["it takes neither name", error("Unsupported parameter: max_tokens, max_completion_tokens")],
    [
      "another API than these two",
      error(
        "This is no chat model and thus not supported in v1/chat/completions. Did you mean v1/completions?",
      ),
    ],
    ["a word of the language", error("Invalid request: please use responses that are shorter")],
    ["its own trouble, which names no role", error("Invalid message: the system is not available")],
  ])("is told where nothing else can be asked: %s", async (_name, refusal) => {
    await using server = await pickyServer(() => refusal);
    const { result, taught } = await insist(
      openai(server.url, { maxOutputTokens: 9, extraBody: { reasoning_effort: "low" } }),
    );
    expect(result.ok).toBe(false);
    expect(taught.length).toBeLessThan(2);
    expect(server.seen).toHaveLength(taught.length + 1);
  });

  it.each(Object.entries(COMPAT_PRESETS))("is heeded by the preset %s, too", async (_name, compat) => {
    const { max_tokens: limit } = compat;
    const other = limit === "max_tokens" ? "max_completion_tokens" : "max_tokens";
    await using server = await pickyServer(({ body }) =>
      limit in body
        ? EXTRA(limit)
        : body.messages[0].role === "system"
          ? error("System role not supported")
          : null,
    );
    const { result, taught } = await insist(openai(server.url, { compat, maxOutputTokens: 9 }));
    expect(result.ok).toBe(true);
    expect(taught).toEqual([
      { setting: `max_tokens: ${other}`, known: false },
      { setting: "system: user", known: false },
    ]);
  });

  it("that comes of a broken server teaches nothing", async () => {
    await using server = await pickyServer(() => error("max_tokens is not supported"), 502);
    expect((await insist(openai(server.url, { maxOutputTokens: 9 }))).taught).toEqual([]);
    expect(server.seen).toHaveLength(1);
  });
});
