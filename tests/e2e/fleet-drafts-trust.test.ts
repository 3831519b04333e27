// What can a worker do that lies about a draft? It costs the time of a draft here, and puts nothing into a product. And no key of a
// worker's own goes to a program, nor does one run unconfined because an order says so.

import { existsSync, readFileSync } from "node:fs";
import { Worker } from "bullmq";
import { Redis } from "ioredis";
import { expect, test } from "vitest";
import { digestOf, digestOfBytes, type Json } from "../../src/model/digest.ts";
import { sandboxState } from "../../src/platform/sandbox.ts";
import { FactoryRig } from "../rig/factory-rig.ts";
import { FleetWorker } from "../rig/fleet.ts";
import { NO_REDIS, RedisServer } from "../rig/redis.ts";
import { ScriptedAgent } from "../rig/scripted-agent.ts";
import { TeamStore } from "../rig/team-store.ts";

/** Why nothing can be confined here; null where it can. */
const NO_SANDBOX = (await sandboxState("require")).kind === "none" ? "no sandbox" : null;

const EVIL = "evil\n";
const DIGEST = digestOfBytes(EVIL);
const USAGE = { calls: 1, tokens: { in: 0, out: 0, cached: 0 }, usd: 0 };

/** What it says of a draft, beside its name. */
type Lie = (name: string) => object;

const drafted = (changes: readonly object[], more: object = {}) => ({
  ...{ kind: "drafted", changes, question: null, notes: null, usage: USAGE, model: null, log: null },
  ...more,
});
const file = (path: string, more: object = {}) => ({ path, mode: "100644", digest: DIGEST, ...more });
const GOOD = "src/bills/T01.txt";

/** Takes all drafts of a fleet, as somebody may who can write to its queue. */
class Liar implements AsyncDisposable {
  readonly #redis: Redis;
  readonly #worker: Worker;
  asked = 0;

  constructor({ url }: RedisServer, lie: Lie) {
    const { version } = JSON.parse(readFileSync("package.json", "utf8")) as { version: string };
    const major = process.versions.node.split(".")[0];
    const fleet = `factory-${version}-${process.platform}-${process.arch}-node${major}`;
    this.#redis = new Redis(url, { maxRetriesPerRequest: null });
    this.#redis.on("error", () => {});
    void this.#redis.sadd("factory:members", "liar");
    const rooms = { slots: 8, busy: [], drafts: 8, drafting: [], programs: ["sh"], lacks: [] };
    void this.#redis.set(
      "factory:member:liar",
      JSON.stringify({ id: "liar", name: "liar", fleet, ...rooms }),
    );
    const lane = `drafts-${digestOf("draft-lane/1", "sh").slice(0, 16)}`;
    const work = async ({ id, data }: { id?: string; data: { body: string } }) => {
      this.asked++;
      const name = digestOf("draft-order/1", JSON.parse(data.body) as Json);
      expect(name).toBe(id);
      return JSON.stringify({ order: name, ...lie(name) });
    };
    this.#worker = new Worker(`${fleet}-${lane}`, work, { connection: this.#redis, name: "liar" });
    this.#worker.on("error", () => {});
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#worker.close(true);
    this.#redis.disconnect();
  }
}

/** As whoever may write there could. */
function put(store: TeamStore, path: string, content: string): void {
  store.objects.set(path, { bytes: Buffer.from(content), at: new Date() });
}

async function workspace(store: TeamStore, fleet: string, agent: object): Promise<FactoryRig> {
  const rig = await FactoryRig.create({
    // Its gate is asked of nobody else.
    projects: [{ id: "app", gates: [{ id: "check", run: "sh check.sh", exclusive: true }] }],
    agents: { coder: { kind: "command", ...agent } },
    implementer: "coder",
  });
  rig.feature({ id: "bills", requirements: { R1: "A bill costs 5." }, tasks: [{ id: "T01" }] });
  const more = `store:\n  url: ${store.url}\nfleet:\n  url: ${fleet}\n`;
  rig.write({ "projects.yaml": `${rig.read("projects.yaml")}${more}` });
  return rig;
}

const LIES: Readonly<Record<string, Lie>> = {
  "a path out of the project": () => drafted([file("../evil.txt")]),
  "a file of git": () => drafted([file(".git/hooks/post-checkout", { mode: "100755" })]),
  "a link out of the project": () =>
    drafted([file(GOOD, { mode: "120000", digest: digestOfBytes("/etc/passwd") })]),
  "a submodule": () => drafted([file(GOOD, { mode: "160000" })]),
  "a file below a link": () =>
    drafted([file("src", { mode: "120000", digest: digestOfBytes("x") }), file(GOOD)]),
  "the same file twice": () => drafted([file(GOOD), file(GOOD)]),
  "a file that nobody has": () => drafted([file(GOOD, { digest: digestOfBytes("nowhere") })]),
  "content of another digest": () => drafted([file(GOOD, { digest: digestOfBytes("swapped") })]),
  "the removal of what is not there": () => drafted([file("src/nothing.txt", { digest: null })]),
  "another's draft": () => drafted([file(GOOD)], { order: digestOfBytes("another") }),
  "a price below zero": () => drafted([file(GOOD)], { usage: { ...USAGE, usd: -5 } }),
  "a failure that no program has": () => ({
    ...drafted([]),
    kind: "failed",
    failure: { reason: "question" },
  }),
  "a wish for files that were never sent": () => ({ kind: "missing", files: [DIGEST] }),
};

