// Do gates and agents find a project's submodules, and is one that is missing told by name?

import { existsSync } from "node:fs";
import { expect, test } from "vitest";
import { FactoryRig } from "../rig/factory-rig.ts";

const NOTES = {
  id: "notes",
  requirements: { R1: "A note has a text." },
  tasks: [{ id: "T01", requirements: ["R1"] }],
};

const FILE = ["-c", "protocol.file.allow=always"];

/** `app` has the submodule `lib`, which has the submodule `deep`. */
async function nested(
  gate: string,
  run = "mkdir -p src/notes; echo 1 > src/notes/T01.txt",
): Promise<FactoryRig> {
  const rig = await FactoryRig.create({ projects: [{ id: "deep" }, { id: "lib" }, { id: "app" }] });
  rig.write({ "projects/deep/deep.txt": "one\n" });
  await rig.commit("deep", "One");
  await rig.git("lib", ...FILE, "submodule", "--quiet", "add", rig.path("projects/deep"), "inner");
  rig.write({ "projects/lib/data.txt": "old\n" });
  await rig.commit("lib", "Data");
  await rig.git(
    "app",
    ...FILE,
    "submodule",
    "--quiet",
    "add",
    "--name",
    "kept",
    rig.path("projects/lib"),
    "lib",
  );
  await rig.git("app", ...FILE, "submodule", "--quiet", "update", "--init", "--recursive");
  await rig.commit("app", "A library");
  await rig.declare({
    projects: [{ id: "app", gates: [{ id: "look", run: gate }] }],
    agents: { scribe: { kind: "command", run } },
    implementer: "scribe",
  });
  rig.feature(NOTES);
  return rig;
}

const LOOK =
  'grep -q old lib/data.txt && grep -q one lib/inner/deep.txt && test -z "$(git status --porcelain lib)"';

test("a gate and an agent find submodules at their pinned commits, whatever is checked out in the project", async () => {
  const agent = `${LOOK} || exit 3; echo other > lib/data.txt; mkdir -p src/notes; echo 1 > src/notes/T01.txt`;
  await using rig = await nested(LOOK, agent);
  const pinned = await rig.git("app", "rev-parse", "main:lib");
  rig.write({ "projects/app/lib/data.txt": "edited by a person\n" });
  expect((await rig.build()).code).toBe(0);
  expect(await rig.git("app", "rev-parse", "main:lib")).toBe(pinned);
  expect(await rig.git("app", "ls-tree", "--name-only", "main", "src/notes/")).toBe("src/notes/T01.txt");
  expect(rig.read("projects/app/lib/data.txt")).toBe("edited by a person\n");
});

test("a submodule that is not initialised is named by doctor, and where a gate fails for want of it", async () => {
  await using rig = await nested(LOOK);
  await rig.git("app", "submodule", "--quiet", "deinit", "--all", "--force");
  rig.remove("projects/app/.git/modules");
  const doctor = await rig.factory("doctor");
  expect(doctor.stdout).toMatch(/submodule lib is not here[\s\S]*git submodule update --init --recursive/);
  const build = await rig.factory("build");
  expect(build.code).not.toBe(0);
  expect(build.stderr).toMatch(/"look" fails on the untouched tree[\s\S]*submodule "lib" is not here/);
});

test("a task that is to write into a submodule is refused before anybody is asked, in every form of path", async () => {
  await using rig = await nested("true", 'echo asked >> "$HOME/asked"');
  const hints = ["lib/data.txt", "lib/inner/deep.txt", "lib/more/**"];
  const tasks = hints.map((hint, at) => ({ id: `T0${at + 1}`, generator: null, files: [hint] }));
  rig.feature({ ...NOTES, tasks });
  const build = await rig.build();
  expect(build.code).toBe(1);
  for (const hint of hints) expect(build.stderr).toContain(`"${hint}" lies in the submodule "lib"`);
  expect(existsSync(rig.path("../home/asked"))).toBe(false);
});
