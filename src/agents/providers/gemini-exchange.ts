// How is a Gemini model asked? The only file that knows Google's SDK, which is no longer maintained: what it gets wrong
// is put right here. It knows nothing of time limits, which wire.ts keeps.

import {
  type Content,
  type GenerateContentResponse,
  GoogleGenerativeAI,
  GoogleGenerativeAIFetchError,
  type ModelParams,
} from "@google/generative-ai";
import type { HostedDeclaration } from "../../model/agent-declaration.ts";
import type { ModelAnswer, ModelRequest } from "../../model/conversation.ts";
import type { Json } from "../../model/digest.ts";
import { failed, type Result } from "../../model/result.ts";
import { GeminiAnswer } from "./gemini-answer.ts";
import { contentsOf } from "./gemini-contents.ts";
import { type Fault, faultOf } from "./model-error.ts";
import type { ExchangeOrder } from "./provider.ts";
import type { Wire } from "./wire.ts";

export async function exchangeGemini(exchange: ExchangeOrder): Promise<Result<ModelAnswer, Fault>> {
  const { declaration, key, request, wire } = exchange;
  const answer = new GeminiAnswer(request.messages);
  try {
    const model = new GoogleGenerativeAI(key).getGenerativeModel(
      parametersOf(declaration, request),
      declaration.baseUrl === null ? {} : { baseUrl: declaration.baseUrl.replace(/\/+$/, "") },
    );
    const contents = contentsOf(request.messages) as unknown as Content[];
    const { stream, response } = await model.generateContentStream({ contents }, { signal: wire.signal });
    // The SDK's own sum of the pieces drops signatures; nobody waits for it, and it may fail on its own.
    response.catch(() => {});
    wire.heard();
    for await (const piece of stream) {
      wire.heard();
      const fault = errorIn(piece, answer.begun);
      if (fault !== null) return failed(fault);
      answer.add(piece);
    }
  } catch (error) {
    // A connection that breaks after the last word took nothing away but the count of tokens.
    if (!answer.finished) return failed(faultIn(error, wire));
  }
  return answer.end();
}

function parametersOf(declaration: HostedDeclaration, request: ModelRequest): ModelParams {
  const { model, maxOutputTokens, temperature } = declaration;
  // JSON Schema as it is: the field that the SDK knows takes a small part of it only.
  const functionDeclarations = request.tools.map(({ name, description, parameters }) => ({
    name,
    description,
    parametersJsonSchema: parameters,
  }));
  return {
    model,
    ...(request.system === "" ? {} : { systemInstruction: request.system }),
    ...(functionDeclarations.length === 0 ? {} : { tools: [{ functionDeclarations }] }),
    generationConfig: {
      ...(maxOutputTokens === null ? {} : { maxOutputTokens }),
      ...(temperature === null ? {} : { temperature }),
    },
  };
}

/** An error that comes in place of a piece of the stream. */
function errorIn(piece: GenerateContentResponse, begun: boolean): Fault | null {
  const { error } = piece as { error?: { code?: number; status?: string; message?: string; details?: Json } };
  if (!error) return null;
  const fault = refusalOf(error.code ?? null, error.status ?? "", error.message ?? "", error.details ?? []);
  return begun ? { ...fault, outcome: "unknown" } : fault;
}

function faultIn(error: unknown, wire: Wire): Fault {
  if (!(error instanceof GoogleGenerativeAIFetchError)) return wire.broken(error);
  const { status = null, statusText = "", errorDetails = [] } = error;
  return refusalOf(status, statusText, wordsOf(error, errorDetails), errorDetails as unknown as Json);
}

/** The provider's sentence, between the address and the details that the SDK puts around it. */
function wordsOf({ message, status, statusText }: GoogleGenerativeAIFetchError, details: unknown): string {
  const mark = `: [${status} ${statusText}] `;
  const from = message.indexOf(mark);
  const sentence = from < 0 ? message : message.slice(from + mark.length);
  return sentence.replace(` ${JSON.stringify(details)}`, "") || (statusText ?? "");
}

type Detail = { readonly [key: string]: Json };

function refusalOf(status: number | null, name: string, message: string, details: Json): Fault {
  const list = (Array.isArray(details) ? details : []) as readonly Detail[];
  const reasons = list.map(({ reason }) => reason).filter((reason) => typeof reason === "string");
  const spent = list.some(isSpent) ? ["insufficient_quota"] : [];
  const delay = list.map(({ retryDelay }) => /^([\d.]+)s$/.exec(String(retryDelay))?.[1]).find(Boolean);
  return faultOf({
    status,
    codes: [name, ...reasons, ...spent],
    message,
    retryAfterMs: delay === undefined ? null : Math.ceil(Number(delay) * 1000),
  });
}

/** Whether a limit was hit that waiting for minutes does not lift: one of a day, or one of nothing. */
function isSpent({ violations }: Detail): boolean {
  if (!Array.isArray(violations)) return false;
  return (violations as readonly Detail[]).some(
    ({ quotaId, quotaValue }) => /PerDay/i.test(String(quotaId)) || String(quotaValue) === "0",
  );
}
