// How is a model asked that speaks OpenAI's chat completions? Their own, or a server that is compatible (Ollama, vLLM,
// llama.cpp, a gateway). It knows their form; sending, reading and time limits are the same for all.

import type {
  ChatCompletionCreateParamsStreaming,
  ChatCompletionMessageParam,
} from "openai/resources/chat/completions";
import type { HostedDeclaration } from "../../model/agent-declaration.ts";
import type { Message, ModelAnswer, ModelRequest } from "../../model/conversation.ts";
import type { Json } from "../../model/digest.ts";
import type { Result } from "../../model/result.ts";
import { exchange } from "./exchange.ts";
import type { Fault } from "./model-error.ts";
import { OpenaiAnswer } from "./openai-answer.ts";
import type { ExchangeOrder } from "./provider.ts";
import { type HttpRequest, urlBelow } from "./send-request.ts";

export function exchangeOpenai(order: ExchangeOrder): Promise<Result<ModelAnswer, Fault>> {
  return exchange(requestOf(order), new OpenaiAnswer(order.request.messages), order.wire);
}

function requestOf({ declaration, key, request, base }: ExchangeOrder): HttpRequest {
  const { baseUrl } = declaration;
  return {
    url: urlBelow(base, "chat/completions"),
    headers: { authorization: `Bearer ${key}`, ...(baseUrl === null ? accountOf(process.env) : {}) },
    body: requestBody(declaration, request) as unknown as Json,
  };
}

/** The account's names are for OpenAI alone. */
function accountOf({ OPENAI_ORG_ID: organization, OPENAI_PROJECT_ID: project }: NodeJS.ProcessEnv) {
  return {
    ...(organization ? { "openai-organization": organization } : {}),
    ...(project ? { "openai-project": project } : {}),
  };
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
