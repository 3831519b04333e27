// Do other machines make the drafts of programs, and is each paid for once? Real Redis, a real store on loopback, workers as
// processes with folders of their own, and a program that waits for the test.

import { expect, test } from "vitest";
import type { BuildDocument } from "../rig/documents.ts";
import { FactoryRig } from "../rig/factory-rig.ts";
import { FleetWorker } from "../rig/fleet.ts";
import type { Program } from "../rig/program.ts";
import { NO_REDIS, RedisServer } from "../rig/redis.ts";
import { ScriptedAgent } from "../rig/scripted-agent.ts";
import { TeamStore } from "../rig/team-store.ts";

async function workspace(
  store: TeamStore,
  { url }: Pick<RedisServer, "url">,
  agent: ScriptedAgent,
  setup?: string,
): Promise<FactoryRig> {
  const rig = await FactoryRig.create({
    ...(setup === undefined ? {} : { projects: [{ id: "app", setup }] }),
    agents: { coder: { kind: "command", run: agent.run, env: ["CODER_KEY"] } },
    implementer: "coder",
  });
  rig.feature({ id: "bills", requirements: { R1: "A bill costs 5." }, tasks: [{ id: "T01" }] });
  rig.write({
    "projects.yaml": `${rig.read("projects.yaml")}store:\n  url: ${store.url}\nfleet:\n  url: ${url}\n`,
  });
  return rig;
}

function workerOf(store: TeamStore, { url: fleet }: Pick<RedisServer, "url">, name: string, drafts = 1) {
  return FleetWorker.start({ name, drafts, store: store.url, fleet, env: { CODER_KEY: `key of ${name}` } });
}

const codesOf = ({ diagnostics }: BuildDocument) =>
  diagnostics.map(({ code }) => code).filter((code) => code !== "criteria-unproven");

/** Settles once a program has said that. */
function saying({ child, done }: Program, what: RegExp): Promise<void> {
  return new Promise((resolve, reject) => {
    let said = "";
    child.stderr?.on("data", (bytes: Buffer) => {
      said += bytes.toString();
      if (what.test(said)) resolve();
    });
    void done.then(({ stderr }) => reject(new Error(`it never said ${what}: ${stderr}`)));
  });
}

async function spentBy(rig: FactoryRig) {
  const { total, at_risk: atRisk } = JSON.parse((await rig.factory("cost", "--json")).stdout);
  return { calls: total.calls, usd: total.usd ?? total.cost, atRisk: atRisk.calls };
}

test.skipIf(NO_REDIS !== null)(
  "a worker makes the draft with its own keys, and its cost is in the account of the build",
  async () => {
    await using store = await TeamStore.open();
    await using redis = await RedisServer.open();
    await using agent = await ScriptedAgent.listen();
    await using rig = await workspace(store, redis, agent);
    await using worker = await workerOf(store, redis, "first");
    const building = rig.start("build", "--json");
    const attempt = await agent.nextAttempt();
    expect(attempt.cwd.startsWith(worker.root)).toBe(true);
    expect(attempt.environment.CODER_KEY).toBe("key of first");
    await attempt.answer({ usd: 0.25, usage: { in: 10, out: 5 }, notes: "made there" });
    await attempt.succeed("src/bills/T01.txt", "a bill\n");
    const built = await building.done;
    expect([built.code, codesOf(JSON.parse(built.stdout))], built.stderr).toEqual([0, []]);
    expect(await spentBy(rig)).toEqual({ calls: 1, usd: 0.25, atRisk: 0 });
    expect((await rig.factory("logs", "bills:T01")).stdout).toContain("on the worker first");
    expect([...store.objects.keys()].filter((path) => path.includes("drafts/"))).toEqual([]);
  },
);

test.skipIf(NO_REDIS !== null)(
  "the build after one that was killed comes back to its draft, and pays for it once",
  async () => {
    await using store = await TeamStore.open();
    await using redis = await RedisServer.open();
    await using agent = await ScriptedAgent.listen();
    await using rig = await workspace(store, redis, agent);
    await using worker = await workerOf(store, redis, "first");
    const killed = rig.start("build", "--json");
    const attempt = await agent.nextAttempt();
    killed.child.kill("SIGKILL");
    await killed.done;
    const building = rig.start("build", "--json");
    await saying(building, /is drafted on first/);
    await attempt.answer({ usd: 0.25 });
    await attempt.succeed("src/bills/T01.txt", "a bill\n");
    const built = await building.done;
    expect([built.code, codesOf(JSON.parse(built.stdout)), agent.pending], built.stderr).toEqual([0, [], 0]);
    expect(await spentBy(rig)).toEqual({ calls: 1, usd: 0.25, atRisk: 0 });
    expect(worker.said).toContain("works for");
  },
);

