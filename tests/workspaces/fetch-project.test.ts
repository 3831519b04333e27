// Projects that live elsewhere are cloned once, wholly or not at all.

import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ensureProject } from "../../src/workspaces/project-repository.ts";
import { failureOf, gitIn, must, ProjectRig } from "./project-rig.ts";

const never = new AbortController().signal;

test("a project is cloned with its history, its branch follows the origin, and its folder is clean", async () => {
  using origin = new ProjectRig({ "a.txt": "a\n", "über/b.txt": "b\r\n" }, "trunk");
  origin.git("tag", "v1");
  const path = join(origin.root, "clones", "shop");
  const url = `file://${origin.path}`;
  expect(must(await ensureProject(path, "trunk", { url, signal: never }))).toEqual({ created: true });
  expect(must(await ensureProject(path, "trunk", { url, signal: never }))).toEqual({ created: false });
  expect(gitIn(path, "rev-parse", "HEAD")).toBe(origin.git("rev-parse", "trunk"));
  expect(gitIn(path, "status", "--porcelain=2", "--branch")).toContain("# branch.upstream origin/trunk");
  expect(gitIn(path, "status", "--porcelain")).toBe("");
  expect(gitIn(path, "remote", "get-url", "origin").trim()).toBe(url);
  expect(gitIn(path, "tag").trim()).toBe("v1");
  gitIn(path, "pull", "--quiet", "--ff-only");
  expect(readdirSync(join(origin.root, "clones"))).toEqual(["shop"]);
});

test("an empty repository is cloned with its branch unborn", async () => {
  using origin = new ProjectRig();
  const path = join(origin.root, "shop");
  must(await ensureProject(path, "main", { url: `file://${origin.path}`, signal: never }));
  expect(gitIn(path, "symbolic-ref", "HEAD").trim()).toBe("refs/heads/main");
});

test("what cannot be cloned leaves nothing behind: no repository, no branch, no such protocol, an interrupt", async () => {
  using origin = new ProjectRig({ "a.txt": "a\n" }, "trunk");
  const folder = join(origin.root, "clones");
  mkdirSync(folder);
  const path = join(folder, "shop");
  const clone = async (url: string, signal = never) =>
    failureOf(await ensureProject(path, "main", { url, signal }));
  expect(await clone(`file://${origin.path}`)).toEqual({
    reason: "branch-missing",
    branch: "main",
    branches: ["trunk"],
  });
  expect(await clone(`file://${origin.root}/nothing`)).toMatchObject({ reason: "git" });
  const mark = join(origin.root, "ran");
  for (const url of [`ext::touch ${mark}`, `--upload-pack=touch ${mark}`, `http://127.0.0.1:1/x.git`])
    expect(await clone(url)).toMatchObject({ reason: "git" });
  expect(existsSync(mark)).toBe(false);

  // Somebody who takes the call and says nothing.
  const silent = createServer();
  await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
  const interrupt = new AbortController();
  silent.once("connection", () => interrupt.abort());
  const address = silent.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  expect(await clone(`https://127.0.0.1:${port}/shop.git`, interrupt.signal)).toEqual({
    reason: "cancelled",
  });
  silent.close();
  expect(readdirSync(folder)).toEqual([]);
  writeFileSync(path, "a file\n");
  expect(await clone(`file://${origin.path}`)).toMatchObject({ reason: "project-unusable" });
});
