// Products, layers and merges of real repositories.

import { existsSync } from "node:fs";
import { rm, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Oid } from "../../src/model/tree.ts";
import { Repository } from "../../src/workspaces/repository.ts";
import { build, failureOf, gitIn, humanLayer, must, ProjectRig } from "./project-rig.ts";

describe("a product", () => {
  test("arrives on the branch as a merge, with a commit per task that blame leads to", async () => {
    using rig = new ProjectRig({ "README.md": "hello\n" });
    const repository = await rig.open();
    must(
      await build(repository, { T01: { "src/a.ts": "a\n" }, T02: { "bin/run": { exec: "#!/bin/sh\n" } } }),
    );
    expect(rig.status()).toBe("");
    expect(rig.git("log", "--first-parent", "--format=%an %s").trim().split("\n")).toEqual([
      "spec-factory Merge the product of the specs into main",
      "A Person By a person",
    ]);
    expect(rig.git("log", "--format=%s", "refs/factory/main").trim().split("\n")).toEqual([
      "Task T02",
      "Task T01",
      "By a person",
    ]);
    expect(
      rig.git("log", "-1", "--format=%(trailers:key=Factory-Task,valueonly)", "--", "src/a.ts").trim(),
    ).toBe("f:T01");
    expect(rig.git("ls-files", "-s", "bin/run")).toMatch(/^100755 /);
    expect(rig.git("fsck", "--strict", "--full")).toBe("");
  });

  test("of the same order and date has the same commit id in another repository", async () => {
    const tips: string[] = [];
    for (const _ of [1, 2]) {
      using rig = new ProjectRig();
      must(await build(await rig.open(), { T01: { "a.ts": "a\n" } }));
      tips.push(rig.head("refs/factory/main"));
    }
    expect(tips[0]).toBe(tips[1]);
  });

  test("begins the branch where it is unborn", async () => {
    using rig = new ProjectRig();
    const repository = await rig.open();
    must(await build(repository, { T01: { "a.ts": "a\n" } }));
    expect(rig.head("main")).toBe(rig.head("refs/factory/main"));
    expect(await rig.file("a.ts")).toBe("a\n");
    expect(rig.status()).toBe("");
    expect(await humanLayer(repository)).toEqual({ files: {}, edited: {} });
  });

  test("that changes nothing makes no commit", async () => {
    using rig = new ProjectRig({ "README.md": "hello\n" });
    const repository = await rig.open();
    must(await build(repository, { T01: { "a.ts": "a\n" } }));
    const before = [rig.head("main"), rig.head("refs/factory/main")];
    must(await build(repository, { T01: { "a.ts": "a\n" } }));
    expect([rig.head("main"), rig.head("refs/factory/main")]).toEqual(before);
    rig.commit({ "README.md": "hello, world\n" });
    const moved = [rig.head("main"), before[1]];
    must(await build(repository, { T01: { "a.ts": "a\n" } }));
    expect([rig.head("main"), rig.head("refs/factory/main")]).toEqual(moved);
  });

  test("adds nothing to the history but a commit per changed task, which names its outputs, and the merge", async () => {
    using rig = new ProjectRig({ "README.md": "hello\n" });
    const repository = await rig.open();
    must(await build(repository, { T01: { "a.ts": "a\n" } }));
    rig.commit({ "README.md": "hello, world\n" });
    must(await build(repository, { T01: { "a.ts": "a2\n" } }));
    expect(rig.git("log", "--topo-order", "--format=%s").trim().split("\n")).toEqual([
      "Merge the product of the specs into main",
      "Task T01",
      "By a person",
      "Merge the product of the specs into main",
      "Task T01",
      "By a person",
    ]);
    expect(rig.git("log", "-1", "--format=%(trailers:key=Factory-Output,valueonly)", "main^2").trim()).toBe(
      `100644 ${rig.head("main:a.ts")} a.ts`,
    );
    expect(rig.git("diff", "--name-only", "main^2^", "main^2").trim()).toBe("a.ts");
    expect(await humanLayer(repository)).toEqual({ files: { "README.md": "hello, world\n" }, edited: {} });
    expect(rig.git("fsck", "--strict", "--full")).toBe("");
  });

  test("keeps links, binaries, and deletes; a task that left takes its files along", async () => {
    using rig = new ProjectRig({ "old.txt": "old\n", "keep.txt": "keep\n" });
    const repository = await rig.open();
    const binary = new Uint8Array([0, 1, 2, 255, 10, 13]);
    must(await build(repository, { T01: { link: { link: "keep.txt" }, "b.bin": binary, "old.txt": null } }));
    expect(rig.git("ls-tree", "--name-only", "HEAD").trim().split("\n")).toEqual([
      "b.bin",
      "keep.txt",
      "link",
    ]);
    expect(await humanLayer(repository)).toEqual({
      files: { "keep.txt": "keep\n", "old.txt": "old\n" },
      edited: {},
    });
    must(await build(repository, { T02: { "c.ts": "c\n" } }));
    expect(rig.git("ls-tree", "--name-only", "HEAD").trim().split("\n")).toEqual([
      "c.ts",
      "keep.txt",
      "old.txt",
    ]);
    expect(await rig.file("old.txt")).toBe("old\n");
    expect(rig.status()).toBe("");
  });

  test("is known again in a clone that has no ref of ours", async () => {
    using rig = new ProjectRig({ "README.md": "hello\n" });
    must(await build(await rig.open(), { T01: { "a.ts": "a\n" } }));
    rig.commit({ "more.txt": "more\n" }, "more");
    gitIn(rig.root, "clone", "-q", rig.path, "clone");
    const place = {
      path: join(rig.root, "clone"),
      branch: "main",
      clones: join(rig.root, ".factory/git/clone.git"),
    };
    const repository = must(await Repository.open(place));
    expect(await humanLayer(repository)).toEqual({
      files: { "README.md": "hello\n", "more.txt": "more\n" },
      edited: {},
    });
    must(await build(repository, { T01: { "a.ts": "a2\n" } }));
    expect(gitIn(place.path, "log", "-2", "--format=%s", "refs/factory/main")).toBe("Task T01\nmore\n");
  });
});

