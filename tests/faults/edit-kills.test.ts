// Does a kill while an edit is built lose the edit, or what a person committed meanwhile?

import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { type FactoryRig, madeOnce } from "../rig/factory-rig.ts";
import { shop } from "../rig/shop.ts";
import { chanceOf, times } from "./extent.ts";

const ROUNDS = times(3, 8, 50);
const FAITHFUL = fileURLToPath(new URL("../rig/agents/faithful.mjs", import.meta.url));

/** Half of the tasks are written by a command agent, so that a kill meets worktrees and processes too. */
async function workspace(): Promise<FactoryRig> {
  const rig = await shop({
    agents: { faithful: { kind: "command", run: `"${process.execPath}" "${FAITHFUL}"` } },
  });
  for (const feature of ["products", "money"]) {
    const path = `specs/${feature}/BACKLOG.yaml`;
    rig.write({ [path]: rig.read(path).replace(/generator: \w+\/T0[12]/g, "agent: faithful") });
  }
  return rig;
}

const built = madeOnce(async () => {
  const rig = await workspace();
  expect((await rig.build()).code).toBe(0);
  return rig;
});

async function killed(rig: FactoryRig, afterMs: number): Promise<void> {
  const run = rig.start("build", "-j2");
  const timer = setTimeout(() => run.child.kill("SIGKILL"), afterMs);
  await run.done;
  clearTimeout(timer);
}

test("a kill during an edit's build loses neither the edit nor a person's commit", {
  timeout: 300_000,
}, async () => {
  await using rig = await built();
  rig.write({ "projects/app/by-hand.txt": "mine\n" });
  await rig.commit("app", "Mine");
  rig.edit("specs/money/feature.md", "has a currency", "has a unit");
  const chance = chanceOf("kills of an edit");
  for (let round = 0; round < ROUNDS; round++) {
    await killed(rig, Math.round(chance() * 1500));
    expect(await rig.git("app", "fsck", "--strict", "--no-dangling")).toBe("");
    expect(await rig.git("app", "show", "main:by-hand.txt")).toBe("mine");
  }
  expect((await rig.build()).code).toBe(0);
  expect(await rig.git("app", "show", "main:src/money/T01.txt")).toContain("has a unit");
  expect(await rig.git("app", "status", "--porcelain")).toBe("");
});
