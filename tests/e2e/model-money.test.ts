// Is the budget ever passed, who works where one cannot be reached, and who is asked where nobody may be? With real
// models' prices nobody could test this, so each call costs the same here: $1.10.

import { expect, test } from "vitest";
import { ModelServer, turnOf } from "../rig/model-server.ts";
import { KEYS, smallWork, smallWorker, taskOf } from "../rig/small-work.ts";
import { WireGate } from "../rig/wire-gate.ts";

const PER_CALL = 1.1;
const TOKENS = { in: 1000, out: 100 };
/** $1000 for a million tokens. */
const PRICES = { "house-model": { in: 1000, out: 1000 } };
const PRICED = { prices: PRICES, agent: { max_output_tokens: 100 } };

/** What the provider would write on its bill. */
const billed = (wire: WireGate) => [...wire.bill.values()].reduce((sum, times) => sum + times, 0) * PER_CALL;

test("a cap in the middle of a build stops it before the call that would break it, and a higher one goes on from there", async () => {
  await using server = await ModelServer.listen(smallWorker(TOKENS));
  await using wire = await WireGate.open(server.url);
  await using rig = await smallWork(wire, { ...PRICED, tasks: 3, budget: { usd: 7 } });
  const run = await rig.factoryWith(KEYS, "build", "-j1", "--json");
  expect(run.code).toBe(4);
  expect(billed(wire)).toBeLessThanOrEqual(7);
  expect(billed(wire)).toBeGreaterThan(3 * PER_CALL);
  const document = JSON.parse(run.stdout);
  expect(document.tasks[0]).toMatchObject({ action: "regenerated", calls: 3 });
  expect(document.tasks[0].usd).toBeCloseTo(3 * PER_CALL);
  expect(document.diagnostics[0]).toMatchObject({ code: "budget" });
  expect(await rig.git("app", "show", "main:src/T01.txt")).toBe("T01");
  const more = await rig.factoryWith(KEYS, "build", "-j1", "--json", "--budget", "20");
  expect(more.code, more.stdout).toBe(0);
  expect([...wire.bill.values()]).toEqual(Array(9).fill(1));
});

test("a task's own cap stops that task alone", async () => {
  await using server = await ModelServer.listen((asked) => {
    const reply = smallWorker(TOKENS)(asked);
    return taskOf(asked) === "T01" && turnOf(asked) < 6
      ? { calls: [{ name: "search", input: { text: `word ${turnOf(asked)}` } }], tokens: TOKENS }
      : reply;
  });
  await using wire = await WireGate.open(server.url);
  await using rig = await smallWork(wire, { ...PRICED, tasks: 3, budget: { per_task_usd: 5.5 } });
  const run = await rig.factoryWith(KEYS, "build", "--json");
  expect(run.code).toBe(4);
  expect(JSON.parse(run.stdout).tasks.map(({ action }: { action: string }) => action)).toEqual([
    "failed",
    "regenerated",
    "regenerated",
  ]);
  const first = [...wire.bill].filter(([body]) => body.includes("src/T01.txt"));
  expect(first.length * PER_CALL).toBeLessThanOrEqual(5.5);
  expect(first.length).toBeGreaterThan(1);
});

test("a project's own cap stops that project alone, and tells whose it is", async () => {
  await using server = await ModelServer.listen(smallWorker(TOKENS));
  await using wire = await WireGate.open(server.url);
  const files = { "package.json": '{"name": "app"}\n' };
  const projects = [
    { id: "app", files, budget: { usd: 4 } },
    { id: "shop", files },
  ];
  await using rig = await smallWork(wire, { ...PRICED, tasks: 4, budget: { usd: 50 }, projects });
  rig.edit("specs/work/feature.md", "project: app", "projects: [app, shop]");
  for (const id of ["T02", "T04"])
    rig.edit("specs/work/BACKLOG.yaml", `id: ${id}`, `id: ${id}\n    project: shop`);
  const run = await rig.factoryWith(KEYS, "build", "-j1", "--json");
  expect(run.code).toBe(4);
  const { tasks, diagnostics, projects: settled } = JSON.parse(run.stdout);
  const actions = tasks.map(({ project, action }: Record<string, string>) => `${project} ${action}`);
  expect(actions.sort()).toEqual(["app failed", "app regenerated", "shop regenerated", "shop regenerated"]);
  expect(diagnostics[0].message).toContain('$4.00 for the project "app"');
  expect(diagnostics[0].fix).toContain("`budget: {usd: …}` of the project");
  expect(settled).toMatchObject([{ id: "app" }, { id: "shop", merged: true }]);
  const cost = JSON.parse((await rig.factoryWith(KEYS, "cost", "--json")).stdout);
  expect(cost.projects.map(({ name }: { name: string }) => name)).toEqual(["shop", "app"]);
});

test("agents side by side never pass the cap together", async () => {
  await using server = await ModelServer.listen(smallWorker(TOKENS), { latencyMs: 50 });
  await using wire = await WireGate.open(server.url);
  await using rig = await smallWork(wire, { ...PRICED, tasks: 8, budget: { usd: 15 } });
  for (const cap of [15, 10, 5]) {
    const before = billed(wire);
    const run = await rig.factoryWith(KEYS, "build", "-j8", "--budget", String(cap));
    const spent = billed(wire) - before;
    expect(spent).toBeLessThanOrEqual(cap);
    if (run.code === 0) break;
    expect(run.code).toBe(4);
  }
  expect((await rig.factoryWith(KEYS, "build", "-j8", "--budget", "100")).code).toBe(0);
  expect([...wire.bill.values()]).toEqual(Array(24).fill(1));
});

