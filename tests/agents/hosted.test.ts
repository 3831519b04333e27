// Does a hosted agent keep the contract of agents, and how does a session with it go?

import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import type { Agent, AskModel } from "../../src/agents/agent-port.ts";
import { failed, success } from "../../src/model/result.ts";
import { change, taskOf } from "../gates/nouns.ts";
import { assignmentOf, describeAgent } from "./contract.ts";
import { snapshotOf } from "./memory-snapshot.ts";
import { answerTo, callsOf, draft, heard, hostedOf, type Line, script } from "./scripted-model.ts";

const MADE = ["write_file", { path: "made.txt", content: "made\n" }] as const;

/** The agent with a model of its own behind it. */
function withModel(askFor: () => AskModel): Agent {
  const agent = hostedOf();
  return {
    ...agent,
    draft: (assignment) =>
      agent.draft({ ...assignment, task: taskOf({ filesHint: ["made.txt"] }), ask: askFor() }),
  };
}

describeAgent("A hosted model", {
  working: () => withModel(() => script([MADE], [["finish"]]).ask),
  failing: () => withModel(() => script({ end: "filtered" }).ask),
  hanging: (started) => {
    const agent = hostedOf();
    const hangs =
      (signal: AbortSignal): AskModel =>
      () =>
        new Promise((resolve) => {
          signal.addEventListener("abort", () => resolve(failed({ reason: "cancelled" })));
          started();
        });
    return { ...agent, draft: (given) => agent.draft({ ...given, ask: hangs(given.signal) }) };
  },
});

