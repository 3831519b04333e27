// Is the hygiene of contexts measured on what was really sent? Sessions over the wire, the calls that the store keeps,
// and the documents that stand.

import { expect, test } from "vitest";
import { digestOf } from "../../src/model/digest.ts";
import { Blobs } from "../../src/store/blobs.ts";
import { Calls } from "../../src/store/calls.ts";
import { DISK } from "../../src/store/durable-io.ts";
import { documentOf, FactoryRig } from "../rig/factory-rig.ts";
import { type Asked, ModelServer, type Reply, turnOf } from "../rig/model-server.ts";

const KEYS = { OPENAI_API_KEY: "sk-test-0123456789" };

const WORDS = "Greetings in the evening are longer because the other planner likes long evenings";

const FEATURE = `---
project: app
tasks:
  - id: T01
    title: Greeting
    requirements: [R1]
    scope: {files_hint: [src/greet.txt]}
    acceptance: [greets]
---
# Greeting

## Requirements

- R1: A greeting names the person.
`;

function answer(asked: Asked): Reply {
  if (turnOf(asked) > 0) return { calls: [{ name: "finish", input: { summary: "done" } }] };
  return {
    calls: [{ name: "write_file", input: { path: "src/greet.txt", content: `${asked.messages.length}\n` } }],
  };
}

async function workshop(server: ModelServer): Promise<FactoryRig> {
  const rig = await FactoryRig.create({
    agents: { coder: { kind: "openai", model: "house-model", base_url: server.openai } },
    implementer: "coder",
  });
  rig.write({ "specs/greeting/feature.md": FEATURE });
  return rig;
}

/** As a planning session of an earlier build leaves them. */
async function plannerSays(rig: FactoryRig, text: string): Promise<void> {
  const store = rig.path(".factory/store");
  const calls = await Calls.open(store, new Blobs(store, DISK), DISK);
  if (!calls.ok) throw new Error(JSON.stringify(calls.failure));
  const key = digestOf("call", [text]);
  const request = { system: "You plan.", messages: [{ role: "user", text: "Plan." }], tools: [] };
  const meta = { role: "spec-planner", subject: "greeting", session: "planning" };
  await calls.value.begin(key, Buffer.from(JSON.stringify(request)), meta, 1_024);
  const said = { text, toolCalls: [], verbatim: null, end: "stop", tokens: null, model: null };
  const usage = { calls: 1, tokens: { in: 1, out: 1, cached: 0 }, usd: 0 };
  await calls.value.finish(key, Buffer.from(JSON.stringify(said)), usage);
  calls.value.close();
}

test("a workspace without any build has nothing to audit", async () => {
  await using rig = await FactoryRig.create();
  const run = await rig.factory("audit");
  expect([run.code, run.stdout]).toEqual([0, "no session is recorded\n"]);
});

test("the audit tells the size and the sources of every session, and what a planner said is not among them", async () => {
  await using server = await ModelServer.listen(answer);
  await using rig = await workshop(server);
  expect((await rig.factoryWith(KEYS, "build")).code).toBe(0);
  await plannerSays(rig, `R1: A greeting names the person. ${WORDS}.`);
  const run = await rig.factory("audit", "--json");
  expect(run.code).toBe(0);
  expect(documentOf(run)).toMatchObject({
    ok: true,
    reused_sessions: 0,
    limits: { window_bytes: 3072, total_bytes: 5120 },
    sessions: [{ subject: "greeting:T01", role: "implementer", attempt: 1, debris: 0 }],
    broken: [],
  });
  expect((await rig.factory("check")).code).toBe(0);
});

test("words of a planner that no document holds are debris, which fails the audit and the check", async () => {
  await using server = await ModelServer.listen(answer);
  await using rig = await workshop(server);
  rig.edit("specs/greeting/feature.md", "names the person.", `names the person. ${WORDS}.`);
  expect((await rig.factoryWith(KEYS, "build")).code).toBe(0);
  await plannerSays(rig, `I think: ${WORDS}, so let us write that.`);
  expect((await rig.factory("check")).code).toBe(0);
  rig.edit("specs/greeting/feature.md", ` ${WORDS}.`, "");
  const run = await rig.factory("audit");
  expect([run.code, run.stdout]).toEqual([
    1,
    expect.stringMatching(
      /greeting:T01 {2}[\d.]+ % of its window comes from discarded planning sessions: "greetings in/,
    ),
  ]);
  const check = await rig.factory("check", "--json");
  expect([check.code, documentOf<{ diagnostics: object[] }>(check).diagnostics]).toMatchObject([
    3,
    [
      { code: "audit-debris", target: "greeting:T01", fix: expect.stringContaining("--force greeting:T01") },
      { code: "criteria-unproven" },
    ],
  ]);
  // What is built anew is shown what stands now, and the session of before is history.
  expect((await rig.factoryWith(KEYS, "build")).code).toBe(0);
  expect((await rig.factory("check")).code).toBe(0);
});

test("accepted code that reads like what a planner once said is no debris in the window of whoever builds on it", async () => {
  await using server = await ModelServer.listen((asked: Asked): Reply => {
    if (turnOf(asked) > 0) return { calls: [{ name: "finish", input: {} }] };
    const isFirst = asked.messages[0]?.text.includes("Task greeting:T01");
    const path = isFirst ? "src/greet.ts" : "src/shout.ts";
    return { calls: [{ name: "write_file", input: { path, content: `export const said = "${WORDS}";\n` } }] };
  });
  await using rig = await workshop(server);
  const second =
    "\n  - id: T02\n    title: Shout\n    depends_on: [T01]\n    requirements: [R1]\n    scope: {files_hint: [src/shout.ts]}\n    acceptance: [shouts]";
  rig.edit("specs/greeting/feature.md", "\n    acceptance: [greets]", `\n    acceptance: [greets]${second}`);
  rig.edit("specs/greeting/feature.md", "src/greet.txt", "src/greet.ts");
  expect((await rig.factoryWith(KEYS, "build")).code).toBe(0);
  expect(server.asked.at(-1)?.messages[0]?.text).toMatch(
    /Interfaces to build on[^#]+### .*greet\.ts[^#]+Greetings/,
  );
  await plannerSays(rig, WORDS);
  const run = await rig.factory("audit", "--json");
  expect(documentOf(run)).toMatchObject({ ok: true, sessions: [{ debris: 0 }, { debris: 0 }] });
  expect((await rig.factory("check")).code).toBe(0);
});
