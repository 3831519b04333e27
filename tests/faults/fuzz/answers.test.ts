// Does an answer come to the same in whatever pieces it comes, and to an end whatever it holds?

import { test } from "vitest";
import { type AnswerForm, settledAnswer } from "../../../src/agents/providers/answer-end.ts";
import { ChatAnswer } from "../../../src/agents/providers/chat-answer.ts";
import { GeminiAnswer } from "../../../src/agents/providers/gemini-answer.ts";
import { readRefusal, refusalIn } from "../../../src/agents/providers/refusal-body.ts";
import { ResponsesAnswer } from "../../../src/agents/providers/responses-answer.ts";
import { messagesIn } from "../../../src/agents/providers/wire-reader.ts";
import type { Json } from "../../../src/model/digest.ts";
import { chanceOf, LONG } from "../extent.ts";
import { fuzz } from "./fuzz.ts";

function events(...messages: readonly Json[]): Uint8Array {
  return Buffer.from(`${messages.map((one) => `data: ${JSON.stringify(one)}\n\n`).join("")}data: [DONE]\n\n`);
}

function document(value: Json): Uint8Array {
  return Buffer.from(JSON.stringify(value, null, 1));
}

const CALL = { id: "c1", type: "function", function: { name: "read_file", arguments: '{"path":"a.ts"}' } };
const USAGE = { prompt_tokens: 5, completion_tokens: 7, total_tokens: 12 };

const FORMS: Readonly<
  Record<string, { readonly form: () => AnswerForm; readonly seeds: readonly Uint8Array[] }>
> = {
  "chat completion": {
    form: () => new ChatAnswer({ system: "", messages: [], tools: [] }),
    seeds: [
      events(
        { model: "m", choices: [{ index: 0, delta: { role: "assistant", content: "<think>so" } }] },
        { choices: [{ index: 0, delta: { content: "</think>Hel" } }] },
        { choices: [{ index: 0, delta: { content: "lo 漢", tool_calls: [{ index: 0, ...CALL }] } }] },
        { choices: [{ index: 0, delta: {}, finish_reason: "tool_calls" }] },
        { choices: [], usage: USAGE },
      ),
      document({
        model: "m",
        choices: [{ message: { content: [{ type: "text", text: "Hi" }], tool_calls: [CALL] } }],
        usage: USAGE,
      }),
      document({
        error: { message: "too long", type: "invalid_request_error", code: "context_length_exceeded" },
      }),
    ],
  },
  "Responses API": {
    form: () => new ResponsesAnswer([]),
    seeds: [
      events(
        { type: "response.created", response: { id: "r", status: "in_progress" } },
        {
          type: "response.output_item.added",
          output_index: 0,
          item: { type: "message", id: "m", content: [] },
        },
        { type: "response.output_text.delta", output_index: 0, delta: "Hello" },
        {
          type: "response.completed",
          response: {
            id: "r",
            status: "completed",
            output: [{ type: "message", content: [{ type: "output_text", text: "Hello" }] }],
            usage: { input_tokens: 1, output_tokens: 2 },
          },
        },
      ),
    ],
  },
  "Gemini answer": {
    form: () => new GeminiAnswer([]),
    seeds: [
      events(
        {
          candidates: [
            { content: { role: "model", parts: [{ text: "Hel" }, { thought: true, text: "hm" }] } },
          ],
        },
        {
          candidates: [
            {
              content: { parts: [{ functionCall: { name: "read_file", args: { path: "a" } } }] },
              finishReason: "STOP",
            },
          ],
          usageMetadata: { promptTokenCount: 1, candidatesTokenCount: 2 },
        },
      ),
    ],
  },
};

test.each(Object.entries(FORMS))("%s", LONG, async (name, { form, seeds }) => {
  const chance = chanceOf(`pieces of ${name}`);
  await fuzz({
    name,
    seeds,
    async fault(bytes) {
      const whole = await heard(form(), [bytes]);
      const pieces = await heard(form(), inPieces(bytes, chance));
      if (whole !== pieces) return `it comes to ${whole}, and in pieces to ${pieces}`;
      const refusal = readRefusal(Buffer.from(bytes).toString("utf8"));
      return typeof refusal.words === "string" ? null : "a refusal has no words";
    },
  });
});

/** All that is made of it, as text. */
async function heard(form: AnswerForm, chunks: readonly Uint8Array[]): Promise<string> {
  const refusals: Json[] = [];
  let close: "closed" | "done" | "document" = "closed";
  let stray = "";
  async function* sent() {
    yield* chunks;
  }
  for await (const message of messagesIn(sent())) {
    if (message.kind === "text") stray = message.text;
    else if (message.kind === "done") close = "done";
    else {
      const refusal = refusalIn(message.value, message.event);
      if (refusal !== null) refusals.push(refusal);
      else form.add(message.value);
      if (message.whole) close = "document";
    }
  }
  return JSON.stringify([refusals, form.said, form.finished, settledAnswer(form, close, stray)]);
}

function inPieces(bytes: Uint8Array, chance: () => number): readonly Uint8Array[] {
  const pieces: Uint8Array[] = [];
  for (let from = 0; from < bytes.length; ) {
    const to = from + 1 + Math.floor(chance() ** 3 * 200);
    pieces.push(bytes.subarray(from, to));
    from = to;
  }
  return pieces;
}
