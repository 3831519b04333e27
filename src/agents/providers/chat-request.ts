// How is a conversation written for chat completions? The model's own messages go back as they came by this API; what came by
// another one is written anew.

import type {
  ChatCompletionCreateParams,
  ChatCompletionMessageParam,
} from "openai/resources/chat/completions";
import type { Message } from "../../model/conversation.ts";
import { isFields } from "./content-parts.ts";
import type { ExchangeOrder } from "./provider.ts";

export function chatBody({ declaration, request, compat }: ExchangeOrder): ChatCompletionCreateParams {
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
      if (isFields(message.verbatim)) return [message.verbatim as unknown as ChatCompletionMessageParam];
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
