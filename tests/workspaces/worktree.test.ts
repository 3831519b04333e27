// Worktrees, and what is taken out of them again.

import { execFileSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  linkSync,
  readdirSync,
  readFileSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Change } from "../../src/model/output.ts";
import { collectDraft } from "../../src/workspaces/collect-draft.ts";
import { dispose, materialise, type Worktree } from "../../src/workspaces/worktree.ts";
import { type Files, failureOf, gitIn, must, ProjectRig, writeFiles } from "./project-rig.ts";

async function worktreeOf(rig: ProjectRig): Promise<Worktree> {
  const repository = await rig.open();
  const { branch } = must(await repository.heads());
  const tree = must(await repository.tree(branch));
  return must(await materialise({ repository, tree, human: tree, dir: join(rig.root, "worktrees/T01") }));
}

function told(changes: readonly Change[]): Record<string, string | null> {
  const marks = { "100644": "", "100755": "#! ", "120000": "-> " };
  return Object.fromEntries(
    changes.map(({ path, mode, content }) => [
      path,
      content === null ? null : marks[mode] + Buffer.from(content).toString("utf8"),
    ]),
  );
}

const START: Files = {
  "README.md": "hello\n",
  "src/a.ts": "a\n",
  "src/b.ts": "b\n",
  run: { exec: "#!/bin/sh\n" },
  link: { link: "src/a.ts" },
  ".gitignore": "dist/\n*.log\n",
};

const ATTRIBUTES: Files = {
  ".gitattributes":
    "* text=auto\n*.bat text eol=crlf\n*.id ident\n*.rc text working-tree-encoding=UTF-16LE eol=lf\n",
  "a.txt": "a\n",
  "a.bat": "echo\r\n",
  "a.id": "$Id: 0c1f5d8a58f84c7ba9ac05a9fbb9b04ea2fbb7ec $\n",
  "a.rc": new Uint8Array(Buffer.from("\u00e9\n", "utf16le")),
};

describe("a worktree", () => {
  test("is a normal, clean repository with one commit on the branch", async () => {
    using rig = new ProjectRig(START);
    const { dir } = await worktreeOf(rig);
    expect(gitIn(dir, "status", "--porcelain")).toBe("");
    expect(gitIn(dir, "log", "--format=%s")).toBe("What this task starts from\nBy a person\n");
    gitIn(dir, "fsck", "--full");
    expect(rig.git("worktree", "list").trim().split("\n")).toHaveLength(1);
  });

  test("holds files as the project's attributes have them checked out, and untouched they are no change", async () => {
    using rig = new ProjectRig(ATTRIBUTES);
    const clone = join(rig.root, "clone");
    rig.git("clone", "-q", rig.path, clone);
    const worktree = await worktreeOf(rig);
    for (const path of Object.keys(ATTRIBUTES)) {
      expect(readFileSync(join(worktree.dir, path)), path).toEqual(readFileSync(join(clone, path)));
    }
    expect(readFileSync(join(worktree.dir, "a.bat"), "utf8")).toBe("echo\r\n");
    expect(gitIn(worktree.dir, "status", "--porcelain")).toBe("");
    for (const path of Object.keys(ATTRIBUTES)) utimesSync(join(worktree.dir, path), 1, 1);
    expect(must(await collectDraft(worktree))).toEqual([]);
  });

  test("is deleted also where an agent locked its folders", async () => {
    using rig = new ProjectRig(START);
    const { dir } = await worktreeOf(rig);
    chmodSync(join(dir, "src"), 0o555);
    must(await dispose(dir));
    must(await dispose(dir));
    expect(readdirSync(join(rig.root, "worktrees"))).toEqual([]);
  });
});

