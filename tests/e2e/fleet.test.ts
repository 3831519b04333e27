// Do other machines run the gates of a build, and does it come to the same? Real Redis, a real store on loopback, and workers as
// processes with folders of their own.

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { BuildDocument } from "../rig/documents.ts";
import { FactoryRig } from "../rig/factory-rig.ts";
import { FleetWorker } from "../rig/fleet.ts";
import { NO_REDIS, RedisServer } from "../rig/redis.ts";
import { TeamStore } from "../rig/team-store.ts";

/** Each run of the gate leaves its mark in the home of the machine that it ran on. */
const NOTING = "echo $PWD >> $HOME/ran.txt; sh check.sh";
/** It stays for as long as its machine has a file. */
const WAITING = "while test -e $HOME/wait; do touch $HOME/waits; sleep 0.1; done";
const TASKS = 4;

/** `first`: what the gate does before all else. */
async function workspace(store: TeamStore, fleet: string, more = "", first = "true"): Promise<FactoryRig> {
  const gates = [{ id: "check", run: `${first}; ${NOTING}` }];
  const rig = await FactoryRig.create({ projects: [{ id: "app", gates }] });
  const tasks = Array.from({ length: TASKS }, (_, index) => ({ id: `T0${index + 1}` }));
  rig.feature({ id: "bills", requirements: { R1: "A bill costs 5." }, tasks });
  declare(rig, `store:\n  url: ${store.url}\nfleet:\n  url: ${fleet}\n${more}`);
  return rig;
}

function declare(rig: FactoryRig, text: string): void {
  rig.write({ "projects.yaml": `${rig.read("projects.yaml")}${text}` });
}

function codesOf({ diagnostics }: BuildDocument): readonly string[] {
  return diagnostics.map(({ code }) => code).filter((code) => code !== "criteria-unproven");
}

/** How often gates ran on a machine. */
function runsAt(root: string): number {
  const path = join(root, "..", "home", "ran.txt");
  return existsSync(path) ? readFileSync(path, "utf8").trim().split("\n").length : 0;
}

test.skipIf(NO_REDIS !== null)(
  "workers run the gates of tasks, and the product is that of one machine",
  async () => {
    await using store = await TeamStore.open();
    await using redis = await RedisServer.open();
    await using alone = await workspace(store, redis.url);
    const one = await alone.factory("build", "--json", "--offline");
    expect(one.code, one.stderr).toBe(0);

    await using rig = await workspace(store, redis.url);
    await using first = await FleetWorker.start({ name: "first", store: store.url, fleet: redis.url });
    await using second = await FleetWorker.start({ name: "second", store: store.url, fleet: redis.url });
    const built = await rig.build();
    expect([built.code, codesOf(built.document)], built.stderr).toEqual([0, []]);
    expect(await rig.tree("app")).toBe(await alone.tree("app"));
    // Here: once on what people wrote, once on the product.
    expect([runsAt(rig.root), runsAt(first.root) + runsAt(second.root)]).toEqual([2, TASKS]);
  },
);

test.skipIf(NO_REDIS !== null)("without a worker, the build runs its gates itself and says so", async () => {
  await using store = await TeamStore.open();
  await using redis = await RedisServer.open();
  await using rig = await workspace(store, redis.url);
  const built = await rig.build();
  expect([built.code, codesOf(built.document)], built.stderr).toEqual([0, ["fleet-without-workers"]]);
  expect(runsAt(rig.root)).toBe(1 + TASKS + 1);
});

test.skipIf(NO_REDIS !== null)(
  "a fleet that cannot be reached, or a store that is full, costs a warning",
  async () => {
    await using store = await TeamStore.open();
    await using redis = await RedisServer.open();
    await using rig = await workspace(store, redis.url);
    await using other = rig.twin();
    await using worker = await FleetWorker.start({ name: "first", store: store.url, fleet: redis.url });
    store.trouble = (method, path) =>
      method === "PUT" && path.startsWith("derived/") ? { status: 507 } : null;
    const full = await rig.build();
    expect([full.code, codesOf(full.document)], full.stderr).toEqual([0, ["fleet-store-refused"]]);
    expect([runsAt(rig.root), runsAt(worker.root)]).toEqual([1 + TASKS + 1, 0]);
    store.trouble = () => null;
    await redis.kill();
    const away = await other.build();
    expect([away.code, codesOf(away.document)], away.stderr).toEqual([0, ["fleet-left-alone"]]);
    expect(runsAt(other.root)).toBe(1 + TASKS + 1);
  },
);

test.skipIf(NO_REDIS !== null)("what the store deletes while a build runs is sent again", async () => {
  await using store = await TeamStore.open();
  await using redis = await RedisServer.open();
  await using rig = await workspace(store, redis.url);
  await using worker = await FleetWorker.start({ name: "first", store: store.url, fleet: redis.url });
  // Each thing that travels is gone as soon as it is there, the first time.
  const deleted = new Set<string>();
  store.trouble = (method, path) => {
    if (method !== "GET" || !path.startsWith("derived/cas/") || deleted.has(path)) return null;
    deleted.add(path);
    store.objects.delete(path);
    return { status: 404 };
  };
  const built = await rig.build();
  expect([built.code, codesOf(built.document)], built.stderr).toEqual([0, []]);
  // What people wrote and the product here; all else there, after the lists and the files were sent again.
  expect([runsAt(rig.root), runsAt(worker.root)]).toEqual([2, TASKS]);
  const puts = store.requests.filter(
    ({ method, path }) => method === "PUT" && path.startsWith("derived/cas/"),
  );
  const twice = puts.filter(({ path }, index) => puts.findIndex((one) => one.path === path) !== index);
  expect(twice.length).toBeGreaterThan(TASKS);
});