test.skipIf(NO_REDIS !== null).for(Object.keys(LIES))(
  "%s is refused, and the draft made here",
  async (what) => {
    await using store = await TeamStore.open();
    await using redis = await RedisServer.open();
    await using agent = await ScriptedAgent.listen();
    await using rig = await workspace(store, redis.url, { run: agent.run });
    for (const content of [EVIL, "/etc/passwd", "x"])
      put(store, `derived/cas/${digestOfBytes(content)}`, content);
    put(store, `derived/cas/${digestOfBytes("swapped")}`, EVIL);
    await using liar = new Liar(redis, LIES[what] as Lie);
    const building = rig.start("build", "--json");
    const attempt = await agent.nextAttempt();
    expect(attempt.cwd.startsWith(rig.root)).toBe(true);
    await attempt.succeed(GOOD, "a bill\n");
    const built = await building.done;
    const codes = JSON.parse(built.stdout).diagnostics.map(({ code }: { code: string }) => code);
    expect([built.code, codes], built.stderr).toEqual([0, expect.arrayContaining(["fleet-answer-refused"])]);
    expect(liar.asked).toBe(1);
    expect(JSON.stringify(await rig.tree("app"))).not.toContain("evil");
    // Whoever answers may have had it made: it is not known.
    const { at_risk: atRisk } = JSON.parse((await rig.factory("cost", "--json")).stdout);
    expect(atRisk.calls).toBe(1);
  },
);

test.skipIf(NO_REDIS !== null)("a draft beyond its scope is refused as one made here is", async () => {
  await using store = await TeamStore.open();
  await using redis = await RedisServer.open();
  await using agent = await ScriptedAgent.listen();
  await using rig = await workspace(store, redis.url, { run: agent.run });
  put(store, `derived/cas/${DIGEST}`, EVIL);
  await using liar = new Liar(redis, () => drafted([file(GOOD), file("package.json")]));
  const built = await rig.build();
  expect(built.code).toBe(1);
  expect(built.stderr).toMatch(/package\.json/);
  expect(liar.asked).toBeGreaterThan(0);
  expect(agent.pending).toBe(0);
});

test.skipIf(NO_REDIS !== null)(
  "an answer that a store forged under the name of a draft is looked at as well",
  async () => {
    await using store = await TeamStore.open();
    await using redis = await RedisServer.open();
    await using agent = await ScriptedAgent.listen();
    await using rig = await workspace(store, redis.url, { run: agent.run });
    put(store, `derived/cas/${DIGEST}`, EVIL);
    await using worker = await FleetWorker.start({
      name: "first",
      drafts: 1,
      store: store.url,
      fleet: redis.url,
    });
    const killed = rig.start("build", "--json");
    await agent.nextAttempt();
    killed.child.kill("SIGKILL");
    await killed.done;
    await worker.kill();
    const redisKeys = new Redis(redis.url);
    const [key = ""] = await redisKeys.keys("*:draft:*");
    redisKeys.disconnect();
    const name = key.slice(key.lastIndexOf(":") + 1);
    const lie = drafted([file(".git/config")]);
    put(store, `derived/drafts/${name}`, JSON.stringify({ order: name, ...lie }));
    const building = rig.start("build", "--json");
    const attempt = await agent.nextAttempt();
    await attempt.succeed(GOOD, "a bill\n");
    const built = await building.done;
    expect([built.code, built.stderr]).toEqual([0, expect.stringContaining("fleet-answer-refused")]);
  },
);

test.skipIf(NO_REDIS !== null)(
  "a program is given no key by which its worker reaches the queue",
  async () => {
    await using store = await TeamStore.open();
    await using redis = await RedisServer.open();
    await using agent = await ScriptedAgent.listen();
    await using rig = await workspace(store, redis.url, { run: agent.run, env: ["FLEET_WORD"] });
    const fleet = redis.url.replace("127.0.0.1", "$FLEET_WORD");
    await using worker = await FleetWorker.start({
      ...{ name: "first", drafts: 1, store: store.url, fleet, env: { FLEET_WORD: "127.0.0.1" } },
    });
    const building = rig.start("build", "--json");
    const attempt = await agent.nextAttempt();
    expect(attempt.cwd.startsWith(rig.root)).toBe(true);
    await attempt.succeed(GOOD, "a bill\n");
    const built = await building.done;
    expect([built.code, built.stderr]).toEqual([0, expect.stringContaining("a key of the worker's own")]);
    expect(worker.said).toContain("works for");
  },
);

test.skipIf(NO_REDIS !== null || NO_SANDBOX !== null)(
  "a program runs confined on a worker, also where its declaration asks for no sandbox",
  async () => {
    await using store = await TeamStore.open();
    await using redis = await RedisServer.open();
    await using rig = await workspace(store, redis.url, {
      run: `touch "$HOME/escaped"; mkdir -p src/bills; echo a bill > ${GOOD}`,
      sandbox: "off",
    });
    await using worker = await FleetWorker.start({
      ...{ name: "first", drafts: 1, store: store.url, fleet: redis.url, env: { FACTORY_SANDBOX: "" } },
    });
    const built = await rig.build();
    expect([built.code, built.stderr]).toEqual([0, expect.stringContaining("is drafted on first")]);
    expect(existsSync(`${worker.root}/../home/escaped`)).toBe(false);
  },
);
