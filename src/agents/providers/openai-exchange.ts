// How is a model asked that speaks OpenAI's chat completions? Their own, or a server that is compatible (Ollama, vLLM,
// llama.cpp, a gateway). It knows their form and nothing of time limits, which wire.ts keeps.

import OpenAI, { APIError } from "openai";
import type {
  ChatCompletion,
  ChatCompletionChunk,
  ChatCompletionCreateParamsStreaming,
  ChatCompletionMessageParam,
} from "openai/resources/chat/completions";
import { Stream } from "openai/streaming";
import type { HostedDeclaration } from "../../model/agent-declaration.ts";
import type { Message, ModelAnswer, ModelRequest } from "../../model/conversation.ts";
import { failed, type Result } from "../../model/result.ts";
import { type Fault, faultOf, malformed, type Refusal } from "./model-error.ts";
import { OpenaiAnswer } from "./openai-answer.ts";
import type { ExchangeOrder } from "./provider.ts";
import { LONGEST_TIMER, type Wire } from "./wire.ts";

export async function exchangeOpenai(exchange: ExchangeOrder): Promise<Result<ModelAnswer, Fault>> {
  const { declaration, request, wire } = exchange;
  const client = clientOf(exchange);
  const answer = new OpenaiAnswer(request.messages);
  const body = requestBody(declaration, request);
  try {
    const response = await client.chat.completions.create(body, { signal: wire.signal }).asResponse();
    const type = response.headers.get("content-type") ?? "";
    if (/html/i.test(type)) return failed(malformed(`the server answered with a web page (${type})`));
    if (/json/i.test(type)) return wholeAnswer(answer, await response.json());
    const chunks = Stream.fromSSEResponse<ChatCompletionChunk>(response, new AbortController(), client);
    for await (const chunk of chunks) answer.add(chunk);
  } catch (error) {
    // A connection that breaks after the last word took nothing away but the count of tokens.
    if (!answer.finished) return failed(faultIn(error, answer, wire));
  }
  return answer.end();
}

/** A server that does not stream sends its answer, or its error, as one document. */
function wholeAnswer(answer: OpenaiAnswer, document: unknown): Result<ModelAnswer, Fault> {
  const { error, choices, ...rest } = (document ?? {}) as Partial<ChatCompletion> & { error?: unknown };
  if (error) return failed(faultOf(refusalIn(error, null)));
  const deltas = Array.isArray(choices)
    ? choices.map((choice) => ({ ...choice, delta: choice.message }))
    : [];
  answer.add({ ...rest, choices: deltas } as unknown as ChatCompletionChunk);
  return answer.end();
}

function faultIn(error: unknown, answer: OpenaiAnswer, wire: Wire): Fault {
  if (!(error instanceof APIError)) return wire.broken(error);
  if (error.status !== undefined) {
    return faultOf(refusalIn(error.error, error.status));
  }
  if (error.error === undefined) return wire.broken(error);
  const fault = faultOf(refusalIn(error.error, null));
  return answer.begun ? { ...fault, outcome: "unknown" } : fault;
}

/** Reads `{message, code, type}`, or the bare text that some servers put in its place. */
function refusalIn(error: unknown, status: number | null): Refusal {
  if (typeof error === "string") return { status, codes: [], message: error, retryAfterMs: null };
  const { message, code, type } = (error ?? {}) as Record<string, unknown>;
  const codes = [code, type].filter((name) => typeof name === "string");
  // Gateways tell the status of a failed stream where OpenAI has a name.
  const told = status ?? (typeof code === "number" && code >= 400 && code < 600 ? code : null);
  const text = typeof message === "string" ? message : JSON.stringify(error ?? "");
  return { status: told, codes, message: text === '""' ? "" : text, retryAfterMs: null };
}

function clientOf({ declaration: { baseUrl }, key, wire }: ExchangeOrder): OpenAI {
  return new OpenAI({
    apiKey: key,
    // The account's names are for OpenAI alone; null keeps the SDK from taking them out of the environment.
    ...(baseUrl === null ? {} : { baseURL: baseUrl, organization: null, project: null }),
    maxRetries: 0,
    timeout: LONGEST_TIMER,
    // Its log would go to the terminal, and into `--json`.
    logLevel: "off",
    fetch: async (url, init) => overheard(await fetch(url, init), wire.heard),
  });
}

/** The same response, whose every byte counts as a sign of life: also comments, which the SDK passes over. */
function overheard(response: Response, heard: () => void): Response {
  heard();
  if (response.body === null) return response;
  const listen = new TransformStream<Uint8Array, Uint8Array>({
    transform: (bytes, onward) => {
      heard();
      onward.enqueue(bytes);
    },
  });
  return new Response(response.body.pipeThrough(listen), response);
}

function requestBody(
  declaration: HostedDeclaration,
  request: ModelRequest,
): ChatCompletionCreateParamsStreaming {
  const { model, maxOutputTokens, temperature } = declaration;
  const system = request.system === "" ? [] : [{ role: "system" as const, content: request.system }];
  const tools = request.tools.map((tool) => ({ type: "function" as const, function: tool }));
  return {
    model,
    messages: [...system, ...request.messages.flatMap(wordsOf)],
    ...(tools.length === 0 ? {} : { tools }),
    stream: true,
    stream_options: { include_usage: true },
    ...(maxOutputTokens === null ? {} : { [limitName(declaration)]: maxOutputTokens }),
    ...(temperature === null ? {} : { temperature }),
  };
}

/** OpenAI's reasoning models refuse the old name, and many compatible servers do not know the new one. */
function limitName({ baseUrl }: HostedDeclaration): "max_tokens" | "max_completion_tokens" {
  const newer = baseUrl === null || /^https:\/\/[^/]*\b(openai|azure)\.com\b/.test(baseUrl);
  return newer ? "max_completion_tokens" : "max_tokens";
}

function wordsOf(message: Message): ChatCompletionMessageParam[] {
  switch (message.role) {
    case "user":
      return [{ role: "user", content: message.text }];
    case "tools":
      return message.answers.map(({ id, text }) => ({ role: "tool", tool_call_id: id, content: text }));
    case "model": {
      if (message.verbatim !== null) return [message.verbatim as unknown as ChatCompletionMessageParam];
      const calls = message.toolCalls.map(({ id, name, arguments: text }) => ({
        id,
        type: "function" as const,
        function: { name, arguments: text },
      }));
      const content = message.text === "" && calls.length > 0 ? null : message.text;
      return [{ role: "assistant", content, ...(calls.length === 0 ? {} : { tool_calls: calls }) }];
    }
  }
}
