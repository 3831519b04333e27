// Does the adapter of Gemini keep the contract of models, and write and read that form?

import { describe, expect, it } from "vitest";
import { exchangeGemini } from "../../src/agents/providers/gemini-exchange.ts";
import { modelOf } from "../../src/agents/providers/model.ts";
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

function said(parts: readonly object[], finishReason?: string, rest: object = {}) {
  const candidate = {
    content: { role: "model", parts },
    ...(finishReason ? { finishReason } : {}),
    index: 0,
  };
  return { candidates: [candidate], modelVersion: "model-1-001", ...rest };
}

const COUNT = { promptTokenCount: 10, candidatesTokenCount: 5, totalTokenCount: 15 };
const END = [said([{ text: "" }], "STOP", { usageMetadata: COUNT })];

const model: ModelCast["model"] = (at, fields = {}, key = KEY) =>
  modelOf(exchangeGemini, declarationOf("gemini", at, fields), { ACME_API_KEY: key });

function refusalBody(code: number, message: string, status = "SOME_ERROR", details: readonly object[] = []) {
  return { error: { code, message, status, details } };
}

describeModel("Gemini", {
  model,
  pieces: (...texts) => texts.map((text) => said([{ text }])),
  end: END,
  endUncounted: [said([], "STOP")],
  refusal: (status, message) => refusalBody(status, message),
});

async function streamed(...events: unknown[]) {
  await using server = await wireServer(streaming(events));
  return await answer(model(server.url));
}

async function failedWith(...events: unknown[]) {
  await using server = await wireServer(streaming(events));
  return await failure(model(server.url));
}

async function refused(code: number, message: string, status?: string, details: readonly object[] = []) {
  await using server = await wireServer(document(code, refusalBody(code, message, status, details)));
  return await failure(model(server.url));
}

