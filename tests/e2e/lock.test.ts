// What happens when two people, or one impatient one, start a build in the same workspace?

import { expect, test } from "vitest";
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
