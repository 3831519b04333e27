// What do `factory cost` and `factory metrics` say of what was paid?

import { expect, test } from "vitest";
import type { Purpose } from "../../src/model/role.ts";
import { asking, bench, coder, purpose } from "../pipeline/payment.ts";
import { answerOf, answers, breaks, provider } from "../pipeline/provider.ts";
import { FactoryRig } from "../rig/factory-rig.ts";
import { value } from "../store/temp-folder.ts";

const cheap = { ...coder, id: "cheap" };
const dear = { ...coder, id: "dear", model: "dear-model" };

async function workspace(): Promise<FactoryRig> {
  const rig = await FactoryRig.create({
    agents: {
      cheap: { kind: "openai", model: "house-model" },
      dear: { kind: "openai", model: "dear-model" },
    },
  });
  const projects = rig.read("projects.yaml");
  const prices = "prices: {house-model: {in: 1000, out: 1000}, dear-model: {in: 4000, out: 4000}}\n";
  const text = projects.replace("routing:\n", "routing:\n  planner: dear\n  reviewer: cheap\n");
  rig.write({ "projects.yaml": text + prices });
  return rig;
}

async function spend(
  rig: FactoryRig,
  at: number,
  asked: readonly (readonly [string, Partial<Purpose>])[],
): Promise<void> {
  await using server = await provider(answers("done"));
  const { paid, calls } = await bench(rig.path(".factory"), server.url, { clock: () => at });
  for (const [text, part] of asked) {
    const agent = part.role === "spec-planner" ? dear : cheap;
    await paid.askFor(agent, { ...purpose, ...part })(asking(text));
  }
  value(
    await calls.spent(
      {
        at,
        role: "implementer",
        phase: "implementation",
        agent: "program",
        model: null,
        subject: "products:T09",
      },
      { calls: 2, tokens: { in: 10, out: 5, cached: 0 }, usd: null },
    ),
  );
  value(calls.close());
}

test("the cost is told by phase, role, agent and task, beside what the dearest model would take", async () => {
  await using rig = await workspace();
  await spend(rig, Date.UTC(2026, 10, 20), [
    ["a", {}],
    ["a", {}],
    ["b", { phase: "rework", attempt: 2 }],
  ]);
  await spend(rig, Date.UTC(2026, 10, 21), [
    ["plan", { role: "spec-planner", phase: "planning", subject: "products" }],
  ]);
  const run = await rig.factory("cost", "--json");
  expect([run.code, run.stderr]).toEqual([0, ""]);
  const document = JSON.parse(run.stdout);
  const usdOf = (list: { name: string; usd: number | null }[]) =>
    Object.fromEntries(list.map(({ name, usd }) => [name, usd]));
  // The bench prices every model as the house's own; what has no price there is unknown.
  expect(document.total).toMatchObject({ calls: 7, usd: 2.2, complete: false });
  expect(usdOf(document.phases)).toEqual({ implementation: 1.1, rework: 1.1, planning: null });
  expect(usdOf(document.agents)).toEqual({
    "cheap (house-model)": 2.2,
    "dear (dear-model)": null,
    program: null,
  });
  expect(usdOf(document.tasks)).toEqual({ "products:T01": 2.2, products: null, "products:T09": null });
  expect(document.dearest).toEqual({
    agent: "dear",
    model: "dear-model",
    usd: 8.8,
    paid: 2.2,
    saved: expect.closeTo(6.6),
    saved_percent: expect.closeTo(75),
  });
  const since = JSON.parse((await rig.factory("cost", "--json", "--since", "2026-11-21")).stdout);
  expect(since.total).toMatchObject({ calls: 3, usd: null });
  const text = (await rig.factory("cost")).stdout;
  expect(text).toContain("≥ $2.20 (some prices unknown)");
  expect(text).toContain("$6.60 saved (75 %)");
  expect((await rig.factory("cost", "--since", "yesterday")).code).toBe(2);
});

test("money at risk is told beside the sum, and no part of it", async () => {
  await using rig = await workspace();
  await using server = await provider(breaks, answers("late"));
  const { paid, calls } = await bench(rig.path(".factory"), server.url);
  const got = await paid.askFor(cheap, purpose)(asking("a"));
  expect(value(got).answer).toEqual(answerOf("late"));
  value(calls.close());
  const document = JSON.parse((await rig.factory("cost", "--json")).stdout);
  expect(document.total).toMatchObject({ calls: 1, usd: 1.1 });
  expect(document.at_risk).toMatchObject({ calls: 1, complete: true });
  expect(document.at_risk.usd).toBeGreaterThan(1);
  expect((await rig.factory("cost")).stdout).toContain("1 call was sent and not answered: at most $1.0");
});

test("a workspace that spent nothing says so", async () => {
  await using rig = await FactoryRig.create();
  expect((await rig.factory("cost")).stdout).toBe("$0.00  0 calls, 0 tokens in, 0 out\n");
  expect((await rig.factory("metrics")).stdout).toBe("no build has drafted anything yet\n");
});

test("metrics outlive the journals that they were taken from", async () => {
  await using rig = await FactoryRig.create({ limits: { attempts: 1 } });
  rig.feature({
    id: "notes",
    requirements: { R1: "A note." },
    tasks: [{ id: "T01" }, { id: "T02", generator: null, agent: "broken" }],
  });
  const text = rig
    .read("projects.yaml")
    .replace("agents:\n", "agents:\n  broken: {kind: command, run: exit 1}\n");
  rig.write({ "projects.yaml": text });
  await rig.build();
  await spend(rig, Date.now(), [
    ["a", {}],
    ["b", { phase: "rework" }],
  ]);
  const before = JSON.parse((await rig.factory("metrics", "--json")).stdout);
  expect(before).toMatchObject({
    schema: 1,
    builds: 1,
    tasks: { drafted: 2, accepted: 1, reused: 0 },
    first_attempt_success: 0.5,
    rebase_frequency: 0,
    cost_share: { planning: 0, implementation: 0.5, rework: 0.5 },
  });
  expect(before.days).toHaveLength(1);
  rig.remove(".factory/journal");
  expect(JSON.parse((await rig.factory("metrics", "--json")).stdout)).toEqual(before);
  rig.remove(".factory/store/history.jsonl");
  expect(JSON.parse((await rig.factory("metrics", "--json")).stdout).builds).toBe(0);
  expect((await rig.factory("metrics")).stdout).toContain("for rework");
});
