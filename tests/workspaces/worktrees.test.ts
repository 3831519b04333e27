// Is it known who has a branch checked out, however git keeps its HEADs and worktrees? A branch that moves underneath
// somebody's files turns into the reverse of the product in their next commit.

import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { describe, expect, test } from "vitest";
import { type Heads, readHeads } from "../../src/workspaces/heads.ts";
import { locate } from "../../src/workspaces/locate.ts";
import { build, failureOf, gitIn, must, ProjectRig } from "./project-rig.ts";

const START = { "README.md": "hello\n" };
const OUTPUTS = { T01: { "src/a.ts": "a\n" } };

const [, MAJOR = "0", MINOR = "0"] =
  /(\d+)\.(\d+)/.exec(execFileSync("git", ["--version"], { encoding: "utf8" })) ?? [];
const knows = (minor: number) => Number(MAJOR) > 2 || Number(MINOR) >= minor;

async function headsOf(path: string): Promise<Heads> {
  return must(await readHeads(must(await locate(path))!, "main"));
}

async function refusal(path: string): Promise<string> {
  const failure = failureOf(await readHeads(must(await locate(path))!, "main"));
  return failure.reason === "project-unusable" ? failure.detail : JSON.stringify(failure);
}

describe("a worktree that has the branch checked out is found", () => {
  test("by a path that is relative to its private folder", async () => {
    using rig = new ProjectRig(START);
    const linked = join(rig.root, "linked");
    rig.git("checkout", "-q", "-b", "side");
    rig.git("worktree", "add", "-q", linked, "main");
    const own = join(rig.path, ".git/worktrees/linked");
    writeFileSync(join(own, "gitdir"), `${relative(own, join(linked, ".git"))}\n`);
    writeFileSync(join(linked, ".git"), `gitdir: ${relative(linked, own)}\n`);
    expect((await headsOf(rig.path)).elsewhere).toBe(linked);
    expect(failureOf(await build(await rig.open(), OUTPUTS)).reason).toBe("branch-elsewhere");
    // A rebase in it holds the branch just as much.
    rig.commit({ "README.md": "theirs\n" });
    gitIn(linked, "commit", "-q", "--allow-empty", "-m", "Empty");
    writeFileSync(join(linked, "README.md"), "ours\n");
    gitIn(linked, "commit", "-q", "-a", "-m", "Ours");
    expect(() => gitIn(linked, "rebase", "-q", "side")).toThrow();
    expect((await headsOf(rig.path)).elsewhere).toBe(linked);
  });

  test.skipIf(!knows(48))("by a path that git itself made relative", async () => {
    using rig = new ProjectRig(START);
    const linked = join(rig.root, "linked");
    rig.git("checkout", "-q", "-b", "side");
    rig.git("worktree", "add", "-q", "--relative-paths", linked, "main");
    expect((await headsOf(rig.path)).elsewhere).toBe(linked);
  });

  test("while another worktree is half-made", async () => {
    using rig = new ProjectRig(START);
    const [linked, broken] = [join(rig.root, "linked"), join(rig.root, "broken")];
    rig.git("checkout", "-q", "-b", "side");
    rig.git("worktree", "add", "-q", linked, "main");
    rig.git("worktree", "add", "-q", "--detach", broken);
    writeFileSync(join(rig.path, ".git/worktrees/broken/commondir"), "");
    expect((await headsOf(rig.path)).elsewhere).toBe(linked);
    expect((await headsOf(rig.path)).checkedOut).toBe("other");
    // Seen from the worktree, the main one is elsewhere.
    rig.git("checkout", "-q", "--ignore-other-worktrees", "main");
    expect((await headsOf(linked)).elsewhere).toBe(rig.path);
    expect((await headsOf(linked)).checkedOut).toBe("branch");
  });

  test("where it is locked, because its disk is away", async () => {
    using rig = new ProjectRig(START);
    const linked = join(rig.root, "linked");
    rig.git("checkout", "-q", "-b", "side");
    rig.git("worktree", "add", "-q", linked, "main");
    renameSync(linked, `${linked}.away`);
    expect((await headsOf(rig.path)).elsewhere).toBe(null);
    rig.git("worktree", "lock", linked);
    expect((await headsOf(rig.path)).elsewhere).toBe(linked);
  });

  test("where the project itself is a worktree that was moved by hand", async () => {
    using rig = new ProjectRig(START);
    rig.git("checkout", "-q", "-b", "side");
    rig.git("worktree", "add", "-q", join(rig.root, "linked"), "main");
    const moved = join(rig.root, "moved");
    renameSync(join(rig.root, "linked"), moved);
    expect(await headsOf(moved)).toMatchObject({ checkedOut: "branch", elsewhere: null });
  });

  test.skipIf(!knows(38))("where a rebase takes it along", async () => {
    using rig = new ProjectRig(START);
    rig.git("checkout", "-q", "-b", "side");
    rig.commit({ "README.md": "theirs\n" });
    rig.git("checkout", "-q", "main");
    rig.commit({ "README.md": "ours\n" });
    rig.git("checkout", "-q", "-b", "top");
    rig.commit({ "b.txt": "b\n" });
    expect(() => rig.git("rebase", "-q", "--update-refs", "side")).toThrow();
    expect((await headsOf(rig.path)).elsewhere).toBe(rig.path);
  });
});

