// From a request as people write it to merged code in one command.

import { expect, test } from "vitest";
import { FactoryRig } from "../rig/factory-rig.ts";
import { ScriptedAgent } from "../rig/scripted-agent.ts";

const REQUEST = `# Show the year

Nobody sees which year a bill is of.

- Every bill shows its year
- Bills are sorted by it

## Constraints

- No new dependency
`;

async function workspace(agent: ScriptedAgent): Promise<FactoryRig> {
  const rig = await FactoryRig.create({
    agents: { scripted: { kind: "command", run: agent.run } },
    implementer: "scripted",
  });
  rig.write({ "request.md": REQUEST });
  return rig;
}

test("a request becomes a feature with its price, and a second one of the same changes nothing", async () => {
  await using agent = await ScriptedAgent.listen();
  await using rig = await workspace(agent);
  const dry = await rig.factory("add", "request.md", "--dry-run");
  expect([dry.code, rig.list("specs")]).toEqual([0, []]);
  const added = await rig.factory("add", "request.md");
  expect([added.code, added.stdout]).toEqual([
    0,
    "made  specs/show-the-year/feature.md\nmade  specs/show-the-year/BACKLOG.yaml\n",
  ]);
  expect(added.stderr).toContain("expected cost: unknown");
  expect(added.stderr).toContain("factory build show-the-year");
  const feature = rig.read("specs/show-the-year/feature.md");
  expect(dry.stdout).toContain(feature);
  expect(feature).toContain("## Problem Statement\n\nNobody sees which year a bill is of.\n");
  expect(feature).toContain("- R1: Every bill shows its year\n- R2: Bills are sorted by it\n");
  expect((await rig.factory("validate")).code).toBe(0);
  rig.edit("request.md", "Every bill", "Each bill");
  const again = await rig.factory("add", "request.md");
  expect([again.code, again.stderr]).toEqual([2, expect.stringContaining("already exists")]);
  expect(rig.read("specs/show-the-year/feature.md")).toBe(feature);
});

test("a request on the command line is built at once", async () => {
  await using agent = await ScriptedAgent.listen();
  await using rig = await workspace(agent);
  const building = rig.factory(
    "add",
    "--title",
    "Dark mode",
    "-r",
    "Colors follow the system",
    "--build",
    "--json",
  );
  const attempt = await agent.nextAttempt();
  expect(attempt.task).toBe("dark-mode:T001");
  await attempt.write("src/dark.txt", "dark\n");
  await attempt.exit(0);
  const built = await building;
  expect([built.code, JSON.parse(built.stdout)]).toMatchObject([
    0,
    { ok: true, tasks: [{ id: "dark-mode:T001" }] },
  ]);
  expect(await rig.git("app", "show", "main:src/dark.txt")).toBe("dark");
});

test("what cannot be a request is refused, and leaves nothing behind", async () => {
  await using agent = await ScriptedAgent.listen();
  await using rig = await workspace(agent);
  rig.write({ "empty.md": "\n" });
  for (const [words, said] of [
    [[], "there is no request"],
    [["empty.md"], "empty.md asks for nothing"],
    [["absent.md"], "absent.md"],
    [["request.md", "-r", "More"], "are two requests"],
    [["request.md", "--as", "../up"], "cannot be called"],
    [["request.md", "--project", "ap"], "there is no project"],
  ] as const) {
    const run = await rig.factory("add", ...words);
    expect([words, run.code === 0, run.stderr]).toEqual([words, false, expect.stringContaining(said)]);
  }
  expect(rig.list("specs")).toEqual([]);
});
