// What happens when two people, or one impatient one, start a build in the same workspace?

import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { FactoryRig } from "../rig/factory-rig.ts";
import { ScriptedAgent } from "../rig/scripted-agent.ts";
import type { FeatureText } from "../rig/specs.ts";

const NOTES: FeatureText = {
  id: "notes",
  requirements: { R1: "A note has a text." },
  tasks: [{ id: "T01", generator: null }],
};

async function notes(agent: ScriptedAgent): Promise<FactoryRig> {
  const rig = await FactoryRig.create({
    agents: { scripted: { kind: "command", run: agent.run } },
    implementer: "scripted",
  });
  rig.feature(NOTES);
  return rig;
}

test("a second build that may not wait exits 7 and names the holder", async () => {
  await using agent = await ScriptedAgent.listen();
  await using rig = await notes(agent);
  const first = rig.start("build");
  const attempt = await agent.nextAttempt();

  const second = await rig.factory("build", "--no-wait");
  expect(second.code).toBe(7);
  expect(second.stderr).toContain(String(first.child.pid));
  expect(second.stderr).not.toMatch(/\bat .*\.js:\d+/);

  await attempt.succeed("src/notes/T01.txt", "text\n");
  expect((await first.done).code).toBe(0);
});

test("a second build waits for the first, and then finds nothing to do", async () => {
  await using agent = await ScriptedAgent.listen();
  await using rig = await notes(agent);
  const first = rig.start("build");
  const attempt = await agent.nextAttempt();
  const second = rig.start("build");
  const told = new Promise<string>((resolve) => {
    second.child.stderr?.once("data", (chunk: Buffer) => resolve(chunk.toString()));
  });
  expect(await told).toContain(String(first.child.pid));

  await attempt.succeed("src/notes/T01.txt", "text\n");
  expect((await first.done).code).toBe(0);
  expect((await second.done).code).toBe(0);
  expect(agent.pending).toBe(0);
  expect(await rig.git("app", "log", "--format=%s", "refs/factory/main", "--", "src")).not.toContain("\n");
});

test("commands that only read take no lock", async () => {
  await using agent = await ScriptedAgent.listen();
  await using rig = await notes(agent);
  const build = rig.start("build");
  const attempt = await agent.nextAttempt();
  for (const command of [["status"], ["validate"], ["graph"], ["explain", "notes:T01"]]) {
    expect((await rig.factory(...command)).code, command.join(" ")).toBe(0);
  }
  expect((await rig.factory("check")).code).toBe(3);
  await attempt.succeed("src/notes/T01.txt", "text\n");
  expect((await build.done).code).toBe(0);
});

test("a killed build leaves no lock behind", async () => {
  await using agent = await ScriptedAgent.listen();
  await using rig = await notes(agent);
  const first = rig.start("build");
  await agent.nextAttempt();
  first.child.kill("SIGKILL");
  await first.done;

  const second = rig.start("build", "--no-wait");
  await (await agent.nextAttempt()).succeed("src/notes/T01.txt", "text\n");
  expect((await second.done).code).toBe(0);
});

/** As from a network or a container of its own; not every machine lets one be made. */
const APART = ["--net", "--pid", "--fork", "--mount-proc", "--uts", "--ipc"];
const CANNOT = [["--net"], APART].some((flags) => spawnSync("unshare", [...flags, "true"]).status !== 0);
const FACTORY = fileURLToPath(new URL("../../bin/factory.js", import.meta.url));

describe.skipIf(CANNOT)("a workspace that is shared by", () => {
  test.each([
    ["networks", ["--net"]],
    ["containers", APART],
  ])("%s has one build at a time", async (_, flags) => {
    await using agent = await ScriptedAgent.listen();
    await using rig = await notes(agent);
    const apart = (...args: readonly string[]) =>
      rig.launch(".", ["unshare", ...flags, process.execPath, FACTORY, ...args]);
    const here = rig.start("build");
    const attempt = await agent.nextAttempt();
    const second = await apart("build", "--no-wait").done;
    expect([second.code, second.stderr]).toEqual([7, expect.stringContaining(String(here.child.pid))]);

    const third = apart("build");
    const waits = new Promise<string>((resolve) => {
      third.child.stderr?.once("data", (chunk: Buffer) => resolve(chunk.toString()));
    });
    expect(await waits).toContain("waiting for");
    await attempt.succeed("src/notes/T01.txt", "text\n");
    expect([(await here.done).code, (await third.done).code, agent.pending]).toEqual([0, 0, 0]);
  });

  test("containers is free when the build of one of them was killed", async () => {
    await using agent = await ScriptedAgent.listen();
    await using rig = await notes(agent);
    const away = rig.launch(".", ["unshare", ...APART, "--kill-child", process.execPath, FACTORY, "build"]);
    await agent.nextAttempt();
    expect((await rig.factory("build", "--no-wait")).code).toBe(7);
    away.child.kill("SIGKILL");
    await away.done;
    const here = rig.start("build", "--no-wait");
    await (await agent.nextAttempt()).succeed("src/notes/T01.txt", "text\n");
    const built = await here.done;
    expect([built.code, built.stderr]).toEqual([0, expect.stringContaining("cannot be seen from here")]);
  });
});
