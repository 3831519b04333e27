// What is understood of the events of each program? The streams are what the real ones said, cut to what is read.

import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { expect, test } from "vitest";
import { NO_OUTPUT, type ProgramOutput } from "../../../src/agents/presets/preset.ts";
import { PRESETS, presetOf } from "../../../src/agents/presets/preset-names.ts";

const FOLDER = join(import.meta.dirname, "streams");

async function told(stream: string): Promise<ProgramOutput> {
  const preset = await presetOf(stream.split("-")[0] as string);
  const lines = readFileSync(join(FOLDER, `${stream}.jsonl`), "utf8")
    .trim()
    .split("\n");
  return lines.reduce<ProgramOutput>((before, line) => preset.read(before, JSON.parse(line)), NO_OUTPUT);
}

const EXPECTED: Readonly<Record<string, Partial<ProgramOutput>>> = {
  "opencode-done": {
    calls: 2,
    tokens: { in: 2340, out: 77, cached: 200 },
    usd: 0.00224,
    text: "All done.",
    done: true,
  },
  "opencode-refused": {
    calls: 1,
    refused: ["write: The user rejected permission to use this specific tool call."],
    done: false,
  },
  "opencode-free": { calls: 1, usd: null, text: "Hello.", done: true },
  "opencode-error": { calls: 0, error: { status: 401, message: "APIError: bad key" }, done: false },
  "claude-done": {
    calls: 2,
    tokens: { in: 2600, out: 70, cached: 400 },
    usd: 0.0123,
    text: "All done.",
    models: ["claude-sonnet-4-5"],
    done: true,
  },
  "claude-cut": { calls: 1, tokens: { in: 1000, out: 50, cached: 0 }, usd: null, done: false },
  "claude-denied": { refused: ["Write: permission denied"], done: true },
  "claude-error": { error: { status: 401, message: "Failed to authenticate" }, usd: 0, done: false },
  "codex-done": {
    calls: 1,
    tokens: { in: 2100, out: 70, cached: 300 },
    usd: null,
    text: "All done.",
    error: null,
    done: true,
  },
  "codex-error": {
    error: { status: 401, message: "unexpected status 401 Unauthorized: bad key" },
    done: false,
  },
  "gemini-done": {
    calls: 1,
    tokens: { in: 2100, out: 90, cached: 100 },
    usd: null,
    text: "All done.",
    models: ["gemini-2.5-flash"],
    done: true,
  },
  "gemini-error": { error: { status: 401, message: expect.stringContaining("bad key") }, done: false },
};

test.each(Object.entries(EXPECTED))("%s is understood", async (stream, expected) => {
  expect(await told(stream)).toMatchObject(expected);
});

test("a message that claude tells in pieces is paid for once", async () => {
  const usage = { input_tokens: 10, output_tokens: 1 };
  const piece = (id: string, block: object) => ({
    type: "assistant",
    message: { id, content: [block], usage },
  });
  const pieces = [
    piece("msg_1", { type: "text", text: "Let me see." }),
    piece("msg_1", { type: "tool_use", id: "a", name: "Read", input: {} }),
    piece("msg_2", { type: "text", text: "Seen." }),
  ];
  const { calls, text, tokens } = pieces.reduce((await presetOf("claude")).read, NO_OUTPUT);
  expect({ calls, text, tokens }).toEqual({
    calls: 2,
    text: "Seen.",
    tokens: { in: 20, out: 2, cached: 0 },
  });
});

test("every stream is read by a test", () => {
  const streams = readdirSync(FOLDER).map((name) => basename(name, ".jsonl"));
  expect(streams.sort()).toEqual(Object.keys(EXPECTED).sort());
});

test.each(Object.keys(PRESETS))("%s may say what is no event of ours", async (name) => {
  const { read } = await presetOf(name);
  for (const event of [null, 1, "text", [], {}, { type: "step_finish" }, { type: "result" }, { type: 7 }]) {
    expect(read(NO_OUTPUT, event)).toBe(NO_OUTPUT);
  }
});
