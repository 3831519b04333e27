// How much can a worker do that lies, or a machine that is not as ours? It costs time, and neither an attempt nor a product. And no
// key goes to a worker, nor a worker's own key to a gate.

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Worker } from "bullmq";
import { Redis } from "ioredis";
import { expect, test } from "vitest";
import { type Digest, digestOf, type Json } from "../../src/model/digest.ts";
import { sandboxState } from "../../src/platform/sandbox.ts";
import type { BuildDocument } from "../rig/documents.ts";
import { FactoryRig } from "../rig/factory-rig.ts";
import { FleetWorker } from "../rig/fleet.ts";
import { NO_REDIS, RedisServer } from "../rig/redis.ts";
import type { GateText } from "../rig/specs.ts";
import { TeamStore } from "../rig/team-store.ts";

/** Why nothing can be confined here; null where it can. */
const NO_SANDBOX = (await sandboxState("require")).kind === "none" ? "no sandbox" : null;

interface Order {
  readonly toolchain: Digest;
  readonly gates: readonly { readonly id: string }[];
}

/** What it says of an order; the digest of that is there for those who want it. */
type Lie = (order: Order, digest: Digest) => unknown;

/** Takes all orders of a fleet, as somebody may who can write to its queue. */
class Liar implements AsyncDisposable {
  readonly orders: Order[] = [];
  readonly #redis: Redis;
  readonly #workers: Worker[] = [];
  #timer: NodeJS.Timeout | null = null;

  private constructor(redis: Redis) {
    this.#redis = redis;
  }

  static async start({ url }: RedisServer, lie: Lie): Promise<Liar> {
    const { version } = JSON.parse(readFileSync("package.json", "utf8")) as { version: string };
    const major = process.versions.node.split(".")[0];
    const fleet = `factory-${version}-${process.platform}-${process.arch}-node${major}`;
    const redis = new Redis(url, { maxRetriesPerRequest: null });
    redis.on("error", () => {});
    const liar = new Liar(redis);
    await redis.sadd("factory:members", "liar");
    const member = { id: "liar", name: "liar", fleet, slots: 8, busy: [] };
    await redis.set("factory:member:liar", JSON.stringify(member));
    const known = new Set<string>();
    liar.#timer = setInterval(async () => {
      for (const lane of await redis.zrange(`${fleet}:lanes`, "0", "-1")) {
        if (known.has(lane)) continue;
        known.add(lane);
        const work = async ({ data }: { data: { body: string } }) => {
          const order = JSON.parse(data.body) as Order & Json;
          liar.orders.push(order);
          return JSON.stringify(lie(order, digestOf("stage-order/1", order)));
        };
        const worker = new Worker(`${fleet}-${lane}`, work, { connection: redis, name: "liar" });
        worker.on("error", () => {});
        liar.#workers.push(worker);
      }
    }, 20);
    return liar;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer);
    await Promise.all(this.#workers.map((worker) => worker.close(true)));
    this.#redis.disconnect();
  }
}

const said = (gate: string, passed: boolean, more: object = {}) => ({
  result: { gate, passed, ms: 1, evidence: passed ? "" : "a lie", output: "", end: "exited", ...more },
  cases: null,
});

const judged = (order: Order, digest: Digest, runs: readonly unknown[]) => ({
  ...{ order: digest, kind: "judged", toolchain: order.toolchain, runs },
});

const LIES: Readonly<Record<string, Lie>> = {
  "what is no answer": () => "yes",
  "an answer to another order": (order) =>
    judged(order, "0".repeat(64) as Digest, [said("check", true), said("lint", true)]),
  "of another toolchain": (order, digest) => ({
    ...judged(order, digest, [said("check", true), said("lint", true)]),
    toolchain: "0".repeat(64),
  }),
  "of a gate that it was not asked for": (order, digest) =>
    judged(order, digest, [said("check", true), said("other", true)]),
  "of too few gates": (order, digest) => judged(order, digest, [said("check", true)]),
  "evidence of many lines": (order, digest) =>
    judged(order, digest, [said("check", false, { evidence: "a\nb" })]),
  "that files are missing that nobody sent": (_, digest) => ({
    ...{ order: digest, toolchain: null, kind: "missing", files: ["1".repeat(64)] },
  }),
};