describe("A hosted agent", () => {
  it("hands in what it wrote, with what it read and what it cost", async () => {
    const { result, usage } = await draft(
      [
        [["read_file", { path: "a.ts" }]],
        [["edit_file", { path: "a.ts", old: "one", new: "two" }], MADE],
        [["finish", { summary: "Both are done." }]],
      ],
      { snapshot: snapshotOf({ "a.ts": "one\n" }) },
    );
    expect(result).toEqual(
      success({
        changes: [change("a.ts", "two\n"), change("made.txt", "made\n")].map((each) => ({
          ...each,
          content: new Uint8Array(each.content!),
        })),
        reads: [{ kind: "file", subject: "a.ts", digest: expect.any(String) }],
        question: null,
        notes: "Both are done.",
      }),
    );
    expect(usage).toEqual({ calls: 3, tokens: { in: 30, out: 6, cached: 3 }, usd: 0.03 });
  });

  it("is told the task, the tools and its own conversation, and nothing else", async () => {
    const { requests, assignment } = await draft([[MADE], [["finish"]]], {
      gates: [{ id: "test", told: "`npm test`" }],
    });
    const [first, second] = requests;
    expect(first?.tools.find(({ name }) => name === "run_gate")).toMatchObject({
      description: expect.stringContaining("test: `npm test`"),
      parameters: { properties: { gate: { enum: ["test"] } } },
    });
    expect(first?.messages).toEqual([{ role: "user", text: assignment.text }]);
    expect(first?.tools.map(({ name }) => name)).toEqual([
      "list_files",
      "read_file",
      "search",
      "write_file",
      "edit_file",
      "delete_file",
      "run_gate",
      "ask",
      "finish",
    ]);
    expect(second?.messages.slice(1)).toEqual([
      { role: "model", text: "", toolCalls: callsOf([MADE]), verbatim: null },
      {
        role: "tools",
        answers: [{ id: "call-1-0", name: "write_file", text: "Wrote made.txt, 5 bytes." }],
      },
    ]);
  });

  it("describes its tools in small, strict schemas", async () => {
    const { requests } = await draft([[["finish"]]]);
    expect(requests[0]?.tools[1]).toEqual({
      name: "read_file",
      description: "Read a file, or its lines from..to (from 1).",
      parameters: {
        type: "object",
        properties: {
          path: { type: "string" },
          from: { type: "integer", minimum: 1 },
          to: { type: "integer", minimum: 1 },
        },
        required: ["path"],
        additionalProperties: false,
      },
    });
    expect(JSON.stringify(requests[0]?.tools).length).toBeLessThan(2200);
  });

  it("ends with a question, and does nothing after it", async () => {
    const { result } = await draft([
      [MADE, ["ask", { question: "Which?" }], ["delete_file", { path: "made.txt" }]],
    ]);
    expect(result).toMatchObject({
      ok: true,
      value: { question: "Which?", changes: [{ path: "made.txt" }] },
    });
  });

  it("takes silence after writing as the end, and nudges once where nothing is written", async () => {
    const written = await draft([[MADE], "All done."]);
    expect(written.result).toMatchObject({ ok: true, value: { notes: "All done." } });
    const idle = await draft(["I would write it.", "Really."]);
    expect(idle.result).toMatchObject({ ok: true, value: { changes: [], notes: "Really." } });
    expect(idle.requests[1]?.messages.at(-1)).toEqual({
      role: "user",
      text: "Do the task with the tools, then call finish.",
    });
  });

  it("does not finish in the same breath as a refused call", async () => {
    const { requests, result } = await draft([
      [["edit_file", { path: "gone.ts", old: "a", new: "b" }], ["finish"]],
      [MADE, ["finish"]],
    ]);
    expect(heard(requests)[0]?.[1]).toBe("Not finished: a call before this one was refused.");
    expect(result).toMatchObject({ ok: true, value: { changes: [{ path: "made.txt" }] } });
  });

  it("runs a gate on what is written so far", async () => {
    const seen: unknown[] = [];
    const { requests } = await draft(
      [[["run_gate", { gate: "lint" }]], [MADE, ["run_gate", { gate: "test" }]], [["finish"]]],
      {
        gates: [{ id: "test", told: "`npm test`" }],
        runGate: async (gate, changes) => {
          seen.push([gate, changes.map(({ path }) => path)]);
          const output = `${"x".repeat(5000)}\nthe end`;
          return success({ gate, passed: false, ms: 1, evidence: "1 failed", output, end: "exited" });
        },
      },
    );
    expect(seen).toEqual([["test", ["made.txt"]]]);
    expect(heard(requests)[0]).toEqual(["Gates: test."]);
    expect(heard(requests)[1]?.[1]).toMatch(/^test failed: 1 failed\nx+\nthe end$/);
    expect(heard(requests)[1]?.[1]?.length).toBeLessThan(2100);
  });

  it("tells of the last turns, and fails after them", async () => {
    const look = (turn: number): Line => [["search", { text: `word ${turn}` }]];
    const { result, requests, usage } = await draft([1, 2, 3, 4, 5].map(look), {}, 5);
    expect(result).toEqual(failed({ reason: "agent-turns", turns: 5 }));
    expect(usage.calls).toBe(5);
    expect(heard(requests).map(([text]) => text?.split("\n")[1])).toEqual([
      undefined,
      "[3 of your turns are left]",
      "[2 of your turns are left]",
      "[1 of your turns is left]",
    ]);
  });

  it("gives up on calls that go in a circle", async () => {
    const loop = async (...lines: readonly Line[]) => {
      const { result, requests } = await draft(lines, {}, 100);
      return { failure: result.ok ? null : result.failure, turns: requests.length };
    };
    const list: Line = [["list_files"]];
    expect(await loop(list)).toEqual({
      failure: { reason: "agent-loop", tool: "list_files", times: 4, call: "{}" },
      turns: 4,
    });
    const absent: Line = [["read_file", { path: "a" }]];
    expect(await loop(list, absent, list, absent, list, absent)).toEqual({
      failure: {
        reason: "agent-loop",
        tool: "list_files, read_file",
        times: 3,
        how: "alternating",
        call: '{"path":"a"}',
      },
      turns: 6,
    });
    const vain = Array.from(
      { length: 50 },
      (_, turn): Line => [["read_file", { path: `/absolute/${turn}` }]],
    );
    expect(await loop(...vain)).toEqual({
      failure: {
        reason: "agent-loop",
        tool: "read_file",
        times: 12,
        how: "idle",
        call: '{"path":"/absolute/11"}',
      },
      turns: 12,
    });
  });

  it("tells of malformed calls, and gives up after three in a row", async () => {
    const { result, requests } = await draft(
      [1, 2, 3, 4].map((turn): Line => [["write_file", `{"path": "a.ts", "content": ${turn}}`]]),
    );
    expect(heard(requests)[0]?.[0]).toMatch(/^The arguments of write_file do not fit: content: .*string/);
    expect(result).toMatchObject({
      ok: false,
      failure: {
        reason: "agent-answer",
        role: "implementer",
        detail: expect.stringContaining("4 calls in a row"),
      },
    });
  });

  it("asks for smaller pieces where a call was cut off, twice in a row", async () => {
    const cut = {
      end: "length",
      toolCalls: callsOf([["write_file", '{"path": "a.ts", "content": "long']]),
    } as const;
    const mended = await draft([cut, cut, [MADE], [["finish"]]]);
    expect(heard(mended.requests)[1]?.[0]).toMatch(/cut off at the output limit. Write in smaller pieces/);
    expect(mended.result).toMatchObject({ ok: true, value: { changes: [{ path: "made.txt" }] } });
    expect((await draft([cut])).result).toMatchObject({ ok: false, failure: { reason: "agent-answer" } });
  });

  it("ends with the failure of a call, and tells what was paid before", async () => {
    const { ask } = script([MADE]);
    let calls = 0;
    const { result, usage } = await draft([], {
      ask: (request) =>
        calls++ === 0
          ? ask(request)
          : Promise.resolve(failed({ reason: "budget", spent: 1, limit: 1, of: "build", project: null })),
    });
    expect(result).toMatchObject({ ok: false, failure: { reason: "budget" } });
    expect(usage.usd).toBe(0.01);
  });

  it("keeps an unknown price unknown", async () => {
    const { ask } = script([MADE], [["finish"]]);
    let calls = 0;
    const { usage } = await draft([], {
      ask: async (request) => {
        const asked = await ask(request);
        if (!asked.ok || calls++ > 0) return asked;
        return success({ ...asked.value, usage: { ...asked.value.usage, usd: null } });
      },
    });
    expect(usage).toMatchObject({ calls: 2, usd: null });
  });

  it("stops between two calls of one message when it is cancelled", async () => {
    const controller = new AbortController();
    const { result } = await draft([[["run_gate", { gate: "test" }], MADE]], {
      gates: [{ id: "test", told: "`npm test`" }],
      signal: controller.signal,
      runGate: async (gate) => {
        controller.abort();
        return success({ gate, passed: true, ms: 1, evidence: "", output: "", end: "exited" });
      },
    });
    expect(result).toEqual(failed({ reason: "cancelled" }));
  });

  it("logs one line for each turn and call, without secrets", async () => {
    const redact = (text: string) => text.replaceAll("sk-secret", "[redacted]");
    const content = `key = "sk-secret"\n${"x".repeat(500)}`;
    const { assignment, requests, result } = await draft(
      [
        {
          text: "I'll\nwrite it: sk-secret",
          toolCalls: callsOf([["write_file", { path: "a.ts", content }]]),
        },
        "Bye sk-secret",
      ],
      { redact },
    );
    const lines = (await readFile(assignment.log, "utf8")).split("\n");
    expect(lines[0]).toBe("turn 1: 10 in, 2 out: I'll write it: [redacted]");
    expect(lines[1]).toMatch(/^ {2}write_file \{"path":"a.ts",.*\[redacted\].*…: Wrote a.ts, 518 bytes.$/);
    expect(lines.slice(2)).toEqual(["turn 2: 10 in, 2 out: Bye [redacted]", "ended: done", ""]);
    expect(result).toMatchObject({ ok: true, value: { notes: "Bye [redacted]" } });
    expect(requests).toHaveLength(2);
  });

  it("goes on without a log, and says so", async () => {
    const { result } = await draft([[MADE], [["finish", { summary: "Done." }]]], {
      log: "/dev/null/T01.log",
    });
    expect(result).toMatchObject({
      ok: true,
      value: { notes: expect.stringMatching(/^Done\.\nthe log could not be written: /) },
    });
  });

  it("lets no secret of the project reach the model", async () => {
    const redact = (text: string) => text.replaceAll("sk-secret", "[redacted]");
    // The key stands where the answer is cut.
    const long = `${"x".repeat(32 * 1024 - 4)}sk-secret`;
    const snapshot = snapshotOf({ ".env": "KEY=sk-secret\n", "long.txt": long, "sk-secret": "" });
    for (const call of [
      ["read_file", { path: ".env" }],
      ["read_file", { path: "long.txt" }],
      ["search", { text: "KEY" }],
      ["list_files", {}],
    ] as const) {
      const { text } = await answerTo(call, { snapshot, redact });
      expect(text).not.toMatch(/sk-s/);
      expect(text).toContain("[red");
    }
  });

  it("is known by its model, its limits and its tools", () => {
    expect(hostedOf().identity).toEqual({
      id: "coder",
      kind: "openai",
      parameters: { model: "a-model", max_turns: 30, max_output_tokens: null, temperature: null, tools: 1 },
    });
  });
});

describe("The reply of a hosted agent", () => {
  async function reply(lines: readonly Line[], files: Readonly<Record<string, string>> | null = null) {
    const { ask, requests } = script(...lines);
    const { root, scratch, log, redact, spending, signal } = await assignmentOf();
    const ended = await hostedOf().reply({
      role: "qa-planner",
      guide: "qa-planner",
      subject: "products",
      system: "You plan.",
      text: "Plan it.",
      snapshot: files === null ? null : snapshotOf(files),
      dir: null,
      borrows: [],
      ...{ root, ask, scratch, log, redact, spending, signal },
    });
    return { ...ended, requests };
  }

  it("is the text of its last message", async () => {
    const { result, usage, requests } = await reply(["# Plan\n"]);
    expect(result).toEqual(success("# Plan\n"));
    expect(usage.calls).toBe(1);
    expect(requests[0]).toEqual({
      system: "You plan.",
      messages: [{ role: "user", text: "Plan it." }],
      tools: [],
    });
  });

  it("may come after looking into the files, and writes none", async () => {
    const { result, requests } = await reply([[["read_file", { path: "a.ts" }], MADE], "# Plan"], {
      "a.ts": "one\n",
    });
    expect(requests[0]?.tools.map(({ name }) => name)).toEqual(["list_files", "read_file", "search"]);
    expect(heard(requests)[0]).toEqual([
      "one\n",
      'There is no tool "write_file". Tools: list_files, read_file, search.',
    ]);
    expect(result).toEqual(success("# Plan"));
  });

  it("is asked for once more where it is empty or was cut off", async () => {
    expect((await reply(["", "# Plan"])).result).toEqual(success("# Plan"));
    expect((await reply([{ text: "# Pl", end: "length" }, "# Plan"])).result).toEqual(success("# Plan"));
    expect((await reply([""])).result).toMatchObject({
      ok: false,
      failure: { reason: "agent-answer", role: "qa-planner" },
    });
  });
});
