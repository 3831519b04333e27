// How do gates that work at the same time keep out of each other's way?

import { existsSync } from "node:fs";
import { expect, test } from "vitest";
import { FactoryRig } from "../rig/factory-rig.ts";

function notes(rig: FactoryRig, project: string, count: number): void {
  const tasks = Array.from({ length: count }, (_, index) => ({ id: `T0${index + 1}` }));
  rig.feature({ id: `notes-${project}`, projects: [project], requirements: { R1: "A note." }, tasks });
}

test("gates that work at the same time have different numbers, and so have setup and agents one", async () => {
  // Ends only where two of them are at work under the numbers 1 and 2.
  const meet =
    'test -d src || exit 0; mkdir -p "$HOME/at-$FACTORY_SLOT"; until test -d "$HOME/at-1" && test -d "$HOME/at-2"; do sleep 0.02; done';
  await using rig = await FactoryRig.create({
    projects: [
      { id: "app", setup: 'test "$FACTORY_SLOT" -ge 1', gates: [{ id: "meet", run: meet, timeout: "30s" }] },
    ],
    agents: { writer: { kind: "command", run: 'mkdir -p src && echo "$FACTORY_SLOT" > src/slot.txt' } },
  });
  notes(rig, "app", 2);
  rig.feature({
    id: "more",
    requirements: { R1: "A note." },
    tasks: [{ id: "T01", generator: null, agent: "writer", files: ["src/slot.txt"] }],
  });
  expect((await rig.build()).code).toBe(0);
  expect(await rig.git("app", "show", "main:src/slot.txt")).toMatch(/^[1-9]\d*$/);
});

test("no other gate of its project works beside an exclusive one", async () => {
  const alone =
    'mkdir "$HOME/alone" || { echo "error: somebody else is here"; exit 1; }; sleep 0.2; rmdir "$HOME/alone"';
  const beside = 'test ! -d "$HOME/alone" && sleep 0.1 && test ! -d "$HOME/alone"';
  await using rig = await FactoryRig.create({
    projects: [
      {
        id: "app",
        gates: [
          { id: "beside", run: beside },
          { id: "alone", run: alone, exclusive: true },
        ],
      },
    ],
    limits: { gates: 4 },
  });
  notes(rig, "app", 5);
  expect((await rig.build()).code).toBe(0);
});

test("other projects go on beside an exclusive gate, also where all gates wait for it", async () => {
  // The exclusive gate ends only once the other project's has been at work beside it.
  const waits =
    'test -d src || exit 0; touch "$HOME/begun"; until test -e "$HOME/passed-by"; do sleep 0.02; done';
  const passes =
    'test -d src || exit 0; until test -e "$HOME/begun"; do sleep 0.02; done; touch "$HOME/passed-by"';
  await using rig = await FactoryRig.create({
    projects: [
      { id: "slow", gates: [{ id: "alone", run: waits, exclusive: true, timeout: "30s" }] },
      { id: "quick", gates: [{ id: "passes", run: passes, timeout: "30s" }] },
    ],
    limits: { gates: 2 },
  });
  notes(rig, "slow", 1);
  notes(rig, "quick", 1);
  expect((await rig.build()).code).toBe(0);
});

test("an interrupt ends gates that wait for their turn", async () => {
  await using rig = await FactoryRig.create({
    projects: [
      {
        id: "app",
        gates: [
          { id: "alone", run: "test -d src || exit 0; touch ../../../../begun; sleep 300", exclusive: true },
        ],
      },
    ],
    limits: { gates: 3 },
  });
  notes(rig, "app", 3);
  const build = rig.start("build");
  await expect.poll(() => existsSync(rig.path("begun")), { timeout: 20_000, interval: 20 }).toBe(true);
  build.child.kill("SIGINT");
  expect((await build.done).code).toBe(130);
});

test("setups whose package manager guards its downloads from nobody run one after the other, in all projects", async () => {
  const alone =
    'mkdir "$HOME/fetching" || { echo "error: somebody else fills the cache"; exit 1; }; sleep 0.4; rmdir "$HOME/fetching"';
  const project = (id: string, lockfile: string) => ({
    ...{ id, setup: alone, gates: [{ id: "test", run: "true" }] },
    files: { [lockfile]: "" },
  });
  await using rig = await FactoryRig.create({
    projects: [project("one", "yarn.lock"), project("two", "web/bun.lock"), project("three", "pom.xml")],
    limits: { gates: 4 },
  });
  for (const id of ["one", "two", "three"]) notes(rig, id, 2);
  expect((await rig.build()).code).toBe(0);
});
