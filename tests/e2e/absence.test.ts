// Is what is not there, or cannot be looked at, ever taken for a wish to remove code?

import { mkdirSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { expect, test } from "vitest";
import { FactoryRig } from "../rig/factory-rig.ts";
import { Watcher } from "../rig/watcher.ts";

async function built(): Promise<FactoryRig> {
  const rig = await FactoryRig.create({ projects: [{ id: "app" }] });
  for (const id of ["notes", "tags"])
    rig.feature({ id, requirements: { R1: `All ${id} have a name.` }, tasks: [{ id: "T01" }] });
  expect((await rig.factory("build")).code).toBe(0);
  return rig;
}

async function files(rig: FactoryRig): Promise<readonly string[]> {
  return (await rig.git("app", "ls-tree", "-r", "--name-only", "main", "src")).split("\n").filter(Boolean);
}

const BOTH = ["src/notes/T01.txt", "src/tags/T01.txt"];

test("features that are all gone keep their code until they are back", async () => {
  await using rig = await built();
  renameSync(rig.path("specs"), rig.path("away"));
  for (const empty of [false, true]) {
    if (empty) mkdirSync(rig.path("specs"));
    const build = await rig.factory("build");
    expect([build.code, build.stderr]).toEqual([5, expect.stringContaining("--yes")]);
    expect(build.stderr).toContain("specs/notes/feature.md");
    const validate = await rig.factory("validate");
    expect([validate.code, validate.stdout]).toEqual([2, expect.stringContaining("notes")]);
    expect(await files(rig)).toEqual(BOTH);
  }
  // Nothing remembered is no reason either.
  rig.remove(".factory/index");
  expect((await rig.factory("build")).code).toBe(5);
  expect(await files(rig)).toEqual(BOTH);
  rmSync(rig.path("specs"), { recursive: true });
  renameSync(rig.path("away"), rig.path("specs"));
  expect((await rig.factory("build")).code).toBe(0);
  expect(await files(rig)).toEqual(BOTH);
});

test("features that are all gone leave with `--yes`, or where their removal is committed", async () => {
  await using said = await built();
  said.remove("specs");
  expect((await said.factory("build", "--yes")).code).toBe(0);
  expect(await files(said)).toEqual([]);
  expect((await said.factory("build")).code).toBe(0);

  await using committed = await built();
  await committed.commitWorkspace("Specs");
  committed.remove("specs");
  expect((await committed.factory("build")).code).toBe(5);
  await committed.commitWorkspace("No more of it");
  expect((await committed.factory("build")).code).toBe(0);
  expect(await files(committed)).toEqual([]);
});

test("one feature that git still has asks before its code leaves", async () => {
  await using rig = await built();
  await rig.commitWorkspace("Specs");
  rig.remove("specs/tags");
  const build = await rig.factory("build");
  expect([build.code, build.stderr]).toEqual([5, expect.stringContaining("tags")]);
  expect(await files(rig)).toEqual(BOTH);
  await rig.commitWorkspace("Tags are over");
  expect((await rig.factory("build")).code).toBe(0);
  expect(await files(rig)).toEqual(["src/notes/T01.txt"]);
});

test("a feature behind a link is built, and a link that leads nowhere is a finding", async () => {
  await using rig = await built();
  renameSync(rig.path("specs/notes"), rig.path("notes"));
  symlinkSync("../notes", rig.path("specs/notes"));
  expect((await rig.factory("build")).code).toBe(0);
  expect(await files(rig)).toEqual(BOTH);
  rig.edit("notes/feature.md", "have a name", "have a long name");
  expect((await rig.factory("build")).code).toBe(0);
  expect(await rig.git("app", "show", "main:src/notes/T01.txt")).toContain("a long name");
  renameSync(rig.path("notes"), rig.path("away"));
  for (const leads of ["../notes", "notes"]) {
    rmSync(rig.path("specs/notes"));
    symlinkSync(leads, rig.path("specs/notes"));
    for (const command of ["validate", "build"]) {
      const run = await rig.factory(command);
      expect([run.code, run.stdout + run.stderr]).toEqual([2, expect.stringContaining("specs/notes")]);
    }
    expect(await files(rig)).toEqual(BOTH);
  }
});

test("whoever watches removes nothing while specs are away, and goes on when they are back", async () => {
  await using rig = await built();
  const head = await rig.git("app", "rev-parse", "main");
  await using watcher = new Watcher(rig);
  await watcher.next("idle");
  renameSync(rig.path("specs"), rig.path("away"));
  await watcher.next("unsound");
  await watcher.next("idle");
  expect(await rig.git("app", "rev-parse", "main")).toBe(head);
  renameSync(rig.path("away"), rig.path("specs"));
  await watcher.next("idle");
  expect(await rig.git("app", "rev-parse", "main")).toBe(head);
  rig.edit("specs/tags/feature.md", "have a name", "have a long name");
  expect((await watcher.next("built")).ok).toBe(true);
  expect(await files(rig)).toEqual(BOTH);
});

test("init hides nothing of people's, and its own edit keeps no product waiting", async () => {
  await using rig = await FactoryRig.create();
  rig.remove("projects.yaml", "specs", ".gitignore", "projects");
  rig.write({ ".gitignore": "dist/\n", "projects/lib/a.ts": "" });
  await rig.commitWorkspace("Mine");
  // Also where what git tracks is not checked out.
  for (const gone of [false, true]) {
    if (gone) rig.remove("projects", ".gitignore");
    expect((await rig.factory("init")).code).toBe(0);
    expect(rig.read(".gitignore")).toContain(".factory/");
    expect(rig.read(".gitignore")).not.toContain("projects");
  }
  await rig.declare({ projects: [{ id: "app", gates: [{ id: "true", run: "true" }] }] });
  rig.edit("projects.yaml", "path: projects/app", "path: ./");
  rig.write({ ".gitignore": "dist/\n.factory/\n", "projects/lib/a.ts": "" });
  rig.feature({ id: "notes", requirements: { R1: "A note has a text." }, tasks: [{ id: "T01" }] });
  expect((await rig.factory("build")).code).toBe(0);
  expect(rig.read("src/notes/T01.txt")).toContain("A note has a text.");
  expect(rig.read(".gitignore")).toBe("dist/\n.factory/\n");
});

test("a template never replaces a file that people wrote", async () => {
  await using rig = await FactoryRig.create({
    projects: [{ id: "app", files: { "src/notes/T01.txt": "mine\n" } }],
  });
  rig.feature({ id: "notes", requirements: { R1: "A note has a text." }, tasks: [{ id: "T01" }] });
  const build = await rig.factory("build");
  expect([build.code, build.stderr]).toEqual([2, expect.stringContaining("factory adopt")]);
  expect(build.stderr).toContain("src/notes/T01.txt");
  expect(await rig.git("app", "show", "main:src/notes/T01.txt")).toBe("mine");
});
