// What counts as nothing in a person's repository? Only what is not there: a link that leads nowhere, a drive that is away
// and a folder in place of a file are something.

import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { Checkout } from "../../src/workspaces/checkout.ts";
import { readHeads } from "../../src/workspaces/heads.ts";
import { locate } from "../../src/workspaces/locate.ts";
import { failureOf, must, ProjectRig } from "./project-rig.ts";

const START = { "README.md": "hello\n", "src/old.ts": "old\n" };

test("a folder whose repository is on a drive that is away is no folder without one", async () => {
  using rig = new ProjectRig(START);
  renameSync(join(rig.path, ".git"), join(rig.root, "drive"));
  symlinkSync(join(rig.root, "drive"), join(rig.path, ".git"));
  expect(must(await locate(rig.path))).not.toBeNull();
  renameSync(join(rig.root, "drive"), join(rig.root, "away"));
  expect(failureOf(await locate(rig.path))).toMatchObject({ reason: "git" });
});

test("worktrees that cannot be listed are not none", async () => {
  using rig = new ProjectRig(START);
  const located = must(await locate(rig.path))!;
  writeFileSync(join(rig.path, ".git/worktrees"), "");
  expect(failureOf(await readHeads(located, "main"))).toMatchObject({ reason: "io", code: "ENOTDIR" });
});

test("a locked worktree keeps its branch while its drive is away; one that was thrown away does not", async () => {
  using rig = new ProjectRig(START);
  const linked = join(rig.root, "linked");
  rig.git("branch", "side");
  rig.git("worktree", "add", "-q", linked, "side");
  const located = must(await locate(rig.path))!;
  const holder = async () => must(await readHeads(located, "side")).elsewhere;
  expect(await holder()).toBe(linked);
  rmSync(linked, { recursive: true });
  expect(await holder()).toBeNull();
  rig.git("worktree", "lock", linked);
  expect(await holder()).toBe(linked);
});

test("a person's folder in place of a file is not taken for a file that was half written", async () => {
  using rig = new ProjectRig({ ...START, data: "one\n" });
  const tip = rig.head();
  const next = rig.commit({ data: null, "data/a.txt": "a\n", "src/old.ts": "new\n" });
  const back = () => {
    rig.git("reset", "-q", "--hard", tip);
    rmSync(join(rig.path, "data"), { recursive: true });
    mkdirSync(join(rig.path, "data"));
  };
  const checkout = new Checkout(must(await locate(rig.path))!, rig.path, { index: join(rig.root, "index") });
  back();
  writeFileSync(join(rig.path, "data/mine.txt"), "mine\n");
  expect(must(await checkout.recover(tip, next))).toBe(false);
  expect(await rig.file("data/mine.txt")).toBe("mine\n");
  back();
  writeFileSync(join(rig.path, "data/a.txt"), "a");
  expect(must(await checkout.recover(tip, next))).toBe(true);
  expect(await rig.file("data/a.txt")).toBe("a\n");
  expect(rig.git("diff", "--name-only", next)).toBe("");
});
