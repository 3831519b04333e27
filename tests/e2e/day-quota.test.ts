// Is a model whose quota is used up left alone by the next builds, until it takes calls again or a person wants it asked?

import { expect, test } from "vitest";
import { ModelServer } from "../rig/model-server.ts";
import { KEYS, smallWork, smallWorker } from "../rig/small-work.ts";
import { Watcher } from "../rig/watcher.ts";
import { type Trouble, WireGate } from "../rig/wire-gate.ts";

const refusal = (status: number, error: object): Trouble => ({
  kind: "instead",
  status,
  body: JSON.stringify({ error }),
});

async function refusing(trouble: Trouble) {
  const worker = smallWorker({ in: 10, out: 10 });
  const server = await ModelServer.listen((asked) =>
    asked.system.includes("tested")
      ? { calls: [{ name: "report", input: { word: "ready" } }] }
      : worker(asked),
  );
  const wire = await WireGate.open(server.url, { before: () => trouble });
  return { server, wire };
}

test("a day's limit is asked about once, shown until its time, and asked at once by `factory retry`", async () => {
  const reset = Date.now() + 12 * 3_600_000;
  const { server, wire } = await refusing(
    refusal(429, {
      message: "Rate limit exceeded: free-models-per-day",
      metadata: { headers: { "X-RateLimit-Reset": String(reset) } },
    }),
  );
  await using _server = server;
  await using _wire = wire;
  await using rig = await smallWork(wire, { tasks: 2 });
  const back = `${new Date(Math.ceil(reset / 60_000) * 60_000).toISOString().slice(0, 16).replace("T", " ")} UTC`;
  const words = new RegExp(
    `no quota left.*free-models-per-day.*again at ${back}.*\\n?.*after ${back}, ask it at once with \`factory retry [\\w:]+\`, or route`,
  );
  const first = await rig.factoryWith(KEYS, "build", "-j1");
  expect([first.code, first.stdout + first.stderr]).toMatchObject([6, expect.stringMatching(words)]);
  expect(wire.exchanges).toHaveLength(1);

  const second = await rig.factoryWith(KEYS, "build", "-j1");
  expect([second.code, second.stdout + second.stderr]).toMatchObject([6, expect.stringMatching(words)]);
  expect(wire.exchanges).toHaveLength(1);
  const status = await rig.factoryWith(KEYS, "status");
  expect([status.code, status.stdout + status.stderr]).toMatchObject([0, expect.stringMatching(words)]);

  // Another model that is shut is none of this task's.
  const shut = JSON.parse(rig.read(".factory/store/calls/shut.json"));
  const other = { ...shut.models[0], place: "0".repeat(64) };
  await rig.write({
    ".factory/store/calls/shut.json": JSON.stringify({ ...shut, models: [...shut.models, other] }),
  });
  // Still used up: a person's question is one question.
  expect((await rig.factoryWith(KEYS, "retry", "work", "-j1")).code).toBe(6);
  expect(wire.exchanges).toHaveLength(2);
  wire.plan = {};
  const retried = await rig.factoryWith(KEYS, "retry", "work");
  expect(retried.code, retried.stdout + retried.stderr).toBe(0);
  expect(JSON.parse(rig.read(".factory/store/calls/shut.json")).models).toEqual([other]);
  const after = await rig.factoryWith(KEYS, "status");
  expect(after.stdout + after.stderr).not.toContain("quota");
});

test("an account that is empty is left alone for minutes, and `factory doctor --call` finds that it was filled", async () => {
  const { server, wire } = await refusing(
    refusal(429, { message: "You exceeded your current quota.", code: "insufficient_quota" }),
  );
  await using _server = server;
  await using _wire = wire;
  await using rig = await smallWork(wire);
  const run = await rig.factoryWith(KEYS, "build");
  expect([run.code, run.stdout + run.stderr]).toMatchObject([
    6,
    expect.stringMatching(/no quota left.*Builds ask it again from \d{4}-\d\d-\d\d \d\d:\d\d UTC on/),
  ]);
  wire.plan = {};
  expect((await rig.factoryWith(KEYS, "build")).code).toBe(6);
  const { models } = JSON.parse(rig.read(".factory/store/calls/shut.json"));
  {
    await using watcher = new Watcher(rig);
    const { for: whom, until } = await watcher.next("waiting");
    expect([whom, Math.abs(until - models[0].until) < 10_000]).toEqual(["provider", true]);
  }
  expect(wire.exchanges).toHaveLength(1);
  await rig.factoryWith(KEYS, "doctor", "--call");
  const built = await rig.factoryWith(KEYS, "build");
  expect(built.code, built.stdout + built.stderr).toBe(0);
});