test.skipIf(NO_REDIS !== null)(
  "a draft that ended while no build was there is used by the next one, without its worker",
  async () => {
    await using store = await TeamStore.open();
    await using redis = await RedisServer.open();
    await using agent = await ScriptedAgent.listen();
    await using rig = await workspace(store, redis, agent);
    await using worker = await workerOf(store, redis, "first");
    const killed = rig.start("build", "--json");
    const attempt = await agent.nextAttempt();
    killed.child.kill("SIGKILL");
    await killed.done;
    await attempt.answer({ usd: 0.25 });
    await attempt.succeed("src/bills/T01.txt", "a bill\n");
    while (![...store.objects.keys()].some((path) => path.includes("derived/drafts/")))
      await new Promise((resolve) => setTimeout(resolve, 50));
    await worker.kill();
    // Nor does the queue know of it.
    await redis.kill();
    await redis.start();
    const built = await rig.build();
    expect([built.code, agent.pending], built.stderr).toEqual([0, 0]);
    expect(await spentBy(rig)).toEqual({ calls: 1, usd: 0.25, atRisk: 0 });
  },
);

test.skipIf(NO_REDIS !== null)(
  "what a killed worker had begun is told as money at risk, and made once more",
  async () => {
    await using store = await TeamStore.open();
    await using redis = await RedisServer.open();
    await using agent = await ScriptedAgent.listen();
    await using rig = await workspace(store, redis, agent);
    await using worker = await workerOf(store, redis, "first");
    const building = rig.start("build", "--json");
    await agent.nextAttempt();
    await worker.kill();
    const again = await agent.nextAttempt();
    expect(again.cwd.startsWith(rig.root)).toBe(true);
    await again.answer({ usd: 0.25 });
    await again.succeed("src/bills/T01.txt", "a bill\n");
    const built = await building.done;
    expect([built.code, codesOf(JSON.parse(built.stdout))], built.stderr).toEqual([
      0,
      ["fleet-draft-lost", "fleet-without-workers"],
    ]);
    expect(built.stderr).toMatch(/lost its worker first/);
    expect(await spentBy(rig)).toEqual({ calls: 1, usd: 0.25, atRisk: 1 });
  },
);

test.skipIf(NO_REDIS !== null)(
  "a worker that takes no drafts, or lacks the program, leaves them here",
  async () => {
    await using store = await TeamStore.open();
    await using redis = await RedisServer.open();
    await using agent = await ScriptedAgent.listen();
    await using rig = await workspace(store, redis, agent);
    await using other = await workerOf(store, redis, "other", 0);
    const building = rig.start("build", "--json");
    const attempt = await agent.nextAttempt();
    expect(attempt.cwd.startsWith(rig.root)).toBe(true);
    await attempt.succeed("src/bills/T01.txt", "a bill\n");
    const built = await building.done;
    expect([built.code, codesOf(JSON.parse(built.stdout))], built.stderr).toEqual([0, []]);
    expect(other.said).not.toContain("drafts");
  },
);

test.skipIf(NO_REDIS !== null)(
  "an interrupted build ends its draft, and counts what it had cost",
  async () => {
    await using store = await TeamStore.open();
    await using redis = await RedisServer.open();
    await using agent = await ScriptedAgent.listen();
    await using rig = await workspace(store, redis, agent);
    await using worker = await workerOf(store, redis, "first");
    const building = rig.start("build", "--json");
    const attempt = await agent.nextAttempt();
    await attempt.answer({ usd: 0.25 });
    building.child.kill("SIGINT");
    await attempt.gone;
    expect((await building.done).code).toBe(130);
    expect(await spentBy(rig)).toEqual({ calls: 1, usd: 0.25, atRisk: 0 });
    expect(worker.said).toContain("works for");
  },
);

