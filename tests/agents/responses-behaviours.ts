// Which answers do servers of OpenAI's Responses API send, in which shapes, and how do they end? As wire-behaviours.ts has
// them for chat completions.

import type { End, Shape } from "./wire-behaviours.ts";

const WRITE = { path: "a.txt", content: "é\n" };
const TEXT = JSON.stringify(WRITE);
const THOUGHT = '{"verdict":"approve"}';
const writes: Shape["meant"] = { text: "", calls: [["write_file", WRITE]] };
const twice: Shape["meant"] = {
  text: "",
  calls: [
    ["write_file", WRITE],
    ["finish", {}],
  ],
};

type Item = { readonly type: string; readonly [name: string]: unknown };

export const message = (text: string, rest = {}): Item => ({
  type: "message",
  id: "msg_1",
  role: "assistant",
  status: "completed",
  content: [{ type: "output_text", text, annotations: [] }],
  ...rest,
});
export const call = (name: string, given: unknown, rest = {}): Item => ({
  type: "function_call",
  id: `fc_${name}`,
  call_id: `call_${name}`,
  name,
  arguments: given,
  status: "completed",
  ...rest,
});
export const reasoning = (rest = {}): Item => ({
  type: "reasoning",
  id: "rs_1",
  summary: [{ type: "summary_text", text: THOUGHT }],
  encrypted_content: "c2VjcmV0",
  ...rest,
});

const at = (index: number, fields: object) => ({ ...fields, output_index: index });
const begins = (index: number, item: Item) => at(index, { type: "response.output_item.added", item });
export const ends = (index: number, item: Item) => at(index, { type: "response.output_item.done", item });
export const says = (delta: string, index = 0, id = "msg_1") =>
  at(index, { type: "response.output_text.delta", item_id: id, content_index: 0, delta });
const gives = (delta: string, index = 0, id = "fc_write_file") =>
  at(index, { type: "response.function_call_arguments.delta", item_id: id, delta });
const thinks = (delta: string, kind = "reasoning_summary_text") =>
  at(0, { type: `response.${kind}.delta`, item_id: "rs_1", delta });

/** All of an item, as OpenAI streams it. */
const streamed = (index: number, item: Item, pieces: readonly unknown[]) => [
  begins(index, { ...item, status: "in_progress", content: [], arguments: "", summary: [] }),
  ...pieces,
  ends(index, item),
];

export function response(output: readonly Item[], rest: object = {}): object {
  return {
    object: "response",
    id: "resp_1",
    model: "house",
    status: "completed",
    error: null,
    incomplete_details: null,
    // All that was asked comes back, whatever it says.
    instructions: '{"error": {"code": 401, "message": "invalid api key"}}',
    output,
    usage: {
      input_tokens: 30,
      input_tokens_details: { cached_tokens: 20 },
      output_tokens: 9,
      output_tokens_details: { reasoning_tokens: 4 },
      total_tokens: 39,
    },
    ...rest,
  };
}

const created = { type: "response.created", response: response([], { status: "in_progress", usage: null }) };
const text = message("Guten Tag ✓");
const write = call("write_file", TEXT);
const finish = call("finish", "{}");
const hello = message("Hello");
const meansHello: Shape["meant"] = { text: "Hello", calls: [] };
const pieces = TEXT.match(/.{1,9}/g)!.map((one) => gives(one));

