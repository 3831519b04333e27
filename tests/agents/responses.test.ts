// Does the adapter of OpenAI's Responses API keep the contract of models, and write and read that form?

import { describe, expect, it } from "vitest";
import { modelOf } from "../../src/agents/providers/model.ts";
import { exchangeOpenai } from "../../src/agents/providers/openai-exchange.ts";
import type { HostedDeclaration } from "../../src/model/agent-declaration.ts";
import type { Message, ModelAnswer } from "../../src/model/conversation.ts";
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
import { call, ends, message, reasoning, response, says } from "./responses-behaviours.ts";
import { document, streaming, wireServer } from "./wire-server.ts";

const model: ModelCast["model"] = (at, fields = {}, key = KEY) => {
  const compat = { api: "responses", ...fields.compat } as const;
  const declaration = declarationOf("openai", at === null ? null : `${at}/v1`, { ...fields, compat });
  return modelOf(exchangeOpenai, declaration, { ACME_API_KEY: key });
};

const last = (type: string, rest: object = {}) => ({
  type: `response.${type}`,
  response: response([], { status: type, ...rest }),
});
const counted = (rest = {}) => ({ input_tokens: 10, output_tokens: 5, ...rest });

describeModel("OpenAI's Responses API", {
  model,
  pieces: (...texts) => texts.map((text) => says(text)),
  end: [last("completed", { usage: counted() })],
  endUncounted: [last("completed", { usage: null })],
  refusal: (_status, words) => ({ error: { message: words, type: "some_error", code: null } }),
});

async function streamed(...events: unknown[]) {
  await using server = await wireServer(streaming(events));
  return await answer(model(server.url));
}

/** What a server is sent for a conversation. */
async function sentFor(messages: readonly Message[], fields: Partial<HostedDeclaration> = {}) {
  await using server = await wireServer(document(200, response([message("Hi")])));
  const request = { system: "Be brief.", messages, tools: [WEATHER_TOOL] };
  await answer(model(server.url, fields), request);
  const [{ url, body, headers }] = server.seen as [(typeof server.seen)[number]];
  return { url, body, headers };
}

const told = ({ text, toolCalls, verbatim }: ModelAnswer): Message => ({
  role: "model",
  text,
  toolCalls,
  verbatim,
});

