// Can a build be killed at any moment and go on as if nothing had happened?

import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { type FactoryRig, madeOnce } from "../rig/factory-rig.ts";
import { everyTask, shop } from "../rig/shop.ts";

/** Each a few builds; more of them find what chance hides. */
const ROUNDS = Number(process.env.FACTORY_RUNS ?? 3);
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

async function trees(rig: FactoryRig): Promise<readonly string[]> {
  return Promise.all(["app", "client"].map((id) => rig.tree(id)));
}

async function killed(rig: FactoryRig, afterMs: number): Promise<void> {
  const run = rig.start("build", "-j2");
  const timer = setTimeout(() => run.child.kill("SIGKILL"), afterMs);
  await run.done;
  clearTimeout(timer);
}

test("after a kill at any moment a build gives the trees of an undisturbed one", {
  timeout: 300_000,
}, async () => {
  await using calm = await workspace();
  const started = performance.now();
  expect((await calm.build("-j2")).code).toBe(0);
  const whole = performance.now() - started;
  const wanted = await trees(calm);

  for (let round = 0; round < ROUNDS; round++) {
    await using rig = await workspace();
    const moments = [Math.random() * whole, Math.random() * whole * 0.5].map(Math.round);
    for (const moment of moments) await killed(rig, moment);
    const build = await rig.build("-j2");
    const told = `killed after ${moments.join(" and ")} ms`;
    expect(build.code, told).toBe(0);
    expect(await trees(rig), told).toEqual(wanted);
    for (const id of ["app", "client"]) {
      expect(await rig.git(id, "fsck", "--strict", "--no-dangling"), told).toBe("");
      expect(await rig.git(id, "status", "--porcelain"), told).toBe("");
    }
    expect((await rig.build()).actions, told).toEqual(everyTask("fresh"));
  }
});

test("a kill during an edit's build loses neither the edit nor a person's commit", {
  timeout: 300_000,
}, async () => {
  await using rig = await built();
  rig.write({ "projects/app/by-hand.txt": "mine\n" });
  await rig.commit("app", "Mine");
  rig.edit("specs/money/feature.md", "has a currency", "has a unit");
  for (let round = 0; round < ROUNDS; round++) {
    await killed(rig, Math.round(Math.random() * 1500));
    expect(await rig.git("app", "fsck", "--strict", "--no-dangling")).toBe("");
    expect(await rig.git("app", "show", "main:by-hand.txt")).toBe("mine");
  }
  expect((await rig.build()).code).toBe(0);
  expect(await rig.git("app", "show", "main:src/money/T01.txt")).toContain("has a unit");
  expect(await rig.git("app", "status", "--porcelain")).toBe("");
});

test("a journal whose tail is torn is mended by the next build", async () => {
  await using rig = await built();
  const wanted = await trees(rig);
  const files = rig.list(".factory/journal");
  expect(files.length).toBeGreaterThan(0);
  for (const file of files) rig.write({ [file]: rig.bytes(file).subarray(0, -7) });
  const build = await rig.build();
  expect([build.code, build.actions]).toEqual([0, everyTask("fresh")]);
  expect(await trees(rig)).toEqual(wanted);
});
