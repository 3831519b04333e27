// A person's branches and files while a product arrives.

import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Oid } from "../../src/model/tree.ts";
import type { Repository } from "../../src/workspaces/repository.ts";
import {
  build,
  failureOf,
  gitIn,
  humanLayer,
  must,
  ProjectRig,
  type Proposal,
  propose,
} from "./project-rig.ts";

const START = { "README.md": "hello\n", "src/old.ts": "old\n" };
const OUTPUTS = { T01: { "src/a.ts": "a\n", "src/old.ts": "new\n" } };

function refs(rig: ProjectRig): string {
  return rig.git("for-each-ref", "--format=%(refname) %(objectname)");
}

test("what was made for a workspace that another build took over meanwhile moves nothing", async () => {
  using rig = new ProjectRig(START);
  const repository = await rig.open();
  const before = refs(rig);
  const { branch, product } = must(await propose(repository, OUTPUTS));
  expect(failureOf(await repository.publish(branch, product, () => false))).toEqual({ reason: "cancelled" });
  expect(refs(rig)).toBe(before);
  expect(await rig.file("src/old.ts")).toBe("old\n");
  expect(must(await repository.publish(branch, product, () => true))).toBeNull();
  expect(await rig.file("src/old.ts")).toBe("new\n");
});

test.each([
  ["side", "side/deep"],
  ["side/deep", "side"],
])(
  "what remembers the products of %s, which is gone, makes way for %s and remembers on",
  async (gone, next) => {
    using rig = new ProjectRig(START);
    rig.git("switch", "-q", "-c", gone);
    must(await build(await rig.open(gone), OUTPUTS));
    // A product that did not reach the branch, too, is remembered by its ref alone.
    const remembered = rig.git("rev-parse", `refs/factory/${gone}`).trim();
    rig.git("switch", "-q", "main");
    rig.git("branch", "-q", "-D", gone);
    rig.git("switch", "-q", "-c", next);
    must(await build(await rig.open(next), OUTPUTS));
    expect(await rig.file("src/old.ts")).toBe("new\n");
    const kept = rig.git("for-each-ref", "--format=%(refname) %(objectname)", "refs/factory/");
    expect(kept).toContain(`refs/factory/-/${remembered} ${remembered}`);
    expect(kept).toContain(`refs/factory/${next} `);
    expect(kept).not.toContain(`refs/factory/${gone} `);
  },
);

