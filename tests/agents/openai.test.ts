// Does the adapter of OpenAI keep the contract of models, and write and read that form?

import { describe, expect, it } from "vitest";
import { modelOf } from "../../src/agents/providers/model.ts";
import { exchangeOpenai } from "../../src/agents/providers/openai-exchange.ts";
import type { Message } from "../../src/model/conversation.ts";
import {
  answer,
  declarationOf,
  describeModel,
  failure,
  KEY,
  type ModelCast,
  saying,
  WEATHER_TOOL,
} from "./model-contract.ts";
import { document, streaming, wireServer } from "./wire-server.ts";

function delta(fields: object, finish: string | null = null, rest: object = {}) {
  return { model: "model-1-2026", choices: [{ index: 0, delta: fields, finish_reason: finish }], ...rest };
}

function counted(usage: object) {
  return { model: "model-1-2026", choices: [], usage };
}

const END = [delta({}, "stop"), counted({ prompt_tokens: 10, completion_tokens: 5 }), "[DONE]"];

const model: ModelCast["model"] = (at, fields = {}, key = KEY) => {
  const declaration = declarationOf("openai", at === null ? null : `${at}/v1`, fields);
  return modelOf(exchangeOpenai, declaration, { ACME_API_KEY: key });
};

describeModel("OpenAI", {
  model,
  pieces: (...texts) => [
    delta({ role: "assistant", content: "" }),
    ...texts.map((text) => delta({ content: text })),
  ],
  end: END,
  endUncounted: [delta({}, "stop")],
  refusal: (_status, message) => ({ error: { message, type: "some_error", code: null } }),
});

async function streamed(...events: unknown[]) {
  await using server = await wireServer(streaming(events));
  return await answer(model(server.url));
}

async function refused(status: number, error: unknown, headers: Record<string, string> = {}) {
  await using server = await wireServer(document(status, { error }, headers));
  return await failure(model(server.url));
}

