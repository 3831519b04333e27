// Which answers do servers send, in which shapes, and how do they end? Each is written as its server writes it, with what a
// careful reader must find in it. Nothing here knows how it is read.

import type { ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

/** What an answer says, whatever its shape. */
export interface Meant {
  readonly text: string;
  /** Names and arguments, these as values. */
  readonly calls: readonly (readonly [string, unknown])[];
}

export interface Shape {
  readonly name: string;
  /** Pieces of a stream, in the order of their coming, without an end. */
  readonly pieces: readonly unknown[];
  /** The same as one document; absent where no server sends it so. */
  readonly document?: object;
  readonly meant: Meant;
}

/** Everything after the last piece of what is said. */
export interface End {
  readonly name: string;
  readonly events: readonly unknown[];
  readonly close: "end" | "cut" | "hang";
  /** Ends that prove a call, and no text. */
  readonly callsOnly?: boolean;
}

const chunk = (delta: object, finish: string | null = null, rest: object = {}) => ({
  id: "c1",
  model: "house",
  choices: [{ index: 0, delta, finish_reason: finish }],
  ...rest,
});
const usage = { model: "house", choices: [], usage: { prompt_tokens: 30, completion_tokens: 9 } };
const piece = (fields: object) => chunk({ tool_calls: [fields] });
const named = (name: string, input: unknown) => ({ name, arguments: input });
const WRITE = { path: "a.txt", content: "é\n" };
const TEXT = JSON.stringify(WRITE);
const whole = (message: object) => ({
  model: "house",
  choices: [{ index: 0, message: { role: "assistant", ...message } }],
});
const says = (text: string): Meant => ({ text, calls: [] });
const writes: Meant = { text: "", calls: [["write_file", WRITE]] };
const twice: Meant = {
  text: "",
  calls: [
    ["write_file", WRITE],
    ["finish", {}],
  ],
};

const THOUGHT = '{"verdict":"approve"}';

export const OPENAI_SHAPES: readonly Shape[] = [
  {
    name: "a text",
    pieces: [
      chunk({ role: "assistant", content: "" }),
      chunk({ content: "Gut" }),
      chunk({ content: "en Tag ✓" }),
    ],
    document: whole({ content: "Guten Tag ✓" }),
    meant: says("Guten Tag ✓"),
  },
  {
    name: "blocks of text and thought",
    pieces: [
      chunk({ content: [{ type: "reasoning", summary: [{ type: "summary_text", text: THOUGHT }] }] }),
      chunk({ content: [{ type: "text", text: "He" }] }),
      chunk({ content: [{ type: "text", text: "llo" }] }),
    ],
    document: whole({
      content: [
        { type: "thinking", thinking: THOUGHT },
        { type: "text", text: "Hello" },
      ],
    }),
    meant: says("Hello"),
  },
  {
    name: "thoughts in a field",
    pieces: [
      chunk({ reasoning_content: THOUGHT }),
      chunk({ reasoning: THOUGHT }),
      chunk({ content: "Hello" }),
    ],
    document: whole({ content: "Hello", reasoning: THOUGHT }),
    meant: says("Hello"),
  },
  {
    name: "thoughts between tags",
    pieces: [chunk({ content: "<thi" }), chunk({ content: `nk>\n${THOUGHT}\n</think>\n\nHello` })],
    document: whole({ content: `<think>${THOUGHT}</think>Hello` }),
    meant: says("Hello"),
  },
  {
    name: "thoughts whose opening tag the template wrote",
    pieces: [chunk({ content: THOUGHT }), chunk({ content: "\n</think>\n\nHello" })],
    document: whole({ content: `${THOUGHT}</think>Hello` }),
    meant: says("Hello"),
  },
  {
    name: "a call in pieces",
    pieces: [
      piece({ index: 0, id: "a", type: "function", function: named("write_file", "") }),
      ...TEXT.match(/.{1,9}/g)!.map((text) => piece({ index: 0, function: { arguments: text } })),
    ],
    document: whole({ content: null, tool_calls: [{ id: "a", function: named("write_file", TEXT) }] }),
    meant: writes,
  },
  {
    name: "arguments that are an object",
    pieces: [piece({ index: 0, id: "a", function: named("write_file", WRITE) })],
    document: whole({ content: "", tool_calls: [{ id: "a", function: named("write_file", WRITE) }] }),
    meant: writes,
  },
  {
    name: "two calls under one id",
    pieces: [
      piece({ index: 0, id: "call", function: named("write_file", TEXT) }),
      piece({ index: 0, id: "call", function: named("finish", "{}") }),
    ],
    document: whole({
      tool_calls: [
        { id: "call", function: named("write_file", TEXT) },
        { id: "call", function: named("finish", "{}") },
      ],
    }),
    meant: twice,
  },
  {
    name: "two calls without id and index",
    pieces: [piece({ function: named("write_file", TEXT) }), piece({ function: named("finish", {}) })],
    document: whole({
      tool_calls: [{ function: named("write_file", TEXT) }, { function: named("finish", {}) }],
    }),
    meant: twice,
  },
  {
    name: "a call in the older form",
    pieces: [
      chunk({ function_call: { name: "write_file", arguments: "" } }),
      chunk({ function_call: { arguments: TEXT } }),
    ],
    document: whole({ function_call: named("write_file", TEXT) }),
    meant: writes,
  },
  {
    name: "a call among the blocks",
    pieces: [chunk({ content: [{ type: "tool_use", id: "a", name: "write_file", input: WRITE }] })],
    document: whole({ content: [{ type: "tool_use", id: "a", name: "write_file", input: WRITE }] }),
    meant: writes,
  },
  {
    name: "arguments that begin with an empty object",
    pieces: [
      piece({ index: 0, id: "a", function: named("write_file", "{}") }),
      piece({ index: 0, function: { arguments: TEXT.slice(0, 9) } }),
      piece({ index: 0, function: { arguments: TEXT.slice(9) } }),
    ],
    meant: writes,
  },
  {
    name: "arguments in pieces, and whole at the end",
    pieces: [
      piece({ index: 0, id: "a", function: named("write_file", TEXT.slice(0, 9)) }),
      piece({ index: 0, function: { arguments: TEXT.slice(9) } }),
      piece({ index: 0, id: "a", function: named("write_file", TEXT) }),
    ],
    meant: writes,
  },
  {
    name: "arguments that grow with each piece",
    pieces: [5, 20, TEXT.length].map((length) =>
      piece({ index: 0, id: "a", function: named("write_file", TEXT.slice(0, length)) }),
    ),
    meant: writes,
  },
  ...[
    `<tool_call>\n${JSON.stringify(named("write_file", WRITE))}\n</tool_call>`,
    `<tool_call>${JSON.stringify(named("write_file", WRITE))}`,
    "<tool_call>\n<function=write_file>\n<parameter=path>\na.txt\n</parameter>\n<parameter=content>\né\n\n</parameter>\n</function>\n</tool_call>",
    `[TOOL_CALLS]${JSON.stringify([named("write_file", WRITE)])}`,
    `[TOOL_CALLS]write_file[ARGS]${TEXT}`,
  ].map((content) => ({
    name: `a call that the text holds: ${content.slice(0, 24)} (${content.length})`,
    pieces: [chunk({ content: content.slice(0, 15) }), chunk({ content: content.slice(15) })],
    document: whole({ content }),
    meant: writes,
  })),
  ...[
    `Such a block is a call:\n\n\`\`\`\n<tool_call>${TEXT}</tool_call>\n\`\`\``,
    `<tool_call>${JSON.stringify(named("unknown_tool", WRITE))}</tool_call>`,
    "In a line, <function=write_file></function> is none.",
  ].map((text) => ({
    name: `a text that speaks of calls: ${text.slice(0, 24)}`,
    pieces: [chunk({ content: text })],
    meant: says(text),
  })),
  {
    name: "a name that comes in pieces",
    pieces: [
      piece({ index: 0, id: "a", function: { name: "write_" } }),
      piece({ index: 0, function: { name: "file", arguments: "" } }),
      piece({ index: 0, function: { arguments: TEXT } }),
    ],
    meant: writes,
  },
];

export const OPENAI_ENDS: readonly End[] = [
  { name: "reason, count and [DONE]", events: [chunk({}, "stop"), usage, "[DONE]"], close: "end" },
  { name: "reason alone", events: [chunk({}, "stop")], close: "end" },
  { name: "[DONE] alone", events: ["[DONE]"], close: "end" },
  { name: "[DONE] in quotes", events: ['"[DONE]"'], close: "end" },
  { name: "a reason that is none", events: [chunk({}, "null"), "[DONE]"], close: "end" },
  { name: "the count alone", events: [usage], close: "end" },
  { name: "reason, and the connection breaks", events: [chunk({}, "stop")], close: "cut" },
  { name: "reason, and the connection stays", events: [chunk({}, "stop")], close: "hang" },
  { name: "[DONE], and the connection stays", events: ["[DONE]"], close: "hang" },
  {
    name: "reason, and an error after it",
    events: [chunk({}, "stop"), { error: { message: "no count" } }],
    close: "end",
  },
  {
    name: "the count, and an error after it",
    events: [usage, { error: { message: "stream closed" } }],
    close: "end",
  },
  { name: "whole calls, and nothing more", events: [], close: "end", callsOnly: true },
];

const said = (parts: readonly object[], finishReason?: string, rest: object = {}) => ({
  candidates: [{ index: 0, content: { role: "model", parts }, ...(finishReason ? { finishReason } : {}) }],
  modelVersion: "house",
  ...rest,
});
const counted = { usageMetadata: { promptTokenCount: 30, candidatesTokenCount: 9 } };
const functionCall = { name: "write_file", args: WRITE };

export const GEMINI_SHAPES: readonly Shape[] = [
  {
    name: "a text",
    pieces: [said([{ text: "Gut" }]), said([{ text: "en Tag ✓" }])],
    meant: says("Guten Tag ✓"),
  },
  {
    name: "thoughts as parts",
    pieces: [said([{ text: THOUGHT, thought: true }]), said([{ text: "Hello" }])],
    meant: says("Hello"),
  },
  {
    name: "thoughts between tags",
    pieces: [said([{ text: `<think>${THOUGHT}</think>` }]), said([{ text: "Hello" }])],
    meant: says("Hello"),
  },
  { name: "a call", pieces: [said([{ functionCall }])], meant: writes },
  {
    name: "a call under the names of the protocol",
    pieces: [
      { candidates: [{ content: { parts: [{ function_call: functionCall }] } }], model_version: "house" },
      {
        candidates: [{ content: { parts: [] }, finish_reason: "STOP" }],
        usage_metadata: { prompt_token_count: 9 },
      },
    ],
    meant: writes,
  },
  {
    name: "two calls under one id",
    pieces: [
      said([
        { functionCall: { id: "x", ...functionCall } },
        { functionCall: { id: "x", name: "finish", args: {} } },
      ]),
    ],
    meant: twice,
  },
  {
    name: "a call without arguments",
    pieces: [said([{ functionCall: { name: "finish" } }])],
    meant: { text: "", calls: [["finish", {}]] },
  },
];

export const GEMINI_ENDS: readonly End[] = [
  { name: "reason and count", events: [said([], "STOP", counted)], close: "end" },
  { name: "reason alone", events: [said([], "STOP")], close: "end" },
  { name: "[DONE] alone", events: ["[DONE]"], close: "end" },
  { name: "the count alone", events: [counted], close: "end" },
  { name: "reason, and the connection breaks", events: [said([], "STOP")], close: "cut" },
  { name: "reason, and the connection stays", events: [said([], "STOP")], close: "hang" },
  { name: "whole calls, and nothing more", events: [], close: "end", callsOnly: true },
];

/** How the bytes travel, and what the label says they are. */
export interface Carriage {
  readonly name: string;
  readonly label: string | null;
  readonly bytes: (events: readonly unknown[]) => string;
  readonly pace?: "bytes";
}

const sse = (events: readonly unknown[]) =>
  events.map((data) => `data: ${typeof data === "string" ? data : JSON.stringify(data)}\n\n`).join("");
const plain = (events: readonly unknown[]) => events.filter((event) => event !== "[DONE]");

export const STREAMS: readonly Carriage[] = [
  { name: "a stream", label: "text/event-stream", bytes: sse },
  { name: "a stream called JSON", label: "application/json", bytes: sse },
  {
    name: "a stream with comments and other line ends, byte by byte",
    label: "text/event-stream; charset=utf-8",
    bytes: (events) => `: hello\r\n\r\n${sse(events).replaceAll("\n", "\r\n")}`,
    pace: "bytes",
  },
  {
    name: "a stream that tells of its queue",
    label: "text/event-stream",
    bytes: (events) =>
      `event: heartbeat\ndata: {"message":"Waiting","position":3}\n\ndata: {}\n\ndata: ping\n\n${sse(events)}`,
  },
  {
    name: "a stream without empty lines",
    label: null,
    bytes: (events) => sse(events).replaceAll("\n\n", "\n"),
  },
];

/** Of one document, or of all pieces with their end. */
export const DOCUMENTS: readonly Carriage[] = [
  { name: "one document", label: "application/json", bytes: ([one]) => JSON.stringify(one) },
  {
    name: "one document called a stream",
    label: "text/event-stream",
    bytes: ([one]) => JSON.stringify(one, null, 2),
  },
  {
    name: "one document called a page, after empty lines",
    label: "text/html",
    bytes: ([one]) => `\n \n${JSON.stringify(one)}\n`,
  },
  {
    name: "one document as an event",
    label: "text/event-stream",
    bytes: ([one]) => `${sse([one])}data: [DONE]\n\n`,
  },
];

export const LISTS: readonly Carriage[] = [
  { name: "a list", label: "application/json", bytes: (events) => JSON.stringify(plain(events)) },
  {
    name: "a list called a stream",
    label: "text/event-stream",
    bytes: (events) => JSON.stringify(plain(events), null, 1),
  },
  {
    name: "lines of JSON",
    label: "application/x-ndjson",
    bytes: (events) =>
      plain(events)
        .map((one) => `${JSON.stringify(one)}\n`)
        .join(""),
  },
];

/** Sends a body the way that a carriage and a close say. */
export async function send(
  response: ServerResponse,
  { label, pace }: Pick<Carriage, "label" | "pace">,
  body: string,
  close: End["close"] = "end",
): Promise<void> {
  response.writeHead(200, label === null ? {} : { "content-type": label });
  response.flushHeaders();
  const bytes = Buffer.from(body);
  // Pieces of seven bytes cut characters and fields anywhere.
  const step = pace === "bytes" ? 7 : Math.max(1, bytes.length);
  for (let at = 0; at < bytes.length; at += step) {
    await new Promise((resolve) => response.write(bytes.subarray(at, at + step), resolve));
  }
  if (close === "end") response.end();
  if (close === "cut") {
    await sleep(30);
    response.socket?.destroy();
  }
}
