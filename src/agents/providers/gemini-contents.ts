// How is a conversation written for Gemini? Its own turns go back exactly as they came, because their parts may carry
// signatures that it asks for again.

import type { Message } from "../../model/conversation.ts";
import type { Json } from "../../model/digest.ts";

type Fields = { readonly [key: string]: Json };

export function contentsOf(messages: readonly Message[]): readonly Json[] {
  const ownIds = new Set(messages.flatMap(idsIn));
  return messages.map((message) => contentOf(message, ownIds));
}

function contentOf(message: Message, ownIds: ReadonlySet<Json>): Json {
  switch (message.role) {
    case "user":
      return { role: "user", parts: [{ text: message.text }] };
    case "model":
      return message.verbatim ?? { role: "model", parts: partsOf(message) };
    case "tools": {
      const parts = message.answers.map(({ id, name, text }) => ({
        functionResponse: { ...(ownIds.has(id) ? { id } : {}), name, response: { output: text } },
      }));
      return { role: "user", parts };
    }
  }
}

/** Ids that Gemini itself gave to calls; those that we made up mean nothing to it. */
function idsIn(message: Message): readonly Json[] {
  if (message.role !== "model" || message.verbatim === null) return [];
  const { parts } = message.verbatim as { readonly parts?: readonly Fields[] };
  return (parts ?? []).map((part) => (part.functionCall as Fields | undefined)?.id ?? null);
}

function partsOf({ text, toolCalls }: Extract<Message, { role: "model" }>): readonly Json[] {
  const calls = toolCalls.map(({ name, arguments: args }) => ({
    functionCall: { name, args: argumentsOf(args) },
  }));
  return [...(text === "" && calls.length > 0 ? [] : [{ text }]), ...calls];
}

function argumentsOf(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    // Gemini takes objects alone; it is better shown what it wrote than nothing.
    return { text };
  }
}
