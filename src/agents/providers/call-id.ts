// What is a tool call named that its provider gave no name? The same request always leads to the same ids.

import type { Message } from "../../model/conversation.ts";

/** Id of the call at an index of the answer to `messages`: no call of the conversation has it yet. */
export function callIds(messages: readonly Message[]): (at: number) => string {
  const before = messages.reduce((sum, message) => sum + callsIn(message), 0);
  return (at) => `call-${before + at + 1}`;
}

function callsIn(message: Message): number {
  return message.role === "model" ? message.toolCalls.length : 0;
}
