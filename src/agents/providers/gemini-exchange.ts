// How is a Gemini model asked? It knows Google's form, and its addresses; sending, reading and time limits are the same for
// all.

import type { Message, ModelAnswer } from "../../model/conversation.ts";
import type { Json } from "../../model/digest.ts";
import { failed, type Result } from "../../model/result.ts";
import { exchange } from "./exchange.ts";
import { GeminiAnswer } from "./gemini-answer.ts";
import { contentsOf } from "./gemini-contents.ts";
import type { Fault } from "./model-error.ts";
import type { ExchangeOrder } from "./provider.ts";
import { type HttpRequest, urlBelow, withExtra } from "./send-request.ts";

const VERSION = "v1beta";

export async function exchangeGemini(order: ExchangeOrder): Promise<Result<ModelAnswer, Fault>> {
  const answer = new GeminiAnswer(order.request.messages);
  const result = await exchange(requestOf(order), answer, order.wire);
  if (result.ok || answer.blocked === null) return result;
  const detail = `the request was blocked (${answer.blocked})`;
  return failed({ cause: "filtered", status: null, detail, retryAt: null, outcome: "no-answer" });
}

function requestOf(order: ExchangeOrder): HttpRequest {
  const { declaration, key, base, headers, compat } = order;
  // People copy the version along with the address; a project and a place follow on it at Vertex.
  const isVersioned = /\/v\d+(alpha|beta)?\d*(\/|$)/.test(new URL(base).pathname);
  const { model } = declaration;
  const path = `${model.includes("/") ? model : `models/${model}`}:streamGenerateContent`;
  const url = urlBelow(base, isVersioned ? path : `${VERSION}/${path}`);
  url.searchParams.set("alt", "sse");
  const body = withExtra(bodyOf(order), declaration.extraBody);
  // Who shows a token shows no key beside it.
  const owned = "authorization" in headers ? {} : { [compat.key_header ?? "x-goog-api-key"]: key };
  return { url, headers: { ...owned, ...headers }, body };
}

function bodyOf({ declaration, request, compat }: ExchangeOrder): Json {
  const { maxOutputTokens, temperature } = declaration;
  const asUser = compat.system === "user" && request.system !== "";
  const system = asUser ? "" : request.system;
  const first: readonly Message[] = asUser ? [{ role: "user", text: request.system }] : [];
  const messages = [...first, ...request.messages];
  const tools = compat.tools === false ? [] : request.tools;
  // JSON Schema as it is: the older field takes a small part of it only.
  const functionDeclarations = tools.map(({ name, description, parameters }) => ({
    name,
    description,
    parametersJsonSchema: parameters,
  }));
  return {
    contents: contentsOf(messages),
    ...(system === "" ? {} : { systemInstruction: { role: "system", parts: [{ text: system }] } }),
    ...(tools.length === 0 ? {} : { tools: [{ functionDeclarations }] }),
    generationConfig: {
      ...(maxOutputTokens === null ? {} : { maxOutputTokens }),
      ...(temperature === null || compat.temperature === false ? {} : { temperature }),
    },
  };
}
