// Is a program that goes on for ever ended, with all that it has started, and with what it cost so far?

import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterEach, expect, test, vi } from "vitest";
import { commandAgent } from "../../src/agents/command.ts";
import type { CommandDeclaration } from "../../src/model/agent-declaration.ts";
import { processTable } from "../../src/platform/process-table.ts";
import { assignmentOf } from "./contract.ts";

afterEach(() => vi.unstubAllEnvs());

/** A program of that name on PATH, which takes turns without an end once its child of its own session is there. */
function endless(name: string, turn: string): string {
  const folder = mkdtempSync(join(tmpdir(), "factory endless "));
  const pids = join(folder, "pids");
  const program = `#!/usr/bin/env node
const { spawn } = require("node:child_process");
const { existsSync, writeFileSync } = require("node:fs");
const child = spawn("sh", ["-c", 'trap "" TERM; touch "$0.ready"; while :; do sleep 1; done', ${JSON.stringify(pids)}], { detached: true });
writeFileSync(${JSON.stringify(pids)}, process.pid + "\\n" + child.pid);
const say = (event) => process.stdout.write(JSON.stringify(event) + "\\n");
const turn = ${turn};
let at = 0;
process.on("SIGTERM", () => {});
setInterval(() => {
  if (existsSync(${JSON.stringify(`${pids}.ready`)})) for (const event of turn(++at)) say(event);
}, 1);
`;
  mkdirSync(join(folder, "bin"));
  writeFileSync(join(folder, "bin", name), program, { mode: 0o755 });
  vi.stubEnv("PATH", `${join(folder, "bin")}${delimiter}${process.env.PATH}`);
  return pids;
}

const OPENCODE = `(at) => [
  { type: "step_start", part: { messageID: "msg_" + at } },
  { type: "tool_use", part: { tool: "bash", callID: "call_" + at, state: { status: "completed", input: INPUT, output: "0 passed" } } },
  { type: "step_finish", part: { reason: "tool-calls", cost: 0.25, tokens: { input: 100, output: 10, reasoning: 0, cache: { read: 0, write: 0 } } } },
]`;

function agentOf(preset: CommandDeclaration["preset"], maxTurns: number | null) {
  return commandAgent({
    id: "coder",
    place: { file: "projects.yaml", line: 1, column: 1 },
    kind: "command",
    run: null,
    preset,
    role: null,
    model: null,
    timeoutMs: 60_000,
    silenceMs: null,
    maxTurns,
    reads: "all",
    env: [],
  });
}

async function nobodyLeft(pids: string): Promise<void> {
  const living = new Set((await processTable()).map((row) => row.pid));
  const started = readFileSync(pids, "utf8").split("\n").map(Number);
  expect(started).toHaveLength(2);
  expect(started.filter((pid) => living.has(pid))).toEqual([]);
}

test("a program that repeats itself is ended with what it started, and what it cost so far is kept", async () => {
  const pids = endless("opencode", OPENCODE.replace("INPUT", '{ command: "npm test" }'));
  const heard: number[] = [];
  const assignment = await assignmentOf({ spending: ({ usd }) => heard.push(usd ?? Number.NaN) });
  const { result, usage } = await agentOf("opencode", null).draft(assignment);
  expect(result).toEqual({
    ok: false,
    failure: { reason: "agent-loop", tool: "bash", times: 4, call: '{"command":"npm test"}' },
  });
  // The fourth turn was cut off, or more were on their way when it was ended.
  expect(usage.calls).toBeGreaterThanOrEqual(3);
  expect(usage.usd).toBe(usage.calls * 0.25);
  expect(usage.tokens).toEqual({ in: usage.calls * 100, out: usage.calls * 10, cached: 0 });
  expect(heard.slice(0, 3)).toEqual([0.25, 0.5, 0.75]);
  await nobodyLeft(pids);
});

test("a program whose turns are counted is ended after the last, also when it is asked for a text", async () => {
  const pids = endless("opencode", OPENCODE.replace("INPUT", "{ at }"));
  const order = await assignmentOf();
  const { result, usage } = await agentOf("opencode", 7).reply({
    ...order,
    role: "reviewer",
    subject: order.task.id,
  });
  expect(result).toEqual({ ok: false, failure: { reason: "agent-turns", turns: 7 } });
  expect(usage.calls).toBeGreaterThanOrEqual(7);
  await nobodyLeft(pids);
});

test("the limit of turns is part of who the agent is, where there is one", () => {
  const parameters = (maxTurns: number | null) => agentOf("codex", maxTurns).identity.parameters;
  expect(parameters(7)).toEqual({ ...(parameters(null) as object), max_turns: 7 });
});

test("claude is told of the limit, and believed when it says that it was reached", async () => {
  const pids = endless(
    "claude",
    `() => {
  writeFileSync("args", process.argv.slice(2).join(" "));
  say({ type: "result", subtype: "error_max_turns", is_error: true, num_turns: 3, total_cost_usd: 0.5, usage: { input_tokens: 30, output_tokens: 3 } });
  process.exit(1);
}`,
  );
  const order = await assignmentOf();
  const { result, usage } = await agentOf("claude", 3).draft(order);
  expect(result).toEqual({ ok: false, failure: { reason: "agent-turns", turns: 3 } });
  expect(usage).toEqual({ calls: 3, tokens: { in: 30, out: 3, cached: 0 }, usd: 0.5 });
  expect(readFileSync(join(order.dir ?? "", "args"), "utf8")).toContain(" --max-turns 3");
  expect(existsSync(pids)).toBe(true);
  await nobodyLeft(pids);
});
