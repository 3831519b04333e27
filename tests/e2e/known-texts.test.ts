// Does it show whether a command takes texts from what the last build kept, or reads every spec again? It must not.

import { truncateSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { FactoryRig } from "../rig/factory-rig.ts";

const COMMANDS: readonly (readonly string[])[] = [
  ["validate", "--json"],
  ["audit", "--json"],
  ["cost", "--json"],
  ["diff", "--json"],
  ["blame", "app/src/fares/T01.ts:1", "--json"],
  ["log", "fares", "--json"],
  ["logs", "fares:T01", "--json"],
  ["answer", "passes"],
  ["new", "fares"],
];

test("commands say the same with the index, without it, and where a kept text is damaged", async () => {
  await using rig = await FactoryRig.create();
  rig.feature({
    id: "fares",
    requirements: { R1: "A ride costs 5.", R2: "A day costs 9." },
    tasks: [
      { id: "T01", files: ["src/fares/T01.ts"] },
      { id: "T02", dependsOn: ["T01"], requirements: ["R2"] },
    ],
  });
  rig.feature({
    id: "passes",
    requirements: { R1: "A pass costs [NEEDS CLARIFICATION: how much?]." },
    tasks: [{ id: "T01" }],
  });
  // With a question that is open, a build ends with something left to do, and remembers all else.
  await rig.build();
  await rig.commitWorkspace("Five");
  rig.edit("specs/fares/feature.md", "costs 9", "costs 8");

  const said = async () => {
    const told: unknown[] = [];
    for (const command of COMMANDS) {
      const { code, stdout, stderr } = await rig.factory(...command);
      told.push({ command, code, stdout, stderr });
    }
    return told;
  };
  const known = await said();
  const kept = rig.path(".factory/store/features");
  const files = (await readdir(kept, { recursive: true })).filter((name) => name.endsWith(".json"));
  expect(files.length).toBeGreaterThan(0);
  for (const name of files) truncateSync(join(kept, name), 10);
  expect(await said()).toEqual(known);
  rig.remove(".factory/index");
  expect(await said()).toEqual(known);
}, 120_000);
