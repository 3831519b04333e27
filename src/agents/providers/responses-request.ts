// How is a conversation written for OpenAI's Responses API? Nothing is kept at the server: every turn sends all items again,
// so that a replay and a cache of prefixes hold. The model's own items go back as they came, its encrypted reasoning with them.

import type { ResponseCreateParams, ResponseInputItem } from "openai/resources/responses/responses";
import type { HostedDeclaration } from "../../model/agent-declaration.ts";
import type { Message } from "../../model/conversation.ts";
import type { Json } from "../../model/digest.ts";
import { type Fields, isFields, isList } from "./content-parts.ts";
import type { ExchangeOrder } from "./provider.ts";
import { withExtra } from "./send-request.ts";

export function responsesBody({ declaration, request, compat }: ExchangeOrder): ResponseCreateParams {
  const { model, maxOutputTokens, temperature } = declaration;
  const { system: role, stream = true } = compat;
  const { system } = request;
  const offered = compat.tools === false ? [] : request.tools;
  // Strict is what the API assumes, and it takes no parameter that may be left out.
  const tools = offered.map((tool) => ({ type: "function" as const, ...tool, strict: false }));
  const first = system === "" || role === undefined ? [] : [{ role, content: system }];
  return {
    model,
    ...(system === "" || role !== undefined ? {} : { instructions: system }),
    input: [...first, ...request.messages.flatMap(itemsOf)],
    ...(tools.length === 0 ? {} : { tools }),
    store: false,
    ...(compat.include === false ? {} : { include: ["reasoning.encrypted_content"] }),
    stream,
    ...(maxOutputTokens === null ? {} : { max_output_tokens: maxOutputTokens }),
    ...(temperature === null || compat.temperature === false ? {} : { temperature }),
  };
}

/** Settings of chat completions that this API has elsewhere. */
const MOVED: Readonly<Record<string, readonly [string, string]>> = {
  reasoning_effort: ["reasoning", "effort"],
  verbosity: ["text", "verbosity"],
};

/** An agent's own fields, under the names of this API: who learns it from a refusal goes on with the same settings. */
export function responsesExtra(extra: HostedDeclaration["extraBody"]): HostedDeclaration["extraBody"] {
  if (extra === undefined) return undefined;
  return Object.entries(extra).reduce<Fields>((sum, [name, value]) => {
    const [object, field] = MOVED[name] ?? [];
    const one: Fields =
      object === undefined || field === undefined ? { [name]: value } : { [object]: { [field]: value } };
    return withExtra(sum, one) as Fields;
  }, {});
}

function itemsOf(message: Message): ResponseInputItem[] {
  switch (message.role) {
    case "user":
      return [{ role: "user", content: message.text }];
    case "tools":
      return message.answers.map(({ id, text }) => ({
        type: "function_call_output",
        call_id: id,
        output: text,
      }));
    case "model": {
      const { verbatim, text, toolCalls } = message;
      if (isList(verbatim)) return sentBack(verbatim.filter(isFields)) as unknown as ResponseInputItem[];
      const calls = toolCalls.map(({ id, name, arguments: given }) => ({
        type: "function_call" as const,
        call_id: id,
        name,
        arguments: given,
      }));
      const said = text === "" && calls.length > 0 ? [] : [{ role: "assistant" as const, content: text }];
      return [...said, ...calls];
    }
  }
}

/**
 * Reasoning that came without its content is known to a server only that stores it. Where some is left out, ids are, too: the
 * server would look for what belongs to them.
 */
function sentBack(items: readonly Fields[]): readonly Json[] {
  const whole = items.filter((item) => !isHollow(item));
  return whole.length === items.length ? items : whole.map(({ id: _, ...rest }) => rest);
}

function isHollow({ type, encrypted_content: encrypted, content }: Fields): boolean {
  return type === "reasoning" && !encrypted && !(isList(content) && content.length > 0);
}
