// Projects come from scaffolds, or are there already.

import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ensureProject, type Scaffold } from "../../src/workspaces/project-repository.ts";
import { Repository } from "../../src/workspaces/repository.ts";
import { failureOf, gitIn, must, ProjectRig } from "./project-rig.ts";

const SCAFFOLD: Scaffold = {
  name: "plain",
  files: [
    { path: "package.json", mode: "100644", content: Buffer.from("{}\n") },
    { path: "bin/run", mode: "100755", content: Buffer.from("#!/bin/sh\n") },
    { path: "link", mode: "120000", content: Buffer.from("package.json") },
  ],
  commits: { author: null, signOff: null, sign: null, prefix: "" },
  signal: new AbortController().signal,
};

test("a project is made from its scaffold, once, also inside another repository and in an empty folder", async () => {
  using outer = new ProjectRig({ ".gitignore": "projects/\n" });
  const path = join(outer.path, "projects/shop");
  mkdirSync(path, { recursive: true });
  mkdirSync(join(outer.path, "projects/.shop.factory-1"));
  expect(must(await ensureProject(path, "trunk", SCAFFOLD))).toEqual({ created: true });
  expect(must(await ensureProject(path, "trunk", SCAFFOLD))).toEqual({ created: false });
  expect(gitIn(path, "log", "--format=%D %s").trim()).toBe("HEAD -> trunk Begin from the scaffold");
  expect(gitIn(path, "status", "--porcelain")).toBe("");
  expect(gitIn(path, "ls-files", "-s").match(/^\d+/gm)).toEqual(["100755", "120000", "100644"]);
  expect(gitIn(path, "fsck", "--strict")).toBe("");
  expect(readdirSync(join(outer.path, "projects"))).toEqual(["shop"]);
  expect(outer.git("log", "--format=%s").trim()).toBe("By a person");
});

test("a folder inside another repository is not taken for that repository", async () => {
  using outer = new ProjectRig({ "a.txt": "a\n" });
  const path = join(outer.path, "projects/shop");
  expect(failureOf(await ensureProject(path, "main", null))).toEqual({ reason: "project-missing", path });
  const place = { path, branch: "main", clones: outer.clones };
  expect(failureOf(await Repository.open(place))).toEqual({ reason: "project-missing", path });
});

test("a folder with files, a file, and a broken repository are unusable", async () => {
  using rig = new ProjectRig({ "a.txt": "a\n" });
  rmSync(join(rig.path, ".git"), { recursive: true });
  for (const path of [rig.path, join(rig.path, "a.txt")]) {
    expect(failureOf(await ensureProject(path, "main", SCAFFOLD)).reason).toBe("project-unusable");
  }
  writeFileSync(join(rig.path, ".git"), "gitdir: /nonexistent\n");
  expect(failureOf(await ensureProject(rig.path, "main", SCAFFOLD)).reason).toBe("project-unusable");
});

test("a branch that is not there is named together with those that are", async () => {
  using rig = new ProjectRig({ "a.txt": "a\n" }, "trunk");
  const place = { path: rig.path, branch: "main", clones: rig.clones };
  expect(failureOf(await Repository.open(place))).toEqual({
    reason: "branch-missing",
    branch: "main",
    branches: ["trunk"],
  });
});

test("a branch name that git refuses makes no project", async () => {
  using rig = new ProjectRig();
  const path = join(rig.root, "shop");
  expect(failureOf(await ensureProject(path, "a..b", SCAFFOLD)).reason).toBe("git");
  expect(readdirSync(rig.root)).toEqual(["project"]);
});
