// Can a person look into a task while its agent works?

import { expect, test } from "vitest";
import { FactoryRig } from "../rig/factory-rig.ts";

test("the log of a task is followed until the task is settled, and is there afterwards", async () => {
  await using rig = await FactoryRig.create({
    agents: { slow: { kind: "command", run: "sh $PWD/agent.sh" } },
    implementer: "slow",
  });
  rig.feature({ id: "guide", requirements: { R1: "Doors open." }, tasks: [{ id: "T01", generator: null }] });
  rig.write({
    "projects/app/agent.sh": `echo "step one"
while [ ! -e "${rig.root}/go" ]; do sleep 0.05; done
printf 'step \\033[31mtwo\\n'
mkdir -p src/guide
echo open > src/guide/T01.txt
`,
  });
  await rig.commit("app", "An agent");
  const before = await rig.factory("logs", "guide:T01");
  expect([before.code, before.stderr]).toEqual([
    2,
    expect.stringContaining("no agent has worked on guide:T01"),
  ]);
  expect((await rig.factory("logs", "guide:T07")).stderr).toContain("guide:T01");

  const following = rig.start("logs", "guide:T01", "-f");
  const build = rig.start("build");
  let seen = "";
  following.child.stdout?.on("data", (chunk) => {
    seen += chunk;
  });
  await expect.poll(() => seen, { timeout: 60_000 }).toContain("step one\n");
  expect(seen).not.toContain("step two");
  rig.write({ go: "" });
  expect((await build.done).code).toBe(0);
  const followed = await following.done;
  expect([followed.code, followed.stdout]).toEqual([0, expect.stringMatching(/step one\nstep .*two\n/)]);
  // What it prints can move no cursor and change no color.
  expect(followed.stdout).not.toContain("\u001b");
  expect((await rig.factory("logs", "guide:T01")).stdout).toBe(followed.stdout);
});
