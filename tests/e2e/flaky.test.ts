// Who pays for a gate that fails by chance? Nobody: a failure that may be the gate's own is looked at twice first.

import { expect, test } from "vitest";
import { FactoryRig, type RigOptions } from "../rig/factory-rig.ts";

/** Counts the runs of the gate that look at a draft, and what each of them is to come to. */
const counted = (then: string) =>
  `test ! -e src || { n=$(cat "$HOME/runs" 2>/dev/null || echo 0); n=$((n+1)); echo $n > "$HOME/runs"; ${then}; }`;

async function notes(run: string, more: RigOptions = {}) {
  const rig = await FactoryRig.create({
    projects: [{ id: "app", gates: [{ id: "test", run }] }],
    agents: { hand: { kind: "command", run: "mkdir -p src; echo words > src/a.txt", timeout: "60s" } },
    implementer: "hand",
    limits: { attempts: 2, rebases: 0 },
    ...more,
  });
  rig.feature({
    id: "notes",
    requirements: { R1: "A note has a text." },
    tasks: [{ id: "T01", generator: null, files: ["src/a.txt"] }],
  });
  return rig;
}

test("a gate that fails by chance costs no attempt, and is told as flaky everywhere", async () => {
  await using rig = await notes(counted('test "$n" -ne 1 || { echo the clock was late; exit 1; }'));
  const build = await rig.build();
  expect(build.document.tasks[0]).toMatchObject({ action: "regenerated", attempts: 1 });
  expect(rig.read(".factory/tasks/notes/T01.notes.md")).toContain("Gate test is flaky");
  expect((await rig.factory("doctor")).stdout).toContain("the clock was late");
  const metrics = JSON.parse((await rig.factory("metrics", "--json")).stdout);
  expect(metrics).toMatchObject({ flaky_gates: 1, first_attempt_success: 1 });
});

test("a gate that goes on failing is believed at the second look", async () => {
  await using rig = await notes(counted("echo broken; exit 1"));
  const build = await rig.build();
  expect(build.document.tasks[0]).toMatchObject({ action: "failed", attempts: 2 });
  expect(rig.read("../home/runs").trim()).toBe("4");
});

test("a failure that names the draft's own file is believed at once", async () => {
  await using rig = await notes(counted("echo src/a.txt:1:1: error: no; exit 1"));
  expect((await rig.build()).document.tasks[0]).toMatchObject({ action: "failed", attempts: 2 });
  expect(rig.read("../home/runs").trim()).toBe("2");
});

test("a gate does not run on a tree again on which it was seen to pass in the same build", async () => {
  await using rig = await notes(counted("true"));
  expect((await rig.build()).code).toBe(0);
  expect(rig.read("../home/runs").trim()).toBe("1");
});