describe("the human layer", () => {
  test("leaves a person's edit to a generated file out, reports it, and git's merge keeps it", async () => {
    using rig = new ProjectRig({ "README.md": "hello\n" });
    const repository = await rig.open();
    const lines = (first: string, last: string) => [first, "2", "3", "4", "5", "6", last, ""].join("\n");
    must(await build(repository, { T01: { "a.ts": lines("1", "7") } }));
    rig.commit({ "a.ts": lines("1 by hand", "7") });
    expect(await humanLayer(repository)).toEqual({
      files: { "README.md": "hello\n" },
      edited: { "a.ts": "changed" },
    });
    must(await build(repository, { T01: { "a.ts": lines("1", "7 anew") } }));
    expect(await rig.file("a.ts")).toBe(lines("1 by hand", "7 anew"));
    const conflict = failureOf(await build(repository, { T01: { "a.ts": lines("1 anew", "7 anew") } }));
    expect(conflict).toEqual({
      reason: "merge-conflict",
      paths: [{ path: "a.ts", task: null, lost: false }],
    });
    expect(rig.status()).toBe("");
  });

  test("reports generated files that a person deleted or put back", async () => {
    using rig = new ProjectRig({ "shared.txt": "mine\n" });
    const repository = await rig.open();
    const outputs = { T01: { "a.ts": "a\n", "shared.txt": "generated\n" } };
    must(await build(repository, outputs));
    rig.commit({ "a.ts": null, "shared.txt": "mine\n" });
    expect(await humanLayer(repository)).toEqual({
      files: { "shared.txt": "mine\n" },
      edited: { "a.ts": "deleted", "shared.txt": "reverted" },
    });
    must(await build(repository, outputs));
    expect(rig.git("ls-tree", "--name-only", "HEAD").trim()).toBe("shared.txt");
    expect(await rig.file("shared.txt")).toBe("mine\n");
  });

  test("gives a file that both wrote back to the person with the person's later changes", async () => {
    const manifest = (scripts: string, dependencies: string) =>
      `{\n  "name": "shop",\n  "scripts": {${scripts}},\n  "private": true,\n  "files": [],\n  "dependencies": {${dependencies}}\n}\n`;
    using rig = new ProjectRig({ "package.json": manifest("", "") });
    const repository = await rig.open();
    must(await build(repository, { T01: { "package.json": manifest("", '"zod": "1"') } }));
    rig.commit({ "package.json": manifest('"start": "node ."', '"zod": "1"') });
    expect(await humanLayer(repository)).toEqual({
      files: { "package.json": manifest('"start": "node ."', "") },
      edited: {},
    });
    must(await build(repository, { T01: { "package.json": manifest('"start": "node ."', '"zod": "2"') } }));
    expect(await rig.file("package.json")).toBe(manifest('"start": "node ."', '"zod": "2"'));
  });

  test("keeps what people wrote around the values of a manifest on which git gives up", async () => {
    const manifest = (...lines: readonly string[]) =>
      `{\n  "dependencies": {\n    ${lines.join(",\n    ")}\n  }\n}\n`;
    using rig = new ProjectRig({ "package.json": manifest('"a": "1"') });
    const repository = await rig.open();
    must(await build(repository, { T01: { "package.json": manifest('"a": "1"', '"zod": "1"') } }));
    const pinned = '// pinned by Pat\n    "b": "1"';
    rig.commit({ "package.json": manifest('"a": "1"', pinned, '"zod": "1"') });
    must(
      await build(repository, { T01: { "package.json": manifest('"a": "1"', '"b": "1"', '"zod": "2"') } }),
    );
    expect(await rig.file("package.json")).toBe(manifest('"a": "1"', pinned, '"zod": "2"'));
  });

  test("never merges a binary file line by line", async () => {
    using rig = new ProjectRig({ "a.bin": "x\0\ny\nz\n" });
    const repository = await rig.open();
    must(await build(repository, { T01: { "a.bin": "x\0\ny\nz2\n" } }));
    rig.commit({ "a.bin": "x2\0\ny\nz2\n" });
    expect(await humanLayer(repository)).toEqual({
      files: { "a.bin": "x\0\ny\nz\n" },
      edited: { "a.bin": "changed" },
    });
  });

  test("keeps released paths, whatever the history says", async () => {
    using rig = new ProjectRig({ "README.md": "hello\n" });
    const repository = await rig.open();
    must(await build(repository, { T01: { "a.ts": "a\n", "b.ts": "b\n" } }));
    rig.commit({ "a.ts": "mine now\n" });
    expect(await humanLayer(repository, ["a.ts"])).toEqual({
      files: { "README.md": "hello\n", "a.ts": "mine now\n" },
      edited: {},
    });
    must(await build(repository, { T01: { "b.ts": "b2\n" } }, { released: ["a.ts"] }));
    expect(await rig.file("a.ts")).toBe("mine now\n");
    expect((await humanLayer(repository, ["a.ts"])).files).toEqual({
      "README.md": "hello\n",
      "a.ts": "mine now\n",
    });
  });

  test("takes the product out of a history that was squashed", async () => {
    using rig = new ProjectRig({ "README.md": "hello\n" });
    const repository = await rig.open();
    const base = rig.head();
    must(await build(repository, { T01: { "a.ts": "a\n" } }));
    rig.git("reset", "-q", "--hard", base);
    rig.git("merge", "-q", "--squash", "refs/factory/main");
    rig.git("commit", "-q", "-m", "Squashed");
    expect(await humanLayer(repository)).toEqual({ files: { "README.md": "hello\n" }, edited: {} });
  });
});

