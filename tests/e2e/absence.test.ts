// Does the factory take what it cannot find for what a person removed? Specs that are away, a link that leads nowhere or
// a file in place of a folder stop the build with the name of what is in the way, and the code stays on the branch.

import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { FactoryRig } from "../rig/factory-rig.ts";
import { ModelServer } from "../rig/model-server.ts";
import { KEYS, smallWork, smallWorker } from "../rig/small-work.ts";

const OBSTACLES: readonly (readonly [string, (rig: FactoryRig) => void, string])[] = [
  ["specs are away", () => {}, "There is no folder specs"],
  ["specs is a file", (rig) => writeFileSync(rig.path("specs"), ""), "ENOTDIR"],
  ["specs is a link to nothing", (rig) => symlinkSync(rig.path("nowhere"), rig.path("specs")), "specs"],
  ["specs is a link to itself", (rig) => symlinkSync(rig.path("specs"), rig.path("specs")), "ELOOP"],
  [
    "a feature is a link to nothing",
    (rig) => {
      mkdirSync(rig.path("specs"));
      symlinkSync(rig.path("nowhere"), rig.path("specs/work"));
    },
    "specs/work",
  ],
  [
    "a request is a link to nothing",
    (rig) => {
      mkdirSync(rig.path("specs/work"), { recursive: true });
      symlinkSync(rig.path("nowhere"), rig.path("specs/work/feature.md"));
    },
    "specs/work/feature.md",
  ],
];

test("no code leaves the branch while the specs cannot be found", async () => {
  await using server = await ModelServer.listen(smallWorker());
  await using rig = await smallWork(server);
  expect((await rig.factoryWith(KEYS, "build")).code).toBe(0);
  const head = await rig.git("app", "rev-parse", "main");
  renameSync(rig.path("specs"), rig.path("away"));
  for (const [what, obstruct, told] of OBSTACLES) {
    obstruct(rig);
    for (const command of ["validate", "build"]) {
      const run = await rig.factoryWith(KEYS, command);
      expect([what, run.code, run.stdout + run.stderr]).toEqual([what, 2, expect.stringContaining(told)]);
    }
    expect([what, await rig.git("app", "rev-parse", "main")]).toEqual([what, head]);
    rmSync(rig.path("specs"), { recursive: true, force: true });
  }
  renameSync(rig.path("away"), rig.path("specs"));
  expect((await rig.factoryWith(KEYS, "build")).code).toBe(0);
  expect(await rig.git("app", "rev-parse", "main")).toBe(head);
});

test("a feature that is a link to a folder elsewhere is a feature, and its edits are seen", async () => {
  await using server = await ModelServer.listen(smallWorker());
  await using rig = await smallWork(server);
  expect((await rig.factoryWith(KEYS, "build")).code).toBe(0);
  const head = await rig.git("app", "rev-parse", "main");
  renameSync(rig.path("specs/work"), rig.path("moved"));
  symlinkSync(rig.path("moved"), rig.path("specs/work"));
  expect((await rig.factoryWith(KEYS, "build")).code).toBe(0);
  expect(await rig.git("app", "rev-parse", "main")).toBe(head);
  rig.edit("moved/BACKLOG.yaml", "says T01", "says T01, once");
  expect(Object.values(await rig.status())).toEqual([expect.stringContaining("stale")]);
});

test("init does not ignore a folder of people's own that is called projects", async () => {
  await using rig = await FactoryRig.create({ projects: [] });
  rig.write({ "mono/projects/site/index.html": "hello\n", "clones/projects/app/.git/HEAD": "" });
  rig.remove("projects.yaml");
  for (const [folder, ignored] of [
    ["mono", ".factory/\n"],
    ["clones", ".factory/\n/projects/\n"],
  ] as const) {
    expect((await rig.factory("-C", rig.path(folder), "init")).code).toBe(0);
    expect(rig.read(`${folder}/.gitignore`)).toBe(ignored);
  }
});
