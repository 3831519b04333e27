// How is a model asked that speaks one of OpenAI's two APIs: chat completions, or responses? Their own, or a server that is
// compatible (Ollama, vLLM, llama.cpp, a gateway). It knows their addresses; sending, reading and time limits are the same for
// all.

import type { ModelAnswer } from "../../model/conversation.ts";
import type { Json } from "../../model/digest.ts";
import type { Result } from "../../model/result.ts";
import { ChatAnswer } from "./chat-answer.ts";
import { chatBody } from "./chat-request.ts";
import { exchange } from "./exchange.ts";
import type { Fault } from "./model-error.ts";
import type { ExchangeOrder } from "./provider.ts";
import { ResponsesAnswer } from "./responses-answer.ts";
import { responsesBody, responsesExtra } from "./responses-request.ts";
import { type HttpRequest, urlBelow, withExtra } from "./send-request.ts";

export function exchangeOpenai(order: ExchangeOrder): Promise<Result<ModelAnswer, Fault>> {
  const { request, declaration, wire } = order;
  if (order.compat.api === "responses") {
    const body = withExtra(responsesBody(order) as unknown as Json, responsesExtra(declaration.extraBody));
    return exchange(requestOf(order, "responses", body), new ResponsesAnswer(request.messages), wire);
  }
  const body = withExtra(chatBody(order) as unknown as Json, declaration.extraBody);
  return exchange(requestOf(order, "chat/completions", body), new ChatAnswer(request), wire);
}

function requestOf(order: ExchangeOrder, path: string, body: Json): HttpRequest {
  const { declaration, key, base, headers, compat } = order;
  const owned =
    compat.key_header === undefined ? { authorization: `Bearer ${key}` } : { [compat.key_header]: key };
  // People copy the path of an API along with the address.
  const url = new URL(base);
  url.pathname = url.pathname.replace(/\/(chat\/completions|responses)\/*$/, "");
  return {
    url: urlBelow(url.href, path),
    headers: {
      ...owned,
      ...(declaration.baseUrl === null ? accountOf(process.env) : {}),
      ...headers,
    },
    body,
  };
}

/** The account's names are for OpenAI alone. */
function accountOf({ OPENAI_ORG_ID: organization, OPENAI_PROJECT_ID: project }: NodeJS.ProcessEnv) {
  return {
    ...(organization ? { "openai-organization": organization } : {}),
    ...(project ? { "openai-project": project } : {}),
  };
}