describe("a merge", () => {
  test("lets the product win where a path yields", async () => {
    using rig = new ProjectRig({ "README.md": "hello\n" });
    const repository = await rig.open();
    must(await build(repository, { T01: { "a.ts": "a\n" } }));
    rig.commit({ "a.ts": "by hand\n", "other.txt": "mine\n" });
    must(await build(repository, { T01: { "a.ts": "a\n" } }, { yielding: ["a.ts"] }));
    expect(await rig.file("a.ts")).toBe("a\n");
    expect(await rig.file("other.txt")).toBe("mine\n");
    rig.commit({ "a.ts": "by hand again\n" });
    must(await build(repository, { T01: { "a.ts": "a2\n" } }, { yielding: ["a.ts"] }));
    expect(await rig.file("a.ts")).toBe("a2\n");
  });

  test("of two dependencies in neighbouring lines is none of a person's business", async () => {
    const manifest = (...names: string[]) =>
      `${JSON.stringify({ dependencies: Object.fromEntries(names.map((name) => [name, "1"])) }, null, 2)}\n`;
    using rig = new ProjectRig({ "package.json": manifest("m") });
    const repository = await rig.open();
    must(await build(repository, { T01: { "package.json": manifest("m", "n") } }));
    rig.commit({ "package.json": manifest("m", "n", "z") });
    must(await build(repository, { T01: { "package.json": manifest("m", "n", "o", "z") } }));
    expect(await rig.file("package.json")).toBe(manifest("m", "n", "o", "z"));
  });
});

