// Does a command that only tells leave everything as it was? Every byte and time below the workspace, but for the engine's
// own clones, which are caches of git: a person may look while a build runs, on a full disk, or where nothing may be written.

import { lstatSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { FactoryRig } from "../rig/factory-rig.ts";

const COMMANDS: readonly (readonly string[])[] = [
  ["status"],
  ["status", "--json"],
  ["explain", "fares:T02"],
  ["check"],
  ["build", "--dry-run"],
  ["graph"],
  ["validate"],
  ["log", "fares"],
  ["diff", "fares"],
  ["blame", "app/src/fares/T01.ts:1"],
  ["cost"],
  ["metrics"],
  ["audit"],
  ["doctor"],
];

const CACHES = [".factory/git"];

/** What stands at each path, and since when. */
function everything(root: string, below = ""): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const name of readdirSync(join(root, below))) {
    const path = join(below, name);
    if (CACHES.includes(path)) continue;
    const stat = lstatSync(join(root, path), { bigint: true });
    const content = stat.isFile() ? readFileSync(join(root, path)).toString("base64") : "";
    found.set(path, `${stat.mode} ${stat.ino} ${stat.mtimeNs} ${content}`);
    if (stat.isDirectory()) for (const [inner, text] of everything(root, path)) found.set(inner, text);
  }
  return found;
}

function changed(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): readonly string[] {
  const paths = new Set([...before.keys(), ...after.keys()]);
  return [...paths].filter((path) => before.get(path) !== after.get(path)).sort();
}

test("commands that only tell write nothing, whatever there is to tell", async () => {
  await using rig = await FactoryRig.create();
  rig.feature({
    id: "fares",
    requirements: { R1: "A ride costs 5.", R2: "A day costs 9." },
    tasks: [
      { id: "T01", files: ["src/fares/T01.ts"] },
      { id: "T02", dependsOn: ["T01"], requirements: ["R2"] },
    ],
  });
  expect((await rig.build()).code).toBe(0);
  await rig.commitWorkspace("Five");
  const states: readonly (readonly [string, () => Promise<void> | void])[] = [
    ["all is fresh", () => undefined],
    ["a requirement is edited", () => rig.edit("specs/fares/feature.md", "costs 5.", "costs 6.")],
    [
      "a person edited what was generated",
      async () => {
        const path = "projects/app/src/fares/T01.ts";
        rig.write({ [path]: `${rig.read(path)}\n// by hand\n` });
        await rig.commit("app", "By hand");
      },
    ],
    ["the store is lost", () => rig.remove(".factory/store")],
    ["the index is lost, too", () => rig.remove(".factory/index")],
  ];
  for (const [state, make] of states) {
    await make();
    for (const command of COMMANDS) {
      const before = everything(rig.root);
      const run = await rig.factory(...command);
      // One that nobody understood has told nothing.
      expect(run.code, `${run.command}: ${run.stderr}`).not.toBe(2);
      expect(changed(before, everything(rig.root)), `${state}: factory ${command.join(" ")}`).toEqual([]);
    }
  }
}, 240_000);
