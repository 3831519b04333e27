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
const TASKS = 4;

async function workspace(store: TeamStore, fleet: string, more = ""): Promise<FactoryRig> {
  const rig = await FactoryRig.create({ projects: [{ id: "app", gates: [{ id: "check", run: NOTING }] }] });
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
