// Is a program that gets nowhere told from one that works, by what its events say? In the words of each program.

import { describe, expect, it } from "vitest";
import type { Preset } from "../../src/agents/presets/preset.ts";
import { PRESETS, presetOf } from "../../src/agents/presets/preset-names.ts";
import { ProgramWatch } from "../../src/agents/program-watch.ts";
import type { Failure } from "../../src/model/failure.ts";

/** One use of a tool, as each program tells of it: a turn of its own. */
type Use = (at: number, tool: string, input: object, answer: string) => readonly object[];

const USES = {
  opencode: (at, tool, input, output) => [
    { type: "step_start", part: { type: "step-start", messageID: `msg_${at}` } },
    {
      type: "tool_use",
      part: { tool, callID: `call_${at}`, state: { status: "completed", input, output, time: { end: at } } },
    },
    { type: "step_finish", part: { reason: "tool-calls", cost: 0.1, tokens: {} } },
  ],
  claude: (at, name, input, content) => [
    message(at, { type: "text", text: "Let me see." }),
    message(at, { type: "tool_use", id: `toolu_${at}`, name, input }),
    {
      type: "user",
      message: { role: "user", content: [{ type: "tool_result", tool_use_id: `toolu_${at}`, content }] },
    },
  ],
  codex: (at, tool, input, text) => {
    const item = { id: `item_${at}`, type: "mcp_tool_call", server: "files", tool, arguments: input };
    return [
      { type: "item.started", item: { ...item, status: "in_progress" } },
      { type: "item.completed", item: { ...item, result: { content: [{ text }] }, error: null } },
    ];
  },
  gemini: (at, tool_name, parameters, output) => [
    { type: "message", role: "assistant", content: "Let me ", delta: true },
    { type: "message", role: "assistant", content: "see.", delta: true },
    { type: "tool_use", timestamp: `${at}`, tool_name, tool_id: `call_${at}`, parameters },
    { type: "tool_result", timestamp: `${at}`, tool_id: `call_${at}`, status: "success", output },
  ],
} satisfies Readonly<Record<string, Use>>;

function message(id: number, block: object, helper: string | null = null): object {
  const usage = { input_tokens: 10, output_tokens: 1 };
  return {
    type: "assistant",
    message: { id: `msg_${id}`, content: [block], usage },
    parent_tool_use_id: helper,
  };
}

type Known = keyof typeof USES;

const KNOWN = Object.keys(USES) as Known[];
const LOADED = Object.fromEntries(
  await Promise.all(KNOWN.map(async (name) => [name, await presetOf(name)] as const)),
) as Readonly<Record<Known, Preset>>;

it("is tried with every program that is known", () => {
  expect(KNOWN).toEqual(Object.keys(PRESETS));
});

/** How far it came, in uses of a tool, and why it was ended there; null where it never was. */
function ended(preset: Known, uses: readonly (readonly object[])[], maxTurns: number | null = null) {
  const watch = new ProgramWatch(maxTurns, (text) => text.replaceAll("s3cret", "***"));
  for (const [at, events] of uses.entries()) {
    for (const event of events) {
      const failure = watch.seen(LOADED[preset].turnEvents(event));
      if (failure !== null) return { after: at + 1, failure };
    }
  }
  return null;
}

const times = <T>(count: number, make: (at: number) => T): T[] =>
  Array.from({ length: count }, (_, at) => make(at));
const loop = (tool: string, fields: Partial<Extract<Failure, { reason: "agent-loop" }>>) => ({
  reason: "agent-loop",
  tool,
  ...fields,
});

