// Do gates see the files that a person's filters check out, and does no filter ever meet what an agent wrote?

import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { FactoryRig } from "../rig/factory-rig.ts";

const NOTES = {
  id: "notes",
  requirements: { R1: "A note has a text." },
  tasks: [{ id: "T01", requirements: ["R1"] }],
};

const HAS_LFS = spawnSync("git", ["lfs", "version"]).status === 0;

interface Filtered {
  readonly gate: string;
  readonly agent?: string;
  readonly settings: Readonly<Record<string, string>>;
}

async function filtered({ gate, agent, settings }: Filtered): Promise<FactoryRig> {
  const rig = await FactoryRig.create({
    projects: [{ id: "app", gates: [{ id: "look", run: gate }] }],
    agents: { scribe: { kind: "command", run: agent ?? "mkdir -p src/notes; echo 1 > src/notes/T01.txt" } },
    implementer: "scribe",
  });
  for (const [name, value] of Object.entries(settings)) await rig.git("app", "config", name, value);
  rig.write({ "projects/app/.gitattributes": "*.bin filter=demo\n", "projects/app/x.bin": "BBB\n" });
  await rig.commit("app", "A filtered file");
  rig.feature(NOTES);
  return rig;
}

const DEMO = { "filter.demo.smudge": "sed s/AAA/BBB/", "filter.demo.clean": "sed s/BBB/AAA/" };

test("a gate and an agent see what the person's filter checks out, and a clean repository", async () => {
  const look = `test "$(cat x.bin)" = BBB && test -z "$(git status --porcelain -- x.bin)"`;
  const agent = `${look} || exit 3; touch x.bin; mkdir -p src/notes; echo 1 > src/notes/T01.txt`;
  await using rig = await filtered({ gate: look, agent, settings: DEMO });
  expect(await rig.git("app", "show", "main:x.bin")).toBe("AAA");
  expect((await rig.build()).code).toBe(0);
  expect(await rig.git("app", "show", "main:x.bin")).toBe("AAA");
  expect(await rig.git("app", "show", "main:src/notes/T01.txt")).toBe("1");
  expect(await rig.git("app", "status", "--porcelain")).toBe("");
});

test("an agent that edits a filtered file is refused, and no filter runs on its words", async () => {
  const agent = "echo CCC > x.bin; mkdir -p src/notes; echo 1 > src/notes/T01.txt";
  await using rig = await filtered({ gate: "true", agent, settings: DEMO });
  const seen = rig.path("seen");
  await rig.git("app", "config", "filter.demo.clean", `tee -a ${seen} | sed s/BBB/AAA/`);
  await rig.git("app", "config", "filter.demo.smudge", `tee -a ${seen} | sed s/AAA/BBB/`);
  const build = await rig.build();
  expect(build.code).not.toBe(0);
  expect((await rig.factory("build")).stderr).toMatch(/"x\.bin" is under git's filter "demo"/);
  expect(existsSync(seen) ? readFileSync(seen, "utf8") : "").not.toContain("CCC");
});

test("a task that names a filtered file is refused before anybody is asked", async () => {
  await using rig = await filtered({ gate: "true", agent: "touch {{workspace}}/asked", settings: DEMO });
  rig.feature({ ...NOTES, tasks: [{ id: "T01", requirements: ["R1"], files: ["assets/logo.bin"] }] });
  const build = await rig.factory("build");
  expect(build.code).not.toBe(0);
  expect(build.stderr).toMatch(/"assets\/logo\.bin" is under git's filter "demo"/);
  expect(existsSync(rig.path("asked"))).toBe(false);
});

test("a filter that fails is told by its name, and its stored form is not taken for the content", async () => {
  await using rig = await filtered({ gate: "true", settings: { ...DEMO, "filter.demo.smudge": "exit 4" } });
  const build = await rig.factory("build");
  expect(build.code).not.toBe(0);
  expect(build.stderr).toMatch(/filter "demo" could not check out "x\.bin"/);
});

test("a filter that the person does not have leaves what their own checkout shows, and doctor says so", async () => {
  await using rig = await filtered({ gate: "grep -q BBB x.bin", settings: {} });
  expect((await rig.build()).code).toBe(0);
  expect((await rig.factory("doctor")).stdout).toMatch(/filter demo, .*x\.bin/);
});

test.skipIf(!HAS_LFS)("git-lfs: a gate sees the content, a draft of such a file is refused", async () => {
  await using rig = await FactoryRig.create({
    projects: [{ id: "app", gates: [{ id: "look", run: "grep -q 'the picture' logo.png" }] }],
    agents: { scribe: { kind: "command", run: "mkdir -p src/notes; echo 1 > src/notes/T01.txt" } },
    implementer: "scribe",
  });
  await rig.git("app", "lfs", "install", "--local");
  await rig.git("app", "lfs", "track", "*.png");
  rig.write({ "projects/app/logo.png": "the picture\n" });
  await rig.commit("app", "A picture");
  expect(await rig.git("app", "show", "main:logo.png")).toContain("git-lfs");
  rig.feature(NOTES);
  expect((await rig.build()).code).toBe(0);
  expect(await rig.git("app", "status", "--porcelain")).toBe("");
  rig.feature({ ...NOTES, tasks: [{ id: "T01", requirements: ["R1"], files: ["new.png"] }] });
  const refused = await rig.factory("build");
  expect(refused.stderr).toMatch(/"new\.png" is under git's filter "lfs"/);
});