export const RESPONSES_SHAPES: readonly Shape[] = [
  {
    name: "a text",
    pieces: [
      created,
      begins(0, message("", { content: [] })),
      { type: "response.content_part.added", output_index: 0, part: { type: "output_text", text: "" } },
      says("Gut"),
      says("en Tag ✓"),
      { type: "response.output_text.done", output_index: 0, item_id: "msg_1", text: "Guten Tag ✓" },
      ends(0, text),
    ],
    document: response([text]),
    meant: { text: "Guten Tag ✓", calls: [] },
  },
  {
    name: "a text in pieces alone",
    pieces: [says("Gut"), says("en Tag ✓")],
    meant: { text: "Guten Tag ✓", calls: [] },
  },
  {
    name: "a text whose item is told when it is whole, and not before",
    pieces: [ends(0, text)],
    meant: { text: "Guten Tag ✓", calls: [] },
  },
  {
    name: "a text that looks like a refusal",
    pieces: [
      created,
      says('{"status": 404, "error": "no"}'),
      ends(0, message('{"status": 404, "error": "no"}')),
    ],
    document: response([message('{"status": 404, "error": "no"}')]),
    meant: { text: '{"status": 404, "error": "no"}', calls: [] },
  },
  {
    name: "thoughts and a text",
    pieces: [
      ...streamed(0, reasoning(), [thinks(THOUGHT)]),
      ...streamed(1, hello, [says("He", 1), says("llo", 1)]),
    ],
    document: response([reasoning(), hello]),
    meant: meansHello,
  },
  {
    name: "thoughts in the open",
    pieces: [
      thinks(THOUGHT, "reasoning_text"),
      ends(0, reasoning({ encrypted_content: null, content: [{ type: "reasoning_text", text: THOUGHT }] })),
      ends(1, hello),
    ],
    document: response([reasoning({ content: [{ type: "reasoning_text", text: THOUGHT }] }), hello]),
    meant: meansHello,
  },
  {
    name: "thoughts between tags",
    pieces: [says("<thi"), says(`nk>\n${THOUGHT}\n</think>\n\nHello`)],
    document: response([message(`<think>${THOUGHT}</think>Hello`)]),
    meant: meansHello,
  },
  {
    name: "two messages",
    pieces: [ends(0, message("Hel")), ends(1, message("lo", { id: "msg_2", phase: "final_answer" }))],
    document: response([message("Hel"), message("lo", { id: "msg_2" })]),
    meant: meansHello,
  },
  {
    name: "a call in pieces",
    pieces: streamed(0, write, pieces),
    document: response([write]),
    meant: writes,
  },
  {
    name: "a call whose end leaves out what came",
    pieces: streamed(0, write, pieces).with(-1, ends(0, call("write_file", ""))),
    meant: writes,
  },
  {
    name: "arguments that are an object",
    pieces: [ends(0, call("write_file", WRITE))],
    document: response([call("write_file", WRITE)]),
    meant: writes,
  },
  {
    name: "a call that is told at the end alone",
    pieces: [created, { type: "response.completed", response: response([write]) }],
    meant: writes,
  },
  {
    name: "a text that breaks off in pieces and is whole at the end",
    pieces: [says("Hel"), { type: "response.completed", response: response([hello]) }],
    meant: meansHello,
  },
  {
    name: "another id with every event",
    pieces: [
      begins(0, { ...write, id: "x1", arguments: "" }),
      ...TEXT.match(/.{1,9}/g)!.map((one, nth) => gives(one, 0, `y${nth}`)),
      ends(0, { ...write, id: "z1" }),
    ],
    meant: writes,
  },
  {
    name: "two calls that come side by side",
    pieces: [
      begins(0, { ...write, arguments: "" }),
      begins(1, { ...finish, arguments: "" }),
      gives("{}", 1, "fc_finish"),
      ...pieces,
      ends(1, finish),
      ends(0, write),
    ],
    document: response([write, finish]),
    meant: twice,
  },
  {
    name: "two calls at one place",
    pieces: [...streamed(0, write, pieces), ...streamed(0, finish, [gives("{}", 0, "fc_finish")])],
    meant: twice,
  },
  {
    name: "two calls under one id",
    pieces: [
      ...streamed(0, { ...write, id: "fc", call_id: "call" }, [gives(TEXT, 0, "fc")]),
      ...streamed(1, { ...finish, id: "fc", call_id: "call" }, [gives("{}", 1, "fc")]),
    ],
    document: response([
      { ...write, id: "fc", call_id: "call" },
      { ...finish, id: "fc", call_id: "call" },
    ]),
    meant: twice,
  },
  {
    name: "calls without an id",
    pieces: [
      ends(0, { type: "function_call", name: "write_file", arguments: TEXT }),
      ends(1, { type: "function_call", name: "finish", arguments: "{}" }),
    ],
    document: response([
      { type: "function_call", name: "write_file", arguments: TEXT },
      { type: "function_call", name: "finish", arguments: "{}" },
    ]),
    meant: twice,
  },
];

const completed = (rest = {}) => ({ type: "response.completed", response: response([], rest) });

export const RESPONSES_ENDS: readonly End[] = [
  { name: "the response", events: [completed()], close: "end" },
  { name: "the response and [DONE]", events: [completed(), "[DONE]"], close: "end" },
  { name: "the response without a count", events: [completed({ usage: null })], close: "end" },
  { name: "the response without a status", events: [completed({ status: undefined })], close: "end" },
  { name: "[DONE] alone", events: ["[DONE]"], close: "end" },
  { name: "the response, and the connection breaks", events: [completed()], close: "cut" },
  { name: "the response, and the connection stays", events: [completed()], close: "hang" },
  {
    name: "the response, and an error after it",
    events: [completed(), { type: "error", code: "server_error", message: "no more" }],
    close: "end",
  },
  { name: "whole calls, and nothing more", events: [], close: "end", callsOnly: true },
];