describe("the form of responses", () => {
  it("is written with instructions, items in order, tools, and only the settings that are declared", async () => {
    const made = { id: "call_9", name: "get_weather", arguments: '{"city":' };
    const { url, body, headers } = await sentFor([
      { role: "user", text: "weather?" },
      { role: "model", text: "", toolCalls: [made], verbatim: null },
      { role: "tools", answers: [{ id: "call_9", name: "get_weather", text: "not JSON" }] },
    ]);
    expect([url, headers.authorization]).toEqual(["/v1/responses", `Bearer ${KEY}`]);
    expect(body).toEqual({
      model: "model-1",
      instructions: "Be brief.",
      input: [
        { role: "user", content: "weather?" },
        { type: "function_call", call_id: "call_9", name: "get_weather", arguments: '{"city":' },
        { type: "function_call_output", call_id: "call_9", output: "not JSON" },
      ],
      tools: [{ type: "function", ...WEATHER_TOOL, strict: false }],
      store: false,
      include: ["reasoning.encrypted_content"],
      stream: true,
    });
  });

  it("is written with limits and fields of the agent's, under the names of this API", async () => {
    const { body } = await sentFor([{ role: "user", text: "hello" }], {
      maxOutputTokens: 99,
      temperature: 0,
      extraBody: { reasoning_effort: "low", verbosity: "low", reasoning: { summary: "auto" }, seed: 1 },
      compat: { system: "developer", include: false, stream: false, tools: false },
    });
    expect(body).toEqual({
      model: "model-1",
      input: [
        { role: "developer", content: "Be brief." },
        { role: "user", content: "hello" },
      ],
      store: false,
      stream: false,
      max_output_tokens: 99,
      temperature: 0,
      reasoning: { effort: "low", summary: "auto" },
      text: { verbosity: "low" },
      seed: 1,
    });
  });

  it.each([
    ["/v1/responses", {}],
    ["/v1/chat/completions", { api: "responses" } as const],
    ["/v1/responses/", {}],
  ])("is asked for at one address, whichever of them was copied: %s", async (path, compat) => {
    await using server = await wireServer(document(200, response([message("Hi")])));
    const declaration = declarationOf("openai", `${server.url}${path}?api-version=7`, { compat });
    await answer(modelOf(exchangeOpenai, declaration, { ACME_API_KEY: KEY }));
    expect(server.seen.map(({ url }) => url)).toEqual(["/v1/responses?api-version=7"]);
  });

  it("gives items back as they came, reasoning and all, in the order in which they came", async () => {
    const items = [
      reasoning(),
      message("I look.", { phase: "commentary" }),
      call("get_weather", '{"city":"Oslo"}', { namespace: "x" }),
    ];
    const came = await streamed(...items.map((item, at) => ends(at, item)), last("completed"));
    expect(came).toMatchObject({
      text: "I look.",
      end: "tools",
      toolCalls: [{ id: "call_get_weather", name: "get_weather", arguments: '{"city":"Oslo"}' }],
      tokens: { in: 30, out: 9, cached: 20 },
      model: "house",
      unseen: expect.any(Number),
    });
    const { body } = await sentFor([told(came)]);
    expect(body.input).toEqual(items);
  });

  it("leaves out reasoning that only a server with a memory could know, and the ids that hang on it", async () => {
    const items = [reasoning({ encrypted_content: null }), message("Hi")];
    const came = await streamed(...items.map((item, at) => ends(at, item)), last("completed"));
    const { id: _, ...said } = message("Hi");
    expect((await sentFor([told(came)])).body.input).toEqual([said]);
  });

  it("is written anew where an answer came by the other API, and the other way round", async () => {
    const chat = { role: "assistant", content: "Hi" };
    const before: Message = { role: "model", text: "Hi", toolCalls: [], verbatim: chat };
    expect((await sentFor([before])).body.input).toEqual([chat]);
    const after: Message = { ...before, verbatim: [message("Hi")] as never };
    await using server = await wireServer(
      document(200, { choices: [{ message: chat, finish_reason: "stop" }] }),
    );
    await answer(model(server.url, { compat: { api: "chat" } }), { ...saying(""), messages: [after] });
    expect(server.seen[0]?.body.messages).toEqual([chat]);
  });

  it("tells an answer that was cut off or filtered", async () => {
    const cut = (reason: string) => last("incomplete", { incomplete_details: { reason } });
    expect(await streamed(says("Hal"), cut("max_output_tokens"))).toMatchObject({
      text: "Hal",
      end: "length",
    });
    expect(await streamed(cut("content_filter"))).toMatchObject({ text: "", end: "filtered" });
    const no = { content: [{ type: "refusal", refusal: "No." }] };
    const refused = { type: "response.refusal.delta", item_id: "msg_1", output_index: 0, delta: "No." };
    for (const events of [[ends(0, message("", no))], [refused]])
      expect(await streamed(...events, last("completed"))).toMatchObject({ text: "No.", end: "filtered" });
  });

  it.each([
    ["incomplete", { incomplete_details: { reason: "who knows" } }, /who knows/],
    ["failed", {}, /failed/],
    ["cancelled", {}, /cancelled/],
  ])("does not take for whole what the server says is not: %s", async (status, rest, words) => {
    for (const one of [
      streaming([says("Hal"), last(status, rest)]),
      document(200, response([message("Hal")], { status, ...rest })),
    ]) {
      await using server = await wireServer(one);
      expect(await failure(model(server.url))).toMatchObject({
        cause: "malformed",
        detail: expect.stringMatching(words),
        outcome: "unknown",
        said: 3,
      });
    }
    await using server = await wireServer(
      document(200, response([message("Hal")], { status: "in_progress" })),
    );
    expect(await failure(model(server.url))).toMatchObject({ cause: "malformed", outcome: "unknown" });
  });

  it.each([
    ["rate_limit_exceeded", "Slow down.", "rate"],
    ["server_error", "It broke.", "overloaded"],
    ["invalid_prompt", "Your prompt was flagged as against our usage policy.", "filtered"],
  ])("classes a response that failed by its own error alone: %s", async (code, words, cause) => {
    const error = { code, message: words };
    const failed = last("failed", { error });
    const told = { cause, detail: words };
    for (const [script, outcome] of [
      [streaming([last("in_progress"), failed]), "no-answer"],
      [streaming([says("Hal"), failed]), "unknown"],
      [streaming([{ type: "error", ...error }]), "no-answer"],
      [document(200, response([], { status: "failed", error })), "no-answer"],
    ] as const) {
      await using server = await wireServer(script);
      expect(await failure(model(server.url))).toMatchObject({ ...told, outcome });
    }
  });

  it("is kept once, however often and in however many pieces it comes", async () => {
    const text = "ä".repeat(1024 * 1024);
    const events = [says(text), ends(0, message(text)), last("completed", { output: [message(text)] })];
    expect(await streamed(...events)).toMatchObject({ text, end: "stop" });
    const thrice = await streamed(says(text), says(text), says(text), last("completed"));
    expect(thrice).toMatchObject({ text: "", end: "overlong" });
  });
});
