// How is a Gemini model asked? It knows Google's form, and its addresses; sending, reading and time limits are the same for
// all.

import type { HostedDeclaration } from "../../model/agent-declaration.ts";
import type { ModelAnswer, ModelRequest } from "../../model/conversation.ts";
import type { Json } from "../../model/digest.ts";
import { failed, type Result } from "../../model/result.ts";
import { exchange } from "./exchange.ts";
import { GeminiAnswer } from "./gemini-answer.ts";
import { contentsOf } from "./gemini-contents.ts";
import type { Fault } from "./model-error.ts";
import type { ExchangeOrder } from "./provider.ts";
import { type HttpRequest, urlBelow } from "./send-request.ts";

const VERSION = "v1beta";

export async function exchangeGemini(order: ExchangeOrder): Promise<Result<ModelAnswer, Fault>> {
  const answer = new GeminiAnswer(order.request.messages);
  const result = await exchange(requestOf(order), answer, order.wire);
  if (result.ok || answer.blocked === null) return result;
  const detail = `the request was blocked (${answer.blocked})`;
  return failed({ cause: "filtered", status: null, detail, retryAt: null, outcome: "no-answer" });
}

function requestOf({ declaration, key, request, base }: ExchangeOrder): HttpRequest {
  // People copy the version along with the address.
  const isVersioned = /\/v\d+(alpha|beta)?\d*\/*$/.test(new URL(base).pathname);
  const { model } = declaration;
  const path = `${model.includes("/") ? model : `models/${model}`}:streamGenerateContent`;
  const url = urlBelow(base, isVersioned ? path : `${VERSION}/${path}`);
  url.searchParams.set("alt", "sse");
  return { url, headers: { "x-goog-api-key": key }, body: bodyOf(declaration, request) };
}

function bodyOf(
  { maxOutputTokens, temperature }: HostedDeclaration,
  { system, messages, tools }: ModelRequest,
): Json {
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
      ...(temperature === null ? {} : { temperature }),
    },
  };
}