const GATES: readonly GateText[] = [
  { id: "check", run: "sh check.sh" },
  { id: "lint", run: "true" },
];

async function workspace(
  store: TeamStore,
  fleet: string,
  {
    gates = GATES,
    source,
    env = [],
  }: { gates?: readonly GateText[]; source?: string; env?: readonly string[] } = {},
): Promise<FactoryRig> {
  const rig = await FactoryRig.create({
    projects: [{ id: "app", gates, env }],
    limits: { attempts: 1, rebases: 0 },
  });
  rig.feature({ id: "bills", requirements: { R1: "A bill costs 5." }, tasks: [{ id: "T01" }] }, source);
  rig.write({
    "projects.yaml": `${rig.read("projects.yaml")}store:\n  url: ${store.url}\nfleet:\n  url: ${fleet}\n`,
  });
  return rig;
}

function codesOf({ diagnostics }: BuildDocument): readonly string[] {
  return diagnostics.map(({ code }) => code).filter((code) => code !== "criteria-unproven");
}

test.skipIf(NO_REDIS !== null).each(Object.entries(LIES))("%s is not used, and told", async (_, lie) => {
  await using store = await TeamStore.open();
  await using redis = await RedisServer.open();
  await using liar = await Liar.start(redis, lie);
  await using rig = await workspace(store, redis.url);
  const built = await rig.build();
  expect([built.code, codesOf(built.document)], built.stderr).toEqual([0, ["fleet-answer-refused"]]);
  expect(liar.orders).toHaveLength(1);
});

test.skipIf(NO_REDIS !== null)("a failure that a worker invents costs no attempt", async () => {
  await using store = await TeamStore.open();
  await using redis = await RedisServer.open();
  await using _ = await Liar.start(redis, (order, digest) => judged(order, digest, [said("check", false)]));
  await using rig = await workspace(store, redis.url);
  const built = await rig.build();
  expect([built.code, codesOf(built.document)], built.stderr).toEqual([0, ["fleet-disagrees"]]);
  expect(built.document.tasks).toMatchObject([{ action: "regenerated", attempts: 1 }]);
});

test.skipIf(NO_REDIS !== null)(
  "a product that passes nowhere but with a worker that lies is on no branch",
  async () => {
    await using store = await TeamStore.open();
    await using redis = await RedisServer.open();
    await using _ = await Liar.start(redis, (order, digest) =>
      judged(order, digest, [said("check", true), said("lint", true)]),
    );
    await using rig = await workspace(store, redis.url, { source: "BROKEN\n" });
    const before = await rig.tree("app");
    const built = await rig.build();
    expect([built.code, codesOf(built.document)], built.stderr).toEqual([1, ["product-failed"]]);
    expect(await rig.tree("app")).toBe(before);
  },
);

test.skipIf(NO_REDIS !== null)(
  "a gate that a worker lacks something for passes here, and both are told",
  async () => {
    await using store = await TeamStore.open();
    await using redis = await RedisServer.open();
    const gates = [{ id: "check", run: "test -e $HOME/tool || { echo no tool here >&2; exit 1; }" }];
    await using rig = await workspace(store, redis.url, { gates });
    rig.write({ "../home/tool": "" });
    await using worker = await FleetWorker.start({ name: "bare", store: store.url, fleet: redis.url });
    const built = await rig.build();
    expect([built.code, codesOf(built.document)], built.stderr).toEqual([0, ["fleet-disagrees"]]);
    const [told] = built.document.diagnostics.filter(({ code }) => code === "fleet-disagrees");
    expect(told?.message).toBe(
      "Gate check failed on the worker bare and passes here on the same tree. The worker's words: no tool here",
    );
    expect(worker.said).toMatch(/bills:T01 {2}gate check failed: no tool here/);
  },
);