describe("a harvest", () => {
  test("of an untouched worktree is empty, and touching a file is no change", async () => {
    using rig = new ProjectRig(START);
    const worktree = await worktreeOf(rig);
    utimesSync(join(worktree.dir, "README.md"), new Date(), new Date());
    expect(must(await collectDraft(worktree))).toEqual([]);
  });

  test("tells adds, edits, deletes, renames, modes and links, and leaves ignored files out", async () => {
    using rig = new ProjectRig(START);
    const worktree = await worktreeOf(rig);
    writeFiles(worktree.dir, {
      "README.md": "hi\n",
      "src/a.ts": null,
      "src/deep/a.ts": "a\n",
      "src/b.ts": { exec: "b\n" },
      "new.bin": new Uint8Array([0, 255]),
      "src/up": { link: "../README.md" },
      link: { link: "src/deep/a.ts" },
      "dist/out.js": "out\n",
      "dist/nested/.git/config": "[core]\n",
      "debug.log": "log\n",
    });
    const changes = must(await collectDraft(worktree));
    expect(told(changes)).toEqual({
      "README.md": "hi\n",
      link: "-> src/deep/a.ts",
      "new.bin": "\0\ufffd",
      "src/a.ts": null,
      "src/b.ts": "#! b\n",
      "src/deep/a.ts": "a\n",
      "src/up": "-> ../README.md",
    });
    expect(changes.find(({ path }) => path === "new.bin")?.content).toEqual(new Uint8Array([0, 255]));
  });

  test("ignores what the rules of the project ignore, whatever a draft says of it", async () => {
    using rig = new ProjectRig(START);
    const worktree = await worktreeOf(rig);
    writeFiles(worktree.dir, {
      ".gitignore": "*.ts\n",
      "src/new.ts": "new\n",
      "src/.gitignore": "*\n",
      "dist/out.js": "out\n",
      "debug.log": "log\n",
    });
    expect(told(must(await collectDraft(worktree)))).toEqual({
      ".gitignore": "*.ts\n",
      "src/.gitignore": "*\n",
      "src/new.ts": "new\n",
    });
  });

  test("sees an edit that keeps size and modification time", async () => {
    using rig = new ProjectRig(START);
    const worktree = await worktreeOf(rig);
    const path = join(worktree.dir, "src/a.ts");
    const { mtimeNs } = worktree.baseline.get("src/a.ts")!;
    writeFileSync(path, "z\n");
    const seconds = Number(mtimeNs) / 1e9;
    utimesSync(path, seconds, seconds);
    expect(told(must(await collectDraft(worktree)))).toEqual({ "src/a.ts": "z\n" });
  });

  test("takes a folder in place of a file and a file in place of a folder", async () => {
    using rig = new ProjectRig(START);
    const worktree = await worktreeOf(rig);
    writeFiles(worktree.dir, { "README.md": null, "README.md/a.md": "a\n", src: "flat\n" });
    expect(told(must(await collectDraft(worktree)))).toEqual({
      "README.md": null,
      "README.md/a.md": "a\n",
      src: "flat\n",
      "src/a.ts": null,
      "src/b.ts": null,
    });
  });

  test("runs nothing that an agent wrote into the worktree's own repository", async () => {
    using rig = new ProjectRig(START);
    const worktree = await worktreeOf(rig);
    const proof = join(rig.root, "ran");
    const payload = `touch ${proof}`;
    writeFiles(worktree.dir, {
      ".git/config": `[core]\n\tfsmonitor = ${payload}\n\thooksPath = .git/hooks\n[filter "x"]\n\tclean = ${payload}; cat\n\tprocess = ${payload}\n[diff]\n\texternal = ${payload}\n[diff "x"]\n\ttextconv = ${payload}\n`,
      ".git/hooks/post-index-change": { exec: `#!/bin/sh\n${payload}\n` },
      ".git/hooks/reference-transaction": { exec: `#!/bin/sh\n${payload}\n` },
      ".git/info/attributes": "* filter=x diff=x\n",
      ".gitattributes": "*.md filter=x\n* diff=x\n",
      "src/a.ts": "changed\n",
    });
    expect(told(must(await collectDraft(worktree)))).toEqual({
      ".gitattributes": "*.md filter=x\n* diff=x\n",
      "src/a.ts": "changed\n",
    });
    expect(existsSync(proof)).toBe(false);
    writeFiles(worktree.dir, { ".git": `gitdir: ${join(rig.path, ".git")}\n` });
    expect(Object.keys(told(must(await collectDraft(worktree))))).toEqual([".gitattributes", "src/a.ts"]);
    expect(existsSync(proof)).toBe(false);
  });

  const HOSTILE: readonly [string, Files, string, string][] = [
    ["a link to an absolute path", { "src/x": { link: "/etc/passwd" } }, "src/x", "symlink-outside"],
    ["a link out of the project", { "src/x": { link: "../../secret" } }, "src/x", "symlink-outside"],
    ["a link out by way of another link", { "s/x": { link: "b/../y" } }, "s/x", "symlink-outside"],
    ["a link into the repository", { x: { link: ".git/config" } }, "x", "git-folder"],
    [
      "a nested repository",
      { "sub/.git/HEAD": "ref: refs/heads/main\n", "sub/a": "a" },
      "sub/.git",
      "nested-repository",
    ],
    ["a .git in capitals", { "src/.GIT": "gitdir: x\n" }, "src/.GIT", "nested-repository"],
    ["a name with a line end", { "a\nb": "x" }, "a\nb", "control-character"],
    ["a name that Windows reserves", { "src/aux.ts": "x" }, "src/aux.ts", "reserved-name"],
    ["a twin of a file in another case", { "readme.md": "x" }, "readme.md", "twin"],
    ["a twin of a folder in another case", { "SRC/c.ts": "x" }, "SRC/c.ts", "twin"],
    ["two spellings of one letter", { "\u00e9.ts": "x", "e\u0301.ts": "y" }, "\u00e9.ts", "twin"],
  ];
  test.each(HOSTILE)("refuses %s", async (_, files, path, cause) => {
    using rig = new ProjectRig(START);
    const worktree = await worktreeOf(rig);
    writeFiles(worktree.dir, files);
    expect(failureOf(await collectDraft(worktree))).toEqual({ reason: "hostile-path", path, cause });
  });

  test.runIf(process.platform === "linux")("refuses a name that is not UTF-8 by its name", async () => {
    using rig = new ProjectRig(START);
    const worktree = await worktreeOf(rig);
    writeFileSync(Buffer.concat([Buffer.from(`${worktree.dir}/a`), Buffer.from([0xff])]), "x");
    expect(failureOf(await collectDraft(worktree))).toEqual({
      reason: "hostile-path",
      path: "a\ufffd",
      cause: "not-utf8",
    });
  });

  test("refuses hard links and special files, also one in place of .gitignore", async () => {
    using rig = new ProjectRig(START);
    const worktree = await worktreeOf(rig);
    writeFiles(rig.root, { secret: "secret\n" });
    linkSync(join(rig.root, "secret"), join(worktree.dir, "mine"));
    expect(failureOf(await collectDraft(worktree))).toEqual({
      reason: "hostile-path",
      path: "mine",
      cause: "hard-link",
    });
    writeFiles(worktree.dir, { mine: null });
    execFileSync("mkfifo", [join(worktree.dir, "pipe")]);
    expect(failureOf(await collectDraft(worktree))).toEqual({
      reason: "hostile-path",
      path: "pipe",
      cause: "special-file",
    });
    writeFiles(worktree.dir, { pipe: null, "src/c.ts": "c\n" });
    execFileSync("mkfifo", [join(worktree.dir, "src/.gitignore")]);
    const fault = { reason: "hostile-path", path: "src/.gitignore", cause: "special-file" };
    expect(failureOf(await collectDraft(worktree))).toEqual(fault);
  });

  test("refuses more than 20 MiB before it reads them", async () => {
    using rig = new ProjectRig(START);
    const worktree = await worktreeOf(rig);
    writeFiles(worktree.dir, { "big.bin": new Uint8Array(20 * 1024 * 1024), "small.txt": "x" });
    expect(failureOf(await collectDraft(worktree))).toEqual({
      reason: "draft-too-large",
      bytes: 20 * 1024 * 1024 + 4096,
      files: 2,
      limit: 20 * 1024 * 1024,
    });
  });

  test("leaves submodules and their content alone", async () => {
    using rig = new ProjectRig(START);
    rig.git("update-index", "--add", "--cacheinfo", `160000,${rig.head()},vendor`);
    rig.git("commit", "-q", "-m", "A submodule");
    const worktree = await worktreeOf(rig);
    writeFiles(worktree.dir, { "vendor/x.c": "x\n", "src/a.ts": "z\n" });
    expect(told(must(await collectDraft(worktree)))).toEqual({ "src/a.ts": "z\n" });
  });
});
