// Is a program paid again whose build was killed before anybody judged what it had written? Its first draft is put down, and the
// next build judges that.

import { existsSync } from "node:fs";
import { expect, test } from "vitest";
import { FactoryRig } from "../rig/factory-rig.ts";

/** Of a slot; a file there is seen by whoever works in another one. */
const TOP = "../../../..";
/** Ends once it is told to, and says that it has begun. */
const judging = (top: string) => `touch ${top}/judging; until [ -e ${top}/go ]; do sleep 0.02; done`;
const inGate = (then: string) => `if [ -e src/T01.txt ]; then ${then}; fi`;
const APPROVAL = 'echo \'{"verdict": "approve", "findings": []}\'';

/** Its build was killed while the draft was judged. */
async function killed({ gate, judge }: { gate: string; judge: string }): Promise<FactoryRig> {
  const rig = await FactoryRig.create({
    projects: [{ id: "app", gates: [{ id: "test", run: gate, timeout: "30s" }] }],
    agents: {
      writer: { kind: "command", run: `echo once >> ${TOP}/asked; mkdir -p src; echo a note > src/T01.txt` },
      judge: { kind: "command", run: judge },
    },
    implementer: "writer",
    routing: { reviewer: "judge" },
  });
  rig.feature({
    id: "notes",
    requirements: { R1: "A note." },
    tasks: [{ id: "T01", generator: null, files: ["src/T01.txt"] }],
  });
  const build = rig.start("build");
  await expect.poll(() => existsSync(rig.path("judging")), { timeout: 60_000 }).toBe(true);
  build.child.kill("SIGKILL");
  await build.done;
  rig.write({ go: "" });
  return rig;
}

function timesAsked(rig: FactoryRig): number {
  return rig.read("asked").trim().split("\n").length;
}

test.each([
  ["its gate runs", { gate: inGate(judging(TOP)), judge: APPROVAL }],
  ["its reviewer reads", { gate: "true", judge: `${judging("{{workspace}}")}; ${APPROVAL}` }],
])("a draft whose build is killed while %s is not paid for again", async (_, judges) => {
  await using rig = await killed(judges);
  const next = await rig.build();
  expect([next.code, next.actions]).toEqual([0, { "notes:T01": "regenerated" }]);
  expect(timesAsked(rig)).toBe(1);
  expect(await rig.git("app", "show", "main:src/T01.txt")).toBe("a note");
  expect((await rig.build()).actions).toEqual({ "notes:T01": "fresh" });
});

test("a draft that its gate then refuses is told to the next attempt", async () => {
  const refuses = `${judging(TOP)}; [ "$(wc -l < ${TOP}/asked)" -gt 1 ]`;
  await using rig = await killed({ gate: inGate(refuses), judge: APPROVAL });
  const next = await rig.build();
  expect([next.code, next.actions]).toEqual([0, { "notes:T01": "regenerated" }]);
  expect(timesAsked(rig)).toBe(2);
});

test.each([
  ["retry", "notes:T01"],
  ["build", "--force"],
])("who asks for another draft by `factory %s %s` gets one", async (...words) => {
  await using rig = await killed({ gate: inGate(judging(TOP)), judge: APPROVAL });
  expect((await rig.factory(...words)).code).toBe(0);
  expect(timesAsked(rig)).toBe(2);
});
