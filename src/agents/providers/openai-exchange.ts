// How is a model asked that speaks OpenAI's chat completions? Their own, or a server that is compatible (Ollama, vLLM,
// llama.cpp, a gateway). It knows their form; sending, reading and time limits are the same for all.

import type {
  ChatCompletionCreateParams,
  ChatCompletionMessageParam,
} from "openai/resources/chat/completions";
import type { Message, ModelAnswer } from "../../model/conversation.ts";
import type { Json } from "../../model/digest.ts";
import type { Result } from "../../model/result.ts";
import { exchange } from "./exchange.ts";
import type { Fault } from "./model-error.ts";
import { OpenaiAnswer } from "./openai-answer.ts";
import type { ExchangeOrder } from "./provider.ts";
import { type HttpRequest, urlBelow, withExtra } from "./send-request.ts";

export function exchangeOpenai(order: ExchangeOrder): Promise<Result<ModelAnswer, Fault>> {
  return exchange(requestOf(order), new OpenaiAnswer(order.request.messages), order.wire);
}

function requestOf(order: ExchangeOrder): HttpRequest {
  const { declaration, key, base, headers, compat } = order;
  const { baseUrl, extraBody } = declaration;
  const owned =
    compat.key_header === undefined ? { authorization: `Bearer ${key}` } : { [compat.key_header]: key };
  return {
    url: urlBelow(base, "chat/completions"),
    headers: { ...owned, ...(baseUrl === null ? accountOf(process.env) : {}), ...headers },
    body: withExtra(requestBody(order) as unknown as Json, extraBody),
  };
}

/** The account's names are for OpenAI alone. */
function accountOf({ OPENAI_ORG_ID: organization, OPENAI_PROJECT_ID: project }: NodeJS.ProcessEnv) {
  return {
    ...(organization ? { "openai-organization": organization } : {}),
    ...(project ? { "openai-project": project } : {}),
  };
}

function requestBody({ declaration, request, compat }: ExchangeOrder): ChatCompletionCreateParams {
  const { model, maxOutputTokens, temperature } = declaration;
  const { max_tokens: limit = "max_tokens", system: role = "system", stream = true } = compat;
  const system = request.system === "" ? [] : [{ role, content: request.system }];
  const offered = compat.tools === false ? [] : request.tools;
  const tools = offered.map((tool) => ({ type: "function" as const, function: tool }));
  return {
    model,
    messages: [...system, ...request.messages.flatMap(wordsOf)],
    ...(tools.length === 0 ? {} : { tools }),
    stream,
    ...(stream && compat.stream_options !== false ? { stream_options: { include_usage: true } } : {}),
    ...(maxOutputTokens === null ? {} : { [limit]: maxOutputTokens }),
    ...(temperature === null || compat.temperature === false ? {} : { temperature }),
  };
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