test.skipIf(NO_REDIS !== null)(
  "a password comes by a variable, is told nowhere, and no gate gets it",
  async () => {
    await using store = await TeamStore.open();
    const password = "hunter2-of-the-fleet";
    await using redis = await RedisServer.open({ password });
    const fleet = `redis://:$QUEUE_LOGIN@127.0.0.1:${redis.port}`;
    const env = { QUEUE_LOGIN: password, GATE_WORD: "word-of-the-worker" };
    const gates: readonly GateText[] = [
      { id: "check", run: "echo $GATE_WORD-$QUEUE_LOGIN-$UNNAMED > $HOME/saw", env: ["GATE_WORD"] },
    ];
    await using rig = await workspace(store, fleet, { gates });
    await using worker = await FleetWorker.start({
      ...{ name: "first", store: store.url, fleet },
      env: { ...env, UNNAMED: "unnamed" },
    });
    const built = await rig.factoryWith({ ...env, GATE_WORD: "word-of-the-build" }, "build", "--json");
    expect([built.code, codesOf(JSON.parse(built.stdout))], built.stderr).toEqual([0, []]);
    expect(readFileSync(join(worker.root, "..", "home", "saw"), "utf8")).toBe("word-of-the-worker--\n");
    const journals = rig.list(".factory/journal").map((path) => rig.read(path));
    for (const text of [built.stdout, built.stderr, worker.said, ...journals])
      expect(text).not.toContain(password);

    await using greedy = await workspace(store, fleet, { gates, env: ["QUEUE_LOGIN"] });
    const asked = await greedy.factoryWith(env, "build", "--json");
    expect([asked.code, codesOf(JSON.parse(asked.stdout))], asked.stderr).toEqual([
      0,
      ["fleet-worker-unable"],
    ]);
    expect(asked.stderr).toContain("the order asks for QUEUE_LOGIN, a key of the worker's own");

    const without = await rig.factory("worker");
    expect([without.code, existsSync(rig.path(".factory/fleet"))]).toEqual([6, false]);
    expect(without.stderr).toContain("names the variable QUEUE_LOGIN, which is not set");
  },
);

test.skipIf(NO_REDIS !== null)(
  "without verify, a worker's word counts for failures and for products",
  async () => {
    await using store = await TeamStore.open();
    await using redis = await RedisServer.open();
    const gates = [
      {
        id: "check",
        run: "echo >> $HOME/ran; test ! -e $HOME/refuse || { echo src/bills/T01.txt: refused >&2; exit 1; }",
      },
    ];
    const ran = (root: string) => {
      const path = join(root, "..", "home", "ran");
      return existsSync(path) ? readFileSync(path, "utf8").length : 0;
    };
    await using rig = await workspace(store, redis.url, { gates });
    rig.edit("projects.yaml", `url: ${redis.url}\n`, `url: ${redis.url}\n  verify: false\n`);
    await using refused = rig.twin();
    await using worker = await FleetWorker.start({ name: "first", store: store.url, fleet: redis.url });
    const built = await rig.build();
    expect([built.code, codesOf(built.document)], built.stderr).toEqual([0, []]);
    // What people wrote is judged here; the draft on the worker, and so the product, which is the same tree.
    expect([ran(rig.root), ran(worker.root)]).toEqual([1, 1]);
    worker.leave("refuse");
    const failed = await refused.build();
    expect([failed.code, failed.actions], failed.stderr).toEqual([1, { "bills:T01": "failed" }]);
    expect(failed.stderr).toContain("src/bills/T01.txt: refused");
    expect(ran(refused.root)).toBe(1);
  },
);

test.skipIf(NO_REDIS !== null || NO_SANDBOX !== null)(
  "a worker runs gates confined, unless it is told otherwise",
  async () => {
    await using store = await TeamStore.open();
    await using redis = await RedisServer.open();
    const gates = [
      {
        id: "check",
        run: "if test -e ../../../../projects.yaml; then echo sees the workspace >&2; exit 1; fi",
      },
    ];
    await using rig = await workspace(store, redis.url, { gates });
    await using other = rig.twin();
    const confined = { FACTORY_SANDBOX: "require" };
    {
      // Nothing is said of a sandbox there.
      await using _ = await FleetWorker.start({
        ...{ name: "first", store: store.url, fleet: redis.url },
        env: { FACTORY_SANDBOX: "" },
      });
      const built = await rig.factoryWith(confined, "build", "--json");
      expect([built.code, codesOf(JSON.parse(built.stdout))], built.stderr).toEqual([0, []]);
    }
    await using _ = await FleetWorker.start({
      ...{ name: "open", store: store.url, fleet: redis.url },
      env: { FACTORY_SANDBOX: "off" },
    });
    const built = await other.factoryWith(confined, "build", "--json");
    expect([built.code, codesOf(JSON.parse(built.stdout))], built.stderr).toEqual([0, ["fleet-disagrees"]]);
  },
);