describe.each(Object.entries(USES) as [Known, Use][])("A program of preset %s", (preset, use) => {
  const tool = preset === "codex" ? "files.read" : "read";

  it("is ended at the fourth equal call with an equal answer", () => {
    const same = times(10, (at) => use(at, "read", { path: "a.ts", key: "s3cret" }, "text"));
    expect(ended(preset, same)).toEqual({
      after: 4,
      failure: loop(tool, { times: 4, call: '{"path":"a.ts","key":"***"}' }),
    });
  });

  it("is ended when two calls take turns, however their fields are ordered", () => {
    const turns = times(10, (at) =>
      use(
        at,
        "read",
        at % 2 === 0 ? { a: 1, b: [at % 4] } : at % 4 === 1 ? { x: 1, y: 2 } : { y: 2, x: 1 },
        "",
      ),
    );
    const pair = times(10, (at) =>
      use(at, "read", at % 2 === 0 ? { a: 1 } : at % 4 === 1 ? { x: 1, y: 2 } : { y: 2, x: 1 }, ""),
    );
    expect(ended(preset, turns)).toBeNull();
    expect(ended(preset, pair)).toMatchObject({
      after: 6,
      failure: loop(`${tool}, ${tool}`, { times: 3, how: "alternating" }),
    });
  });

  it("may ask the same again while the answer changes", () => {
    expect(
      ended(
        preset,
        times(40, (at) => use(at, "poll", { job: 1 }, `${at} of 40 done`)),
      ),
    ).toBeNull();
  });

  it("is ended after twelve turns in which answers differed in their times alone", () => {
    const at = (n: number) =>
      use(n, "poll", { job: 1 }, `2026-11-22T10:00:${10 + n}Z waiting, ${n}.5s so far`);
    // The first turn brought news; the twelve after it are over when the next begins.
    expect(ended(preset, times(40, at))).toMatchObject({
      after: 14,
      failure: { reason: "agent-loop", times: 12, how: "idle" },
    });
  });

  it("may work for as long as every turn brings something new", () => {
    const work = times(60, (at) =>
      at % 2 === 0 ? use(at, "edit", { path: "a.ts", to: `${at}` }, "ok") : use(at, "test", {}, "1 failed"),
    );
    expect(ended(preset, work)).toBeNull();
  });

  it("is ended when it begins one turn more than it may take", () => {
    const work = times(9, (at) => use(at, "read", { at }, "text"));
    expect(ended(preset, work, 9)).toBeNull();
    expect(ended(preset, work, 5)).toEqual({ after: 6, failure: { reason: "agent-turns", turns: 5 } });
  });
});

describe("What a program tells of", () => {
  it("may be half: codex does not say what it changed in a file", () => {
    const item = { type: "file_change", changes: [{ path: "a.ts", kind: "update" }], status: "completed" };
    const edits = times(40, (at) => [{ type: "item.completed", item: { ...item, id: `${at}` } }]);
    expect(ended("codex", edits)).toBeNull();
    const shell = { type: "command_execution", command: "npm test", aggregated_output: "no", exit_code: 1 };
    const runs = times(40, (at) => [{ type: "item.completed", item: { ...shell, id: `${at}` } }]);
    expect(ended("codex", runs)).toEqual({
      after: 4,
      failure: loop("shell", { times: 4, call: "npm test" }),
    });
  });

  it("may be the same of several helpers side by side, which is no circle; one of them alone can go in one", () => {
    const of = (helper: string) => (at: number) => [
      message(at, { type: "tool_use", id: `${helper}${at}`, name: "Read", input: {} }, helper),
      {
        type: "user",
        message: { content: [{ type: "tool_result", tool_use_id: `${helper}${at}`, content: "text" }] },
        parent_tool_use_id: helper,
      },
    ];
    const helpers = ["a", "b", "c", "d", "e"];
    const abreast = times(3, (at) => helpers.flatMap((helper) => of(helper)(at)));
    expect(ended("claude", abreast, 1)).toBeNull();
    expect(ended("claude", times(9, of("a")))).toEqual({
      after: 4,
      failure: loop("Read", { times: 4, call: "{}" }),
    });
  });

  it("is refused calls that teach nothing, whatever they asked", () => {
    const refused = times(40, (at) => [
      { type: "step_start", part: { messageID: `${at}` } },
      {
        type: "tool_use",
        part: { tool: "bash", callID: `${at}`, state: { status: "error", input: { at }, error: "denied" } },
      },
    ]);
    expect(ended("opencode", refused)).toMatchObject({ after: 13, failure: { how: "idle", times: 12 } });
  });

  it.each(KNOWN)("%s may be of no shape that we know", (preset) => {
    const odd = [
      null,
      1,
      "text",
      [],
      {},
      { type: "tool_use" },
      { type: "user", message: { content: "text" } },
    ];
    for (const event of odd) expect(LOADED[preset].turnEvents(event)).toEqual([]);
  });
});