describe("Gemini's form", () => {
  it("is written with system, turns in order, tools, and only the settings that are declared", async () => {
    await using server = await wireServer(streaming([said([{ text: "Hi" }]), ...END]));
    const call = { id: "call-1", name: "get_weather", arguments: '{"city":"Oslo"}' };
    const messages: readonly Message[] = [
      { role: "user", text: "weather?" },
      { role: "model", text: "Let me see.", toolCalls: [call], verbatim: null },
      { role: "tools", answers: [{ id: "call-1", name: "get_weather", text: "-5" }] },
    ];
    await answer(model(`${server.url}/`), { system: "Be brief.", messages, tools: [WEATHER_TOOL] });
    const { name, description, parameters } = WEATHER_TOOL;
    expect(server.seen.map(({ url, body }) => ({ url, body }))).toEqual([
      {
        url: "/v1beta/models/model-1:streamGenerateContent?alt=sse",
        body: {
          contents: [
            { role: "user", parts: [{ text: "weather?" }] },
            {
              role: "model",
              parts: [
                { text: "Let me see." },
                { functionCall: { name: "get_weather", args: { city: "Oslo" } } },
              ],
            },
            {
              role: "user",
              parts: [{ functionResponse: { name: "get_weather", response: { output: "-5" } } }],
            },
          ],
          systemInstruction: { role: "system", parts: [{ text: "Be brief." }] },
          tools: [{ functionDeclarations: [{ name, description, parametersJsonSchema: parameters }] }],
          generationConfig: {},
        },
      },
    ]);
    expect(server.seen[0]?.headers["x-goog-api-key"]).toBe(KEY);
  });

  it("is written with a limit and a temperature where they are declared", async () => {
    await using server = await wireServer(streaming([said([{ text: "Hi" }]), ...END]));
    await answer(model(server.url, { maxOutputTokens: 99, temperature: 0 }));
    expect(server.seen[0]?.body.generationConfig).toEqual({ maxOutputTokens: 99, temperature: 0 });
  });

  it("keeps thoughts out of the text, and sends its own parts back as they came", async () => {
    const signed = {
      functionCall: { id: "fc-7", name: "get_weather", args: { city: "Oslo" } },
      thoughtSignature: "s1==",
    };
    const thought = { text: "Which city?", thought: true };
    const last = { text: "", thoughtSignature: "s2==" };
    const first = await streamed(
      said([thought]),
      said([{ text: "Let " }]),
      said([{ text: "me see." }]),
      said([signed, { functionCall: { name: "list" } }]),
      said([last], "STOP"),
    );
    const parts = [thought, { text: "Let me see." }, signed, { functionCall: { name: "list" } }, last];
    expect(first).toEqual({
      text: "Let me see.",
      toolCalls: [
        { id: "fc-7", name: "get_weather", arguments: '{"city":"Oslo"}' },
        { id: "call-2", name: "list", arguments: "{}" },
      ],
      verbatim: { role: "model", parts },
      end: "tools",
      tokens: null,
      model: "model-1-001",
      unseen: 11,
    });
    await using server = await wireServer(streaming([said([{ functionCall: { name: "list" } }], "STOP")]));
    const answers = first.toolCalls.map(({ id, name }) => ({ id, name, text: "ok" }));
    const second = await answer(model(server.url), {
      ...saying("x"),
      messages: [
        { role: "model", ...first },
        { role: "tools", answers },
      ],
    });
    const response = { output: "ok" };
    expect(server.seen[0]?.body.contents).toEqual([
      { role: "model", parts },
      {
        role: "user",
        parts: [
          { functionResponse: { id: "fc-7", name: "get_weather", response } },
          { functionResponse: { name: "list", response } },
        ],
      },
    ]);
    expect(second.toolCalls[0]?.id).toBe("call-3");
  });

  it("counts thoughts as output, and what was cached", async () => {
    const usageMetadata = { ...COUNT, thoughtsTokenCount: 30, cachedContentTokenCount: 8 };
    const { tokens } = await streamed(
      said([{ text: "Hi" }], undefined, { usageMetadata }),
      said([], "STOP", { usageMetadata: COUNT }),
    );
    expect(tokens).toEqual({ in: 10, out: 35, cached: 8 });
  });

  it("tells an answer that was cut off or filtered", async () => {
    expect(await streamed(said([{ text: "Hal" }], "MAX_TOKENS"))).toMatchObject({
      text: "Hal",
      end: "length",
    });
    expect(await streamed(said([], "SAFETY"))).toMatchObject({ text: "", end: "filtered" });
    expect(await streamed(said([{ text: "To be" }], "RECITATION"))).toMatchObject({ end: "filtered" });
  });

  it("takes a blocked request, a call that could not be written, and nothing, for no answer", async () => {
    expect(await failedWith({ promptFeedback: { blockReason: "PROHIBITED_CONTENT" } })).toMatchObject({
      cause: "filtered",
      detail: "the request was blocked (PROHIBITED_CONTENT)",
      outcome: "no-answer",
    });
    const broken = { candidates: [{ finishReason: "MALFORMED_FUNCTION_CALL", finishMessage: "call:x(" }] };
    expect(await failedWith(broken)).toMatchObject({
      cause: "malformed",
      detail: "MALFORMED_FUNCTION_CALL: call:x(",
      outcome: "unknown",
    });
    expect(await streamed(said([{ text: "hm", thought: true }], "STOP"))).toMatchObject({
      text: "",
      end: "stop",
    });
    for (const nothing of [{}, { candidates: [] }]) {
      expect(await failedWith(nothing)).toMatchObject({ cause: "malformed", outcome: "unknown" });
    }
  });

  it("names errors in the middle of a stream, which may have cost something by then", async () => {
    const error = refusalBody(503, "The model is overloaded.", "UNAVAILABLE");
    const told = { cause: "overloaded", status: 503, detail: "The model is overloaded." };
    expect(await failedWith(said([{ text: "Hal" }]), error)).toMatchObject({ ...told, outcome: "unknown" });
    expect(await failedWith(error)).toMatchObject({ ...told, outcome: "no-answer" });
  });

  it("tells apart what may be done about a refusal", async () => {
    const quota = (quotaId: string, quotaValue: string) => ({
      "@type": "type.googleapis.com/google.rpc.QuotaFailure",
      violations: [{ quotaMetric: "requests", quotaId, quotaValue }],
    });
    const retry = { "@type": "type.googleapis.com/google.rpc.RetryInfo", retryDelay: "37.5s" };
    const spent = (...details: object[]) => refused(429, "Slow down.", "RESOURCE_EXHAUSTED", details);
    expect(await spent(quota("RequestsPerMinute", "15"), retry)).toMatchObject({
      cause: "rate",
      detail: "Slow down.",
      retryAt: expect.closeTo(Date.now() + 37_500, -5),
    });
    expect(await spent(quota("RequestsPerDayPerProject-FreeTier", "50"))).toMatchObject({ cause: "quota" });
    expect(await spent(quota("RequestsPerMinute", "0"))).toMatchObject({ cause: "quota" });
    const invalid = { "@type": "type.googleapis.com/google.rpc.ErrorInfo", reason: "API_KEY_INVALID" };
    expect(await refused(400, "API key not valid.", "INVALID_ARGUMENT", [invalid])).toMatchObject({
      cause: "auth",
      detail: "API key not valid.",
    });
    const long = "The input token count (9) exceeds the maximum number of tokens allowed (8).";
    expect(await refused(400, long, "INVALID_ARGUMENT")).toMatchObject({ cause: "context", detail: long });
  });
});