describe("the engine's clone", () => {
  test("is made again when the project is another one, or when it is broken", async () => {
    using rig = new ProjectRig({ "a.txt": "a\n" });
    await rig.open();
    await rm(rig.path, { recursive: true });
    using other = new ProjectRig({ "b.txt": "b\n" });
    gitIn(rig.root, "clone", "-q", other.path, "project");
    const again = await rig.open();
    expect([...must(await again.tree(rig.head())).keys()]).toEqual(["b.txt"]);
    await rm(join(rig.engineClones.at(-1) ?? "", "objects/info/alternates"));
    const mended = await rig.open();
    expect([...must(await mended.tree(rig.head())).keys()]).toEqual(["b.txt"]);
  });

  test("is taken away from nobody who works in it, and goes long after it stopped to serve", async () => {
    using rig = new ProjectRig({ "a.txt": "a\n" });
    const begun = await Promise.all([rig.open(), rig.open(), rig.open()]);
    const [oid] = must(await (await rig.open()).write([Buffer.from("written\n")])) as [Oid];
    await writeFile(join(rig.path, ".git/shallow"), "");
    const later = await rig.open();
    for (const repository of begun)
      expect(must(await repository.treeOf(rig.head()))).toMatch(/^[0-9a-f]{40}$/);
    must(await later.recover());
    const all = rig.engineClones;
    const own = all.filter((path) => existsSync(join(path, "objects", oid.slice(0, 2), oid.slice(2))));
    expect([all.length > 1, own.length]).toEqual([true, 1]);
    const long = new Date(Date.now() - 2 * 3_600_000);
    for (const path of all) await utimes(path, long, long);
    must(await later.recover());
    expect(rig.engineClones).toEqual(all.slice(-1));
    expect([...must(await later.tree(rig.head())).keys()]).toEqual(["a.txt"]);
  });

  test("borrows through the alternates of the project, and from linked worktrees", async () => {
    using rig = new ProjectRig({ "a.txt": "a\n" });
    gitIn(rig.root, "clone", "-q", "--shared", rig.path, "shared");
    gitIn(join(rig.root, "shared"), "worktree", "add", "-q", "-b", "side", "../linked");
    const place = {
      path: join(rig.root, "linked"),
      branch: "side",
      clones: join(rig.root, ".factory/git/linked.git"),
    };
    const repository = must(await Repository.open(place));
    must(await build(repository, { T01: { "b.ts": "b\n" } }));
    expect(gitIn(place.path, "status", "--porcelain")).toBe("");
    expect(gitIn(place.path, "ls-files").trim().split("\n")).toEqual(["a.txt", "b.ts"]);
  });

  test("serves a shallow clone and a SHA-256 repository", async () => {
    using rig = new ProjectRig({ "a.txt": "a\n" });
    rig.commit({ "a.txt": "a2\n" });
    gitIn(rig.root, "clone", "-q", "--depth=1", `file://${rig.path}`, "shallow");
    gitIn(rig.root, "init", "-q", "-b", "main", "--object-format=sha256", "long");
    for (const name of ["shallow", "long"]) {
      const place = {
        path: join(rig.root, name),
        branch: "main",
        clones: join(rig.root, `.factory/git/${name}.git`),
      };
      const repository = must(await Repository.open(place));
      must(await build(repository, { T01: { "b.ts": "b\n" } }));
      must(await build(repository, { T01: { "c.ts": "c\n" } }));
      expect(gitIn(place.path, "fsck", "--strict")).toBe("");
      expect(gitIn(place.path, "status", "--porcelain")).toBe("");
    }
  });
});