test.skipIf(NO_REDIS !== null)("the stage of a worker that is killed is done by another one", async () => {
  await using store = await TeamStore.open();
  await using redis = await RedisServer.open();
  // The first to come stays until its machine dies.
  await using rig = await workspace(store, redis.url, "", WAITING);
  await using first = await FleetWorker.start({ name: "first", store: store.url, fleet: redis.url });
  first.leave("wait");
  const building = rig.start("build", "--json");
  await first.finds("waits");
  await using second = await FleetWorker.start({ name: "second", store: store.url, fleet: redis.url });
  await first.kill();
  const built = await building.done;
  const document = JSON.parse(built.stdout);
  expect([built.code, codesOf(document)], built.stderr).toEqual([0, []]);
  expect(runsAt(second.root)).toBe(TASKS);
});

test.skipIf(NO_REDIS !== null)("an order that Redis lost in a restart is sent again", async () => {
  await using store = await TeamStore.open();
  await using redis = await RedisServer.open();
  await using rig = await workspace(store, redis.url, "", WAITING);
  await using worker = await FleetWorker.start({ name: "first", store: store.url, fleet: redis.url });
  worker.leave("wait");
  const building = rig.start("build", "--json");
  await worker.finds("waits");
  await redis.kill();
  await redis.start();
  worker.take("wait");
  const built = await building.done;
  expect([built.code, codesOf(JSON.parse(built.stdout))], built.stderr).toEqual([0, []]);
  // Here: what people wrote, and the product.
  expect(runsAt(rig.root)).toBe(2);
});

test.skipIf(NO_REDIS !== null)(
  "an interrupted worker gives its stage back, and an interrupted build takes its own away",
  async () => {
    await using store = await TeamStore.open();
    await using redis = await RedisServer.open();
    await using rig = await workspace(store, redis.url, "", WAITING);
    await using first = await FleetWorker.start({ name: "first", store: store.url, fleet: redis.url });
    first.leave("wait");
    const building = rig.start("build", "--json");
    await first.finds("waits");
    await using second = await FleetWorker.start({ name: "second", store: store.url, fleet: redis.url });
    second.leave("wait");
    const ended = await first.interrupt();
    expect(ended.code, ended.stderr).toBe(130);
    await second.finds("waits");
    building.child.kill("SIGINT");
    expect((await building.done).code).toBe(130);
    // The gate would wait for ever.
    const busy = async () => JSON.parse((await rig.factory("status", "--json")).stdout).fleet.workers[0].busy;
    while ((await busy()).length > 0);
  },
);

test.skipIf(NO_REDIS !== null)("a Redis that does not come back ends no build", async () => {
  await using store = await TeamStore.open();
  await using redis = await RedisServer.open();
  await using rig = await workspace(store, redis.url, "", WAITING);
  await using worker = await FleetWorker.start({ name: "first", store: store.url, fleet: redis.url });
  worker.leave("wait");
  const building = rig.start("build", "--json");
  await worker.finds("waits");
  await redis.kill();
  const built = await building.done;
  expect([built.code, codesOf(JSON.parse(built.stdout))], built.stderr).toEqual([0, ["fleet-left-alone"]]);
  expect(runsAt(rig.root)).toBe(1 + TASKS + 1);
  expect((await worker.interrupt()).code).toBe(130);
});

test.skipIf(NO_REDIS !== null)(
  "a worker that does not reach the store leaves the stages to those that do, and works again when it can",
  async () => {
    await using store = await TeamStore.open();
    await using away = await TeamStore.open();
    await using redis = await RedisServer.open();
    await using rig = await workspace(store, redis.url);
    await using alone = rig.twin();
    away.trouble = () => ({ status: 503 });
    await using cut = await FleetWorker.start({
      ...{ name: "cut", slots: 4, store: away.url, fleet: redis.url },
    });
    const built = await alone.build();
    expect([built.code, codesOf(built.document)], built.stderr).toEqual([0, ["fleet-without-workers"]]);
    await cut.says(/takes nothing until it can: the shared store .*503/);
    expect((await rig.factory("status")).stdout).toMatch(
      / {2}cut {2}0 of 4 slots in use; takes nothing: the shared store .*503/,
    );

    await using whole = await FleetWorker.start({ name: "whole", store: store.url, fleet: redis.url });
    const shared = await rig.build();
    expect([shared.code, codesOf(shared.document)], shared.stderr).toEqual([0, []]);
    expect([runsAt(whole.root), runsAt(cut.root)]).toEqual([TASKS, 0]);
    away.trouble = () => null;
    await cut.says(/the shared store is back/);
    expect((await rig.factory("status")).stdout).not.toContain("takes nothing");
  },
);

test.skipIf(NO_REDIS !== null)("workers that are interrupted while Redis is away end", async () => {
  await using store = await TeamStore.open();
  await using redis = await RedisServer.open();
  await using rig = await workspace(store, redis.url, "", WAITING);
  const start = (name: string, drafts: number) =>
    FleetWorker.start({ name, drafts, store: store.url, fleet: redis.url });
  await using busy = await start("busy", 0);
  busy.leave("wait");
  const building = rig.start("build", "--json");
  await busy.finds("waits");
  await using idle = await start("idle", 1);
  await using told = await start("told", 0);
  await redis.kill();
  await told.says(/is away; waiting for it/);
  const ended = await Promise.all([busy, idle, told].map((worker) => worker.interrupt()));
  expect(ended.map(({ code }) => code)).toEqual([130, 130, 130]);
  building.child.kill("SIGINT");
  expect((await building.done).code).toBe(130);
});
