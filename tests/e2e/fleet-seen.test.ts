// What do people see of a fleet? Who is there and at work, in `status`; whether it can be used, in `doctor`; and which worker ran what,
// in the journal.

import { Redis } from "ioredis";
import { expect, test } from "vitest";
import { FactoryRig } from "../rig/factory-rig.ts";
import { FleetWorker } from "../rig/fleet.ts";
import { CHROMIUM, PageVisitor, serveDashboard } from "../rig/page-visitor.ts";
import { NO_REDIS, RedisServer } from "../rig/redis.ts";
import { TeamStore } from "../rig/team-store.ts";

const WAITING = "while test -e $HOME/wait; do touch $HOME/waits; sleep 0.1; done; sh check.sh";

async function workspace(store: TeamStore, fleet: string): Promise<FactoryRig> {
  const rig = await FactoryRig.create({ projects: [{ id: "app", gates: [{ id: "check", run: WAITING }] }] });
  const tasks = [{ id: "T01" }, { id: "T02" }];
  rig.feature({ id: "bills", requirements: { R1: "A bill costs 5." }, tasks });
  rig.write({
    "projects.yaml": `${rig.read("projects.yaml")}store:\n  url: ${store.url}\nfleet:\n  url: ${fleet}\n`,
  });
  return rig;
}

/** A worker of an earlier version, as it says of itself. */
async function beatOfOldWorker({ url }: RedisServer): Promise<void> {
  const redis = new Redis(url);
  await redis.sadd("factory:members", "old");
  const member = { id: "old", name: "old-one", fleet: "factory-0.0.1-linux-x64-node20", slots: 1, busy: [] };
  await redis.set("factory:member:old", JSON.stringify(member));
  redis.disconnect();
}

test.skipIf(NO_REDIS !== null)("status tells who works at what, and the journal who did it", async () => {
  await using store = await TeamStore.open();
  await using redis = await RedisServer.open();
  await using rig = await workspace(store, redis.url);
  await using worker = await FleetWorker.start({ name: "first", store: store.url, fleet: redis.url });
  worker.leave("wait");
  const building = rig.start("build", "--json");
  await worker.finds("waits");
  const seen = async () => JSON.parse((await rig.factory("status", "--json")).stdout).fleet;
  let fleet = await seen();
  // Its next word tells of what it has begun.
  while (fleet.workers[0].busy.length === 0) fleet = await seen();
  expect(fleet).toMatchObject({ url: redis.url, fault: null, waiting: 1 });
  expect(fleet.workers).toMatchObject([{ name: "first", slots: 1, serves: true }]);
  const [busy] = fleet.workers[0].busy;
  expect(busy).toMatch(/^bills:T0[12]$/);
  const text = await rig.factory("status");
  expect(text.stdout).toContain(`fleet ${redis.url}: 1 worker, 1 stage waiting\n`);
  expect(text.stdout).toContain(`  first  1 of 1 slot in use: ${busy}\n`);
  worker.take("wait");
  expect((await building.done).code).toBe(0);
  const journal = rig.list(".factory/journal").map((path) => rig.read(path));
  const events = journal
    .flatMap((lines) => lines.trim().split("\n"))
    .map((line) => JSON.parse(line.slice(line.indexOf("{"))));
  const sights = events.flatMap(({ type, sight }) => (type === "fleet-seen" ? [sight] : []));
  expect(sights).toContainEqual({ workers: 1, slots: 1, busy: 1, waiting: 1 });
  const ended = events.filter(({ type, subject }) => type === "gate-ended" && subject.startsWith("bills:"));
  expect(ended.map(({ worker: by, result }) => [by ?? null, result.gate])).toEqual(
    expect.arrayContaining([
      ["first", "check"],
      ["first", "check"],
    ]),
  );
  await redis.kill();
  const away = await rig.factory("status");
  expect([away.code, away.stdout]).toEqual([
    0,
    expect.stringContaining(`fleet ${redis.url}: cannot be reached`),
  ]);
  // Nobody could look, and that is not "no worker".
  expect(await seen()).toEqual({
    url: redis.url,
    fault: expect.stringContaining("cannot be reached"),
    workers: null,
    waiting: null,
  });
});