test("where a budget is set and a price is not known, nothing is sent", async () => {
  await using server = await ModelServer.listen(smallWorker(TOKENS));
  await using rig = await smallWork(server, { budget: { usd: 7 } });
  const run = await rig.factoryWith(KEYS, "build");
  expect([run.code, run.stdout + run.stderr]).toMatchObject([
    4,
    expect.stringContaining("prices: {house-model: {in: USD, out: USD}}"),
  ]);
  expect(server.asked).toEqual([]);
});

const DENIED = { error: { message: "wrong key", type: "authentication_error", code: "invalid_api_key" } };

test("where an agent cannot be reached its fallback works, and all that is told afterwards names it", async () => {
  await using server = await ModelServer.listen(smallWorker());
  await using closed = await WireGate.open(server.url, {
    before: () => ({ kind: "instead", status: 401, body: JSON.stringify(DENIED) }),
  });
  const agents = { spare: { kind: "gemini", model: "spare-model", base_url: server.gemini } };
  await using rig = await smallWork(closed, { agents, routing: { implementer: ["coder", "spare"] } });
  const run = await rig.factoryWith(KEYS, "build", "--json");
  expect(run.code, run.stdout).toBe(0);
  expect(JSON.parse(run.stdout).tasks[0]).toMatchObject({
    action: "regenerated",
    agent: "spare",
    attempts: 1,
  });
  expect(closed.exchanges).toHaveLength(1);
  expect(
    await rig.git(
      "app",
      "log",
      "-1",
      "--format=%(trailers:key=Factory-Agent,valueonly)",
      "refs/factory/main",
    ),
  ).toContain("spare");
  expect(rig.read("specs/work/factory.lock")).toContain('"agent": "spare"');
  const trace = rig.list(".factory/store/traces").map((path) => JSON.parse(rig.read(path)).trace.agent);
  expect(trace).toEqual(["spare"]);
  rig.remove(".factory/index", "projects/app/.git/refs/factory/main");
  const again = await rig.factoryWith(KEYS, "build", "--json", "work:T01");
  expect(JSON.parse(again.stdout).tasks[0]).toMatchObject({ agent: "spare" });

  await using alone = await smallWork(closed);
  const denied = await alone.factoryWith(KEYS, "build");
  expect([denied.code, denied.stdout + denied.stderr]).toMatchObject([
    6,
    expect.stringContaining("api_key_env"),
  ]);
  const keyless = await alone.factoryWith({}, "build");
  expect([keyless.code, keyless.stdout + keyless.stderr]).toMatchObject([
    6,
    expect.stringContaining("api_key_env"),
  ]);
});

test("locked and offline builds live on what was paid for; retry and force pay anew", async () => {
  await using server = await ModelServer.listen(smallWorker());
  await using wire = await WireGate.open(server.url);
  await using rig = await smallWork(wire, { tasks: 2 });
  for (const flag of ["--locked", "--offline"]) {
    const run = await rig.factoryWith(KEYS, "build", flag);
    expect([run.code, run.stdout + run.stderr]).toMatchObject([1, expect.stringContaining("work:T01")]);
  }
  expect(wire.exchanges).toEqual([]);
  expect((await rig.factoryWith(KEYS, "build", "work:T01")).code).toBe(0);
  expect(wire.exchanges).toHaveLength(3);
  const tree = await rig.tree("app");
  // Without traces, outputs and history only the answers are left.
  rig.remove("specs/work/factory.lock", ".factory/store/traces", ".factory/index");
  for (const flag of ["--locked", "--offline"]) {
    const run = await rig.factoryWith(KEYS, "build", flag, "--json", "work:T01");
    expect([flag, run.code], run.stdout).toEqual([flag, 0]);
    expect(JSON.parse(run.stdout).tasks[0]).toMatchObject({ calls: 0 });
    expect(await rig.tree("app")).toBe(tree);
    rig.remove("specs/work/factory.lock", ".factory/store/traces", ".factory/index");
  }
  expect(wire.exchanges).toHaveLength(3);
  expect((await rig.factoryWith(KEYS, "build", "work:T01")).code).toBe(0);
  expect(wire.exchanges).toHaveLength(3);
  expect((await rig.factoryWith(KEYS, "build", "--force", "work:T01")).code).toBe(0);
  expect(wire.exchanges).toHaveLength(6);
  expect((await rig.factoryWith(KEYS, "build", "work:T01")).code).toBe(0);
  expect(wire.exchanges).toHaveLength(6);
});

test("what failed is asked anew by retry, and by nothing else", async () => {
  let content = "BROKEN\n";
  await using server = await ModelServer.listen((asked) =>
    turnOf(asked) === 1
      ? { calls: [{ name: "write_file", input: { path: "src/T01.txt", content } }] }
      : smallWorker()(asked),
  );
  await using wire = await WireGate.open(server.url);
  await using rig = await smallWork(wire);
  expect((await rig.factoryWith(KEYS, "build")).code).toBe(1);
  expect(wire.exchanges).toHaveLength(3);
  content = "fine\n";
  expect((await rig.factoryWith(KEYS, "retry", "work:T01")).code).toBe(0);
  expect(wire.exchanges).toHaveLength(6);
});