test.skipIf(NO_REDIS !== null)(
  "no second worker begins what a killed one had begun, and one that was not begun goes to the next",
  async () => {
    await using store = await TeamStore.open();
    await using redis = await RedisServer.open();
    await using agent = await ScriptedAgent.listen();
    // Its setup stays for as long as its machine has a file.
    await using rig = await workspace(store, redis, agent, "while test -e $HOME/wait; do sleep 0.1; done");
    await using first = await workerOf(store, redis, "first");
    first.leave("wait");
    const building = rig.start("build", "--json");
    await saying(building, /is drafted on first/);
    await using second = await workerOf(store, redis, "second");
    // Nothing was paid by then.
    await first.kill();
    const begun = await agent.nextAttempt();
    expect(begun.cwd.startsWith(second.root)).toBe(true);
    await using third = await workerOf(store, redis, "third");
    await second.kill();
    const again = await agent.nextAttempt();
    expect(again.cwd.startsWith(third.root)).toBe(true);
    await again.answer({ usd: 0.25 });
    await again.succeed("src/bills/T01.txt", "a bill\n");
    const built = await building.done;
    expect([built.code, codesOf(JSON.parse(built.stdout))], built.stderr).toEqual([0, ["fleet-draft-lost"]]);
    expect(built.stderr).toContain("lost its worker second, which had begun");
    expect(await spentBy(rig)).toEqual({ calls: 1, usd: 0.25, atRisk: 1 });
  },
);

test.skipIf(NO_REDIS !== null)(
  "an interrupted worker ends its draft, whose cost is counted, and it is made here",
  async () => {
    await using store = await TeamStore.open();
    await using redis = await RedisServer.open();
    await using agent = await ScriptedAgent.listen();
    await using rig = await workspace(store, redis, agent);
    await using worker = await workerOf(store, redis, "first");
    const building = rig.start("build", "--json");
    const attempt = await agent.nextAttempt();
    await attempt.answer({ usd: 0.25 });
    expect((await worker.interrupt()).code).toBe(130);
    const again = await agent.nextAttempt();
    expect(again.cwd.startsWith(rig.root)).toBe(true);
    await again.answer({ usd: 0.5 });
    await again.succeed("src/bills/T01.txt", "a bill\n");
    const built = await building.done;
    expect([built.code, codesOf(JSON.parse(built.stdout))], built.stderr).toEqual([
      0,
      ["fleet-worker-unable", "fleet-without-workers"],
    ]);
    expect(await spentBy(rig)).toEqual({ calls: 2, usd: 0.75, atRisk: 0 });
  },
);

test.skipIf(NO_REDIS !== null)("a draft goes on while Redis is away, and comes by the store", async () => {
  await using store = await TeamStore.open();
  await using redis = await RedisServer.open();
  await using agent = await ScriptedAgent.listen();
  await using rig = await workspace(store, redis, agent);
  await using worker = await workerOf(store, redis, "first");
  const building = rig.start("build", "--json");
  const taken = saying(building, /is drafted on first/);
  const attempt = await agent.nextAttempt();
  await taken;
  await redis.kill();
  await attempt.answer({ usd: 0.25 });
  await attempt.succeed("src/bills/T01.txt", "a bill\n");
  const built = await building.done;
  expect([built.code, agent.pending], built.stderr).toEqual([0, 0]);
  expect(await spentBy(rig)).toEqual({ calls: 1, usd: 0.25, atRisk: 0 });
  expect((await worker.interrupt()).code).toBe(130);
});

test.skipIf(NO_REDIS !== null)("a worker that does not reach the store makes no draft of it", async () => {
  await using store = await TeamStore.open();
  await using away = await TeamStore.open();
  await using redis = await RedisServer.open();
  await using agent = await ScriptedAgent.listen();
  await using rig = await workspace(store, redis, agent);
  away.trouble = () => ({ status: 503 });
  await using cut = await workerOf(away, redis, "cut");
  const building = rig.start("build", "--json");
  await cut.says(/takes nothing until it can/);
  await using whole = await workerOf(store, redis, "whole");
  const attempt = await agent.nextAttempt();
  expect(attempt.cwd.startsWith(whole.root)).toBe(true);
  await attempt.succeed("src/bills/T01.txt", "a bill\n");
  const built = await building.done;
  expect([built.code, codesOf(JSON.parse(built.stdout))], built.stderr).toEqual([0, []]);
});