describe("what nobody can tell is never taken for another branch", () => {
  // In a repository whose refs are a table, the file HEAD says so on purpose.
  test("a HEAD that names no branch that can be", async () => {
    using rig = new ProjectRig(START);
    const before = rig.git("for-each-ref");
    writeFileSync(join(rig.path, ".git/HEAD"), "ref: refs/heads/.invalid\n");
    expect(await refusal(rig.path)).toContain("cannot tell which branch is checked out");
    expect(rig.git("--git-dir", ".git", "for-each-ref")).toBe(before);
  });

  test("a HEAD on a branch without a commit, in a project that has some", async () => {
    using rig = new ProjectRig(START);
    rig.git("symbolic-ref", "HEAD", "refs/heads/gone");
    expect(await refusal(rig.path)).toContain('"gone"');
    rig.git("symbolic-ref", "HEAD", "refs/heads/main");
    expect((await headsOf(rig.path)).checkedOut).toBe("branch");
  });

  test("the HEAD of a linked worktree", async () => {
    using rig = new ProjectRig(START);
    const linked = join(rig.root, "linked");
    rig.git("worktree", "add", "-q", "-b", "side", linked);
    writeFileSync(join(rig.path, ".git/worktrees/linked/HEAD"), "ref: refs/heads/.invalid\n");
    expect(await refusal(rig.path)).toContain(linked);
    writeFileSync(join(rig.path, ".git/worktrees/linked/commondir"), "");
    expect(await refusal(rig.path)).toContain(linked);
  });
});

test.skipIf(!knows(45))("a project whose refs are a table is built in, and its files follow", async () => {
  using rig = new ProjectRig();
  gitIn(rig.root, "init", "-q", "-b", "main", "--ref-format=reftable", "tabled");
  const path = join(rig.root, "tabled");
  writeFileSync(join(path, "README.md"), "hello\n");
  gitIn(path, "add", "-A");
  gitIn(path, "commit", "-q", "-m", "First");
  expect(readFileSync(join(path, ".git/HEAD"), "utf8")).toContain(".invalid");
  expect((await headsOf(path)).checkedOut).toBe("branch");
  const { Repository } = await import("../../src/workspaces/repository.ts");
  const clones = join(rig.root, ".factory/git/tabled.git");
  must(await build(must(await Repository.open({ path, branch: "main", clones })), OUTPUTS));
  expect(existsSync(join(path, "src/a.ts"))).toBe(true);
  expect(gitIn(path, "status", "--porcelain")).toBe("");
});