describe("OpenAI's form", () => {
  it("is written with system, turns in order, tools, and only the settings that are declared", async () => {
    await using server = await wireServer(streaming([delta({ content: "Hi" }), ...END]));
    const call = { id: "call_9", name: "get_weather", arguments: '{"city":' };
    const messages: readonly Message[] = [
      { role: "user", text: "weather?" },
      { role: "model", text: "", toolCalls: [call], verbatim: null },
      { role: "tools", answers: [{ id: "call_9", name: "get_weather", text: "not JSON" }] },
    ];
    await answer(model(server.url), { system: "Be brief.", messages, tools: [WEATHER_TOOL] });
    expect(server.seen.map(({ url, body }) => ({ url, body }))).toEqual([
      {
        url: "/v1/chat/completions",
        body: {
          model: "model-1",
          messages: [
            { role: "system", content: "Be brief." },
            { role: "user", content: "weather?" },
            {
              role: "assistant",
              content: null,
              tool_calls: [
                { id: "call_9", type: "function", function: { name: "get_weather", arguments: '{"city":' } },
              ],
            },
            { role: "tool", tool_call_id: "call_9", content: "not JSON" },
          ],
          tools: [{ type: "function", function: WEATHER_TOOL }],
          stream: true,
          stream_options: { include_usage: true },
        },
      },
    ]);
    expect(server.seen[0]?.headers.authorization).toBe(`Bearer ${KEY}`);
  });

  it("is written with a limit and a temperature where they are declared", async () => {
    await using server = await wireServer(streaming([delta({ content: "Hi" }), ...END]));
    await answer(model(server.url, { maxOutputTokens: 99, temperature: 0 }));
    const { messages, ...settings } = server.seen[0]?.body ?? {};
    expect(messages).toEqual([{ role: "user", content: "hello" }]);
    expect(settings).toEqual({
      model: "model-1",
      max_tokens: 99,
      temperature: 0,
      stream: true,
      stream_options: { include_usage: true },
    });
  });

  it("tells nobody else the names of an OpenAI account", async () => {
    await using server = await wireServer(streaming([delta({ content: "Hi" }), ...END]));
    Object.assign(process.env, { OPENAI_ORG_ID: "org-1", OPENAI_PROJECT_ID: "proj-1" });
    await answer(model(server.url));
    delete process.env.OPENAI_ORG_ID;
    delete process.env.OPENAI_PROJECT_ID;
    expect(JSON.stringify(server.seen[0]?.headers)).not.toMatch(/org-1|proj-1/);
  });

  it("gives calls whose pieces come apart and mixed, and sends them back with all that came with them", async () => {
    const piece = (index: number, rest: object) => delta({ tool_calls: [{ index, ...rest }] });
    const first = await streamed(
      delta({ role: "assistant", content: null, reasoning_content: "Hm" }),
      delta({ reasoning_content: "m." }),
      piece(0, { id: "a", type: "function", function: { name: "get_weather", arguments: "" } }),
      piece(0, {
        function: { arguments: '{"city":' },
        extra_content: { google: { thought_signature: "s=" } },
      }),
      piece(1, { id: "b", type: "function", function: { name: "get_weather", arguments: "{" } }),
      piece(0, { function: { arguments: '"Oslo"}' } }),
      delta({}, "tool_calls"),
    );
    expect(first).toMatchObject({
      end: "tools",
      toolCalls: [
        { id: "a", name: "get_weather", arguments: '{"city":"Oslo"}' },
        { id: "b", name: "get_weather", arguments: "{" },
      ],
    });
    await using server = await wireServer(streaming([delta({ content: "Hi" }), ...END]));
    await answer(model(server.url), { ...saying("x"), messages: [{ role: "model", ...first }] });
    expect(server.seen[0]?.body.messages).toEqual([
      {
        role: "assistant",
        content: null,
        reasoning_content: "Hmm.",
        tool_calls: [
          {
            id: "a",
            type: "function",
            function: { name: "get_weather", arguments: '{"city":"Oslo"}' },
            extra_content: { google: { thought_signature: "s=" } },
          },
          { id: "b", type: "function", function: { name: "get_weather", arguments: "{" } },
        ],
      },
    ]);
  });

  it("gives whole calls that share an index, or have neither index nor id", async () => {
    const call = (fields: object, city: string) =>
      delta({ tool_calls: [{ ...fields, function: { name: "get_weather", arguments: `"${city}"` } }] });
    const shared = await streamed(
      call({ index: 0, id: "a" }, "Oslo"),
      call({ index: 0, id: "b" }, "Rome"),
      delta({}, "tool_calls"),
    );
    expect(shared.toolCalls.map(({ id, arguments: text }) => [id, text])).toEqual([
      ["a", '"Oslo"'],
      ["b", '"Rome"'],
    ]);
    const whole = (city: string) => {
      const named = { name: "get_weather", arguments: JSON.stringify({ city }) };
      return delta({ tool_calls: [{ index: 0, id: "", function: named }] });
    };
    const nameless = await streamed(whole("Oslo"), whole("Rome"), delta({}, "tool_calls"));
    expect(nameless.toolCalls.map(({ id, arguments: text }) => [id, text])).toEqual([
      ["call-1", '{"city":"Oslo"}'],
      ["call-2", '{"city":"Rome"}'],
    ]);
    const bare = await streamed(call({}, "Oslo"), call({}, "Rome"), delta({}, "stop"));
    expect(bare.end).toBe("tools");
    expect(bare.toolCalls.map(({ id, arguments: text }) => [id, text])).toEqual([
      ["call-1", '"Oslo"'],
      ["call-2", '"Rome"'],
    ]);
  });

  it("tells an answer that was cut off or filtered", async () => {
    expect(await streamed(delta({ content: "Hal" }), delta({}, "length"))).toMatchObject({
      text: "Hal",
      end: "length",
    });
    expect(await streamed(delta({}, "content_filter"))).toMatchObject({ text: "", end: "filtered" });
    expect(await streamed(delta({ refusal: "No" }), delta({ refusal: "." }, "stop"))).toMatchObject({
      text: "No.",
      end: "filtered",
    });
  });

  it("counts cached tokens, and thinking also where the total alone holds it", async () => {
    const usage = { prompt_tokens: 100, completion_tokens: 20, prompt_tokens_details: { cached_tokens: 64 } };
    const thinking = { ...usage, total_tokens: 150 };
    expect(await streamed(delta({ content: "Hi" }, "stop"), counted(usage))).toMatchObject({
      tokens: { in: 100, out: 20, cached: 64 },
      model: "model-1-2026",
    });
    expect((await streamed(delta({ content: "Hi" }, "stop"), counted(thinking))).tokens?.out).toBe(50);
  });

  it.each<[string, object, object]>([
    ["DeepSeek's names", { prompt_tokens: 100, prompt_cache_hit_tokens: 64 }, { in: 100, cached: 64 }],
    ["Moonshot's", { prompt_tokens: 100, cached_tokens: 64 }, { in: 100, cached: 64 }],
    [
      "OpenRouter's",
      { prompt_tokens: 100, prompt_tokens_details: { cached_tokens: 60, cache_write_tokens: 30 } },
      { in: 100, cached: 60, written: 30 },
    ],
    [
      "Anthropic's, added up by a gateway",
      { prompt_tokens: 100, cache_read_input_tokens: 60, cache_creation_input_tokens: 30 },
      { in: 100, cached: 60, written: 30 },
    ],
    [
      "Anthropic's, apart",
      { input_tokens: 10, cache_read_input_tokens: 6, cache_creation_input_tokens: 3 },
      { in: 19, cached: 6, written: 3 },
    ],
    [
      "Anthropic's, apart beside OpenAI's",
      { prompt_tokens: 10, cache_read_input_tokens: 60, cache_creation_input_tokens: 30 },
      { in: 100, cached: 60, written: 30 },
    ],
  ])("counts what a cache had and was given by %s", async (_name, usage, tokens) => {
    const said = await streamed(
      delta({ content: "Hi" }, "stop"),
      counted({ completion_tokens: 20, ...usage }),
    );
    expect(said.tokens).toEqual({ out: 20, ...tokens });
  });

  it("is read also from a server that does not stream", async () => {
    const message = { role: "assistant", content: "Hi" };
    const usage = { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 };
    const whole = { model: "m", choices: [{ index: 0, message, finish_reason: "stop" }], usage };
    await using server = await wireServer(document(200, whole));
    expect(await answer(model(server.url))).toEqual({
      text: "Hi",
      toolCalls: [],
      verbatim: message,
      end: "stop",
      document: true,
      tokens: { in: 1, out: 2, cached: 0 },
      model: "m",
    });
    const lost = { choices: [{ index: 0, message: { content: null }, finish_reason: "tool_calls" }] };
    for (const body of [lost, { choices: [] }, {}, "null", "{"]) {
      await using odd = await wireServer(document(200, body));
      expect(await failure(model(odd.url))).toMatchObject({ cause: "malformed", outcome: "unknown" });
    }
    await using busy = await wireServer(document(200, { error: { code: 429, message: "Busy." } }));
    expect(await failure(model(busy.url))).toMatchObject({ cause: "rate", status: 429, detail: "Busy." });
  });

  it("hears comments of a stream as signs of life", async () => {
    await using server = await wireServer(async (response, seen) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      for (let at = 0; at < 7; at++) {
        response.write(": still thinking\n\n");
        await new Promise((resolve) => setTimeout(resolve, 300));
      }
      response.end(
        [delta({ content: "Hi" }), ...END].map((data) => `data: ${JSON.stringify(data)}\n\n`).join(""),
      );
      return seen;
    });
    expect((await answer(model(server.url, { silenceMs: 1500 }))).text).toBe("Hi");
  });

  it("names errors in the middle of a stream, which may have cost something by then", async () => {
    const error = { error: { message: "The server had an error.", type: "server_error" } };
    const told = { cause: "overloaded", detail: "The server had an error." };
    await using late = await wireServer(streaming([delta({ content: "Hal" }), error]));
    expect(await failure(model(late.url))).toMatchObject({ ...told, outcome: "unknown" });
    await using early = await wireServer(streaming([error]));
    expect(await failure(model(early.url))).toMatchObject({ ...told, outcome: "no-answer" });
  });

  it("tells apart what may be done about a refusal", async () => {
    const coded = (code: string) => ({ message: "No.", type: "some_error", code });
    expect(await refused(429, coded("insufficient_quota"))).toMatchObject({ cause: "quota" });
    expect(await refused(400, coded("context_length_exceeded"))).toMatchObject({ cause: "context" });
    expect(await refused(400, { message: "This model's maximum context length is 8." })).toMatchObject({
      cause: "context",
    });
    expect(await refused(400, coded("content_filter"))).toMatchObject({ cause: "filtered" });
    expect(await refused(404, "model 'x' not found")).toMatchObject({
      cause: "model",
      detail: "model 'x' not found",
    });
  });
});