describe("a person's folder", () => {
  test("that has tracked changes, staged or not, is left alone, and so are the refs", async () => {
    using rig = new ProjectRig(START);
    const repository = await rig.open();
    const before = refs(rig);
    rig.write({ "README.md": "hi\n" });
    expect(failureOf(await build(repository, OUTPUTS))).toEqual({
      reason: "dirty-worktree",
      paths: ["README.md"],
    });
    rig.git("add", "-A");
    rig.write({ "README.md": "hello\n" });
    expect(failureOf(await build(repository, OUTPUTS))).toEqual({
      reason: "dirty-worktree",
      paths: ["README.md"],
    });
    rig.git("reset", "-q", "--hard");
    rig.git("rm", "-q", "--cached", "README.md");
    expect(failureOf(await build(repository, OUTPUTS))).toEqual({
      reason: "dirty-worktree",
      paths: ["README.md"],
    });
    expect(refs(rig)).toBe(before);
    expect(await rig.file("src/old.ts")).toBe("old\n");
  });

  test("keeps untracked files, and one in the way stops the product before anything moves", async () => {
    using rig = new ProjectRig(START);
    const repository = await rig.open();
    const before = refs(rig);
    rig.write({ "notes.txt": "mine\n", "src/a.ts": "mine\n" });
    expect(failureOf(await build(repository, OUTPUTS))).toEqual({
      reason: "dirty-worktree",
      paths: ["src/a.ts"],
    });
    expect(refs(rig)).toBe(before);
    rig.write({ "src/a.ts": null });
    must(await build(repository, OUTPUTS));
    expect(await rig.file("notes.txt")).toBe("mine\n");
    expect(rig.status()).toBe("?? notes.txt\n");
  });

  test("in the middle of a merge or a rebase is left alone", async () => {
    using rig = new ProjectRig(START);
    const repository = await rig.open();
    rig.git("checkout", "-q", "-b", "side");
    rig.commit({ "side.txt": "side\n" });
    rig.git("checkout", "-q", "main");
    rig.commit({ "main.txt": "main\n" });
    rig.git("merge", "-q", "--no-ff", "--no-commit", "side");
    rig.git("reset", "-q", "--hard", "HEAD");
    writeFileSync(join(rig.path, ".git/MERGE_HEAD"), `${rig.head("side")}\n`);
    const failure = failureOf(await build(repository, OUTPUTS));
    expect(failure).toEqual({ reason: "dirty-worktree", paths: [".git/MERGE_HEAD"] });
  });

  test("in which the branch is being rebased keeps the branch where git expects it", async () => {
    using rig = new ProjectRig(START);
    const repository = await rig.open();
    rig.git("checkout", "-q", "-b", "side");
    rig.commit({ "README.md": "theirs\n" });
    rig.git("checkout", "-q", "main");
    rig.commit({ "README.md": "ours\n" });
    const before = refs(rig);
    expect(() => rig.git("rebase", "-q", "side")).toThrow();
    const failure = failureOf(await build(repository, OUTPUTS));
    expect(failure).toEqual({ reason: "branch-elsewhere", branch: "main", worktree: rig.path });
    expect(refs(rig)).toBe(before);
    rig.git("rebase", "--abort");
    must(await build(repository, OUTPUTS));
    expect(rig.git("show", "main:src/a.ts")).toBe("a\n");
  });

  test("on another branch, or on none, keeps its files while the branches move", async () => {
    using rig = new ProjectRig(START);
    const repository = await rig.open();
    rig.git("checkout", "-q", "-b", "side");
    rig.write({ "README.md": "half done\n" });
    must(await build(repository, OUTPUTS));
    expect(rig.git("show", "main:src/a.ts")).toBe("a\n");
    expect(rig.status()).toBe(" M README.md\n");
    rig.git("checkout", "-q", "-f", "--detach", "main");
    must(await build(repository, { T01: { "src/a.ts": "a2\n" } }));
    expect(rig.git("show", "main:src/a.ts")).toBe("a2\n");
    expect(await rig.file("src/a.ts")).toBe("a\n");
    expect(rig.status()).toBe("");
  });

  test("elsewhere that has a branch checked out stops that branch from moving", async () => {
    using rig = new ProjectRig(START);
    const repository = await rig.open();
    const linked = join(rig.root, "linked");
    rig.git("checkout", "-q", "-b", "side");
    rig.git("worktree", "add", "-q", linked, "main");
    expect(failureOf(await build(repository, OUTPUTS))).toEqual({
      reason: "branch-elsewhere",
      branch: "main",
      worktree: linked,
    });
    gitIn(linked, "checkout", "-q", "--detach");
    // One half-made worktree makes `git worktree list` fail; this must not stop a build.
    writeFileSync(join(rig.path, ".git/worktrees/linked/commondir"), "");
    must(await build(repository, OUTPUTS));
    writeFileSync(join(rig.path, ".git/worktrees/linked/commondir"), "../..\n");
    expect(rig.git("show", "main:src/a.ts")).toBe("a\n");
  });

  test("is bare: only the branches move", async () => {
    using rig = new ProjectRig(START);
    gitIn(rig.root, "clone", "-q", "--bare", rig.path, "bare");
    const { Repository } = await import("../../src/workspaces/repository.ts");
    const place = {
      path: join(rig.root, "bare"),
      branch: "main",
      clones: join(rig.root, ".factory/git/bare.git"),
    };
    const repository = must(await Repository.open(place));
    must(await build(repository, OUTPUTS));
    expect(gitIn(place.path, "show", "main:src/a.ts")).toBe("a\n");
    expect(must(await repository.heads()).checkedOut).toBe("bare");
  });

  test("never has its hooks or its file-system monitor run by us, nor the caller's git variables heeded", async () => {
    using rig = new ProjectRig(START);
    const proof = join(rig.root, "ran");
    for (const hook of ["reference-transaction", "post-index-change", "post-checkout", "post-merge"]) {
      rig.write({ [`.git/hooks/${hook}`]: { exec: `#!/bin/sh\ntouch ${proof}\n` } });
    }
    writeFileSync(
      join(rig.path, ".git/config"),
      `[core]\n\trepositoryformatversion = 0\n\tfsmonitor = touch ${proof}\n`,
    );
    process.env.GIT_DIR = "/nonexistent";
    process.env.GIT_INDEX_FILE = "/nonexistent";
    try {
      must(await build(await rig.open(), OUTPUTS));
    } finally {
      delete process.env.GIT_DIR;
      delete process.env.GIT_INDEX_FILE;
    }
    expect(existsSync(proof)).toBe(false);
    expect(await rig.file("src/a.ts")).toBe("a\n");
  });
});