test.skipIf(NO_REDIS !== null || CHROMIUM === undefined)(
  "the dashboard shows who works at what, and whether anybody could look (needs Chromium)",
  async () => {
    await using store = await TeamStore.open();
    await using redis = await RedisServer.open();
    await using rig = await workspace(store, redis.url);
    await using worker = await FleetWorker.start({ name: "first", store: store.url, fleet: redis.url });
    await beatOfOldWorker(redis);
    const { program, link } = await serveDashboard(rig);
    await using visitor = await PageVisitor.open(link);
    const { page } = visitor;
    const shows = (words: string) =>
      page.waitForSelector(`section:has(h2:text-is("Fleet")) >> text=${words}`);
    await shows("1 worker, 0 stages waiting");
    await shows("0 of 1");
    await shows("serves builds of another kind: 0.0.1-linux-x64-node20");
    worker.leave("wait");
    const building = rig.start("build");
    await worker.finds("waits");
    await shows("1 worker, 1 stage waiting");
    await shows("1 of 1");
    await shows("bills:T0");
    worker.take("wait");
    expect((await building.done).code).toBe(0);
    await shows("1 worker, 0 stages waiting");
    await redis.kill();
    await shows("cannot be reached");
    expect(visitor.complaints).toEqual([]);
    program.child.kill("SIGINT");
    await program.done;
  },
);

test.skipIf(NO_REDIS !== null)("doctor tries the queue, and one stage on each worker", async () => {
  await using store = await TeamStore.open();
  await using redis = await RedisServer.open();
  await using rig = await workspace(store, redis.url);
  const alone = await rig.factory("doctor", "--fleet");
  expect(alone.stdout).toMatch(/fleet {2}redis:\S+ answers in .*, 0 stages waiting/);
  expect(alone.stdout).toContain("has no worker of this version and platform");
  await using first = await FleetWorker.start({
    name: "first",
    slots: 2,
    store: store.url,
    fleet: redis.url,
  });
  await using elsewhere = await TeamStore.open();
  await using lost = await FleetWorker.start({ name: "lost", store: elsewhere.url, fleet: redis.url });
  await beatOfOldWorker(redis);
  const tried = await rig.factory("doctor", "--fleet");
  expect(tried.stdout).toMatch(/✓ worker first {2}2 slots, one stage there and back in /);
  expect(tried.stdout).toContain(
    "! worker lost  does not find in its store what this machine put into its own",
  );
  expect(tried.stdout).toContain("✓ worker old-one  serves builds of another kind: 0.0.1-linux-x64-node20");
  expect([first.said, lost.said].map((said) => said.includes("gate probe passed"))).toEqual([true, false]);
  await redis.kill();
  const away = await rig.factory("doctor", "--fleet", "--json");
  const codes = JSON.parse(away.stdout).diagnostics.map(({ code }: { code: string }) => code);
  expect(codes).toContain("fleet-unreachable");
});

test.skipIf(NO_REDIS !== null)("status and doctor tell of workers that take drafts", async () => {
  await using store = await TeamStore.open();
  await using redis = await RedisServer.open();
  const coder = (run: string) => ({ kind: "command", run });
  await using rig = await FactoryRig.create({
    agents: { one: coder("sh make.sh"), two: coder("no-such-program {{window}}") },
    implementer: "one",
  });
  rig.write({
    "projects.yaml": `${rig.read("projects.yaml")}store:\n  url: ${store.url}\nfleet:\n  url: ${redis.url}\n`,
  });
  await using first = await FleetWorker.start({
    ...{ name: "first", drafts: 2, store: store.url, fleet: redis.url },
  });
  const tried = await rig.factory("doctor", "--fleet");
  expect(tried.stdout).toContain("! worker first  takes 2 drafts at once, and lacks no-such-program");
  expect((await rig.factory("status")).stdout).toContain("  first  0 of 1 slot in use; 0 of 2 drafts\n");
  const { fleet } = JSON.parse((await rig.factory("status", "--json")).stdout);
  expect(fleet.workers).toMatchObject([{ drafts: 2, drafting: [], programs: ["sh"] }]);
  expect(first.said).toContain("2 drafts at once");
});