describe("a publication", () => {
  test("of more objects than a folder should hold arrives as one pack", async () => {
    using rig = new ProjectRig(START);
    const files = Object.fromEntries(
      Array.from({ length: 120 }, (_, index) => [`gen/${index}.ts`, `${index}\n`]),
    );
    must(await build(await rig.open(), { T01: files }));
    expect(rig.git("count-objects", "-v")).toMatch(/packs: 1\n/);
    expect(rig.git("fsck", "--strict", "--full")).toBe("");
    expect(rig.status()).toBe("");
  });

  test("gives way when a person moved the branch meanwhile", async () => {
    using rig = new ProjectRig(START);
    const repository = await rig.open();
    const { branch, product } = await prepared(repository);
    const person = rig.commit({ "more.txt": "more\n" });
    const failure = failureOf(await repository.publish(branch, product));
    expect(failure).toEqual({ reason: "branch-moved", branch: "main" });
    expect(rig.head()).toBe(person);
    expect(rig.git("for-each-ref", "refs/factory")).toBe("");
    expect(rig.status()).toBe("");
  });

  test("that was killed between the refs and the files is ended by the next one to come", async () => {
    using rig = new ProjectRig({ ...START, "gone.txt": "gone\n" });
    const repository = await rig.open();
    const { from, to } = await killedAfterRefs(repository, rig);
    expect(rig.status()).not.toBe("");
    must(await repository.recover());
    expect(rig.status()).toBe("");
    expect(await rig.file("src/a.ts")).toBe("a\n");
    expect(existsSync(join(rig.root, ".factory/git/project.publish"))).toBe(false);
    expect(from).not.toBe(to);
  });

  test("that was killed with half of the files written, one of them torn, is ended too", async () => {
    using rig = new ProjectRig({ ...START, "gone.txt": "gone\n" });
    const repository = await rig.open();
    await killedAfterRefs(repository, rig);
    rig.write({ "src/a.ts": "a\n", "src/old.ts": "ne", "gone.txt": null, "mine.txt": "untracked\n" });
    must(await repository.recover());
    expect(rig.status()).toBe("?? mine.txt\n");
    expect(await rig.file("src/old.ts")).toBe("new\n");
    must(await repository.recover());
  });

  test("that was killed is ended too where the person's settings have other line ends laid", async () => {
    using rig = new ProjectRig();
    rig.git("config", "core.autocrlf", "true");
    rig.commit({ "README.md": "hello\r\n", "src/old.ts": "old\r\n" });
    const repository = await rig.open();
    await killedAfterRefs(repository, rig);
    rig.write({ "src/a.ts": "a\r\n", "src/old.ts": "new\r" });
    must(await repository.recover());
    expect(rig.status()).toBe("");
    expect(await rig.file("src/old.ts")).toBe("new\r\n");
    expect(rig.git("show", "main:src/old.ts")).toBe("new\n");
  });

  test("that was killed leaves alone what a person wrote since", async () => {
    using rig = new ProjectRig(START);
    const repository = await rig.open();
    await killedAfterRefs(repository, rig);
    rig.write({ "src/old.ts": "mine\n" });
    must(await repository.recover());
    expect(await rig.file("src/old.ts")).toBe("mine\n");
    expect(failureOf(await build(repository, { T01: { "src/a.ts": "a2\n" } })).reason).toBe("dirty-worktree");
    expect(await rig.file("src/old.ts")).toBe("mine\n");
  });

  test("is not begun while a person's git holds the index", async () => {
    using rig = new ProjectRig(START);
    const repository = await rig.open();
    writeFileSync(join(rig.path, ".git/index.lock"), "");
    const failure = failureOf(await build(repository, OUTPUTS));
    expect(failure).toEqual({ reason: "dirty-worktree", paths: [".git/index.lock"] });
    expect(existsSync(join(rig.path, ".git/index.lock"))).toBe(true);
  });

  test("of a product that people reverted with git leaves the revert in place", async () => {
    using rig = new ProjectRig(START);
    const repository = await rig.open();
    must(await build(repository, OUTPUTS));
    rig.git("revert", "--no-edit", "-m", "1", "HEAD");
    const { edited } = await humanLayer(repository);
    expect(edited).toEqual({ "src/a.ts": "deleted", "src/old.ts": "reverted" });
    must(await build(repository, OUTPUTS));
    expect(existsSync(join(rig.path, "src/a.ts"))).toBe(false);
  });
});

async function prepared(repository: Repository): Promise<Proposal> {
  return must(
    await propose(repository, { T01: { "src/a.ts": "a\n", "src/old.ts": "new\n", "gone.txt": null } }),
  );
}

// The state that a kill leaves: objects, note and refs are written, index and files are as before.
async function killedAfterRefs(repository: Repository, rig: ProjectRig): Promise<{ from: Oid; to: Oid }> {
  const { branch, product } = await prepared(repository);
  const from = branch.from as Oid;
  const index = readFileSync(join(rig.path, ".git/index"));
  must(await repository.publish(branch, product));
  execFileSync("git", ["read-tree", "--reset", "-u", from], { cwd: rig.path });
  writeFileSync(join(rig.path, ".git/index"), index);
  const publication = { branch, product: { from: null, to: product }, retired: null };
  const note = { gitDir: repository.located.gitDir, branch: "main", publication };
  writeFileSync(join(rig.root, ".factory/git/project.publish"), JSON.stringify(note));
  return { from, to: branch.to as Oid };
}
