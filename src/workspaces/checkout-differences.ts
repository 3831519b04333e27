// What does a person's checkout hold that a copy of their branch lacks? Looked at with git in their repository, and on the
// disk; nothing is written. It does not know what the copy is for.

import { lstat, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Difference } from "../model/difference.ts";
import type { Failure } from "../model/failure.ts";
import { type Result, success } from "../model/result.ts";
import type { Tree } from "../model/tree.ts";
import { onDisk, unlessMissing } from "./disk.ts";
import type { Git } from "./git.ts";
import { gitInFolderOf, type Located } from "./locate.ts";

export interface Comparison {
  readonly located: Located;
  /** The branch that the copy is of, and its tree as it was laid out. */
  readonly branch: string;
  readonly tree: Tree;
  /** Absolute. */
  readonly copy: string;
  readonly hasSetup: boolean;
}

/** Where package managers install, at any depth. */
const INSTALLED = /(?:^|\/)(?:node_modules|\.venv|venv|vendor|\.pnp\.cjs|\.bundle|site-packages)\/?$/;
/** The factory's own folder, in a workspace that is its own project. */
const OWN = /^\.factory\//;
/** A larger file is taken for the same when its size is. */
const COMPARED_BYTES = 4 * 1024 * 1024;

/** Empty for a repository without a checkout. What could not be looked at is a fact of its own. */
export async function checkoutDifferences(comparison: Comparison): Promise<readonly Difference[]> {
  const { located, copy, hasSetup } = comparison;
  const { workTree } = located;
  if (workTree === null) return [];
  const git = gitInFolderOf(located);
  const found: Difference[] = [];
  const take = (what: string, asked: Result<readonly Difference[]>) => {
    if (asked.ok) found.push(...asked.value);
    else found.push({ kind: "unknown", what, why: whyOf(asked.failure) });
  };
  take("the branch of the checkout", await otherBranch(git, comparison.branch));
  take("the state of the checkout", await strays(git, workTree, copy, hasSetup));
  take("submodules", await submodules(comparison.tree, workTree, copy));
  take("files under filters", await filtered(git, comparison.tree, workTree, copy));
  return found;
}

function whyOf(failure: Failure): string {
  if (failure.reason === "git") return failure.stderr.split("\n")[0] ?? failure.command;
  return failure.reason === "io" ? failure.message : failure.reason;
}

async function otherBranch(git: Git, branch: string): Promise<Result<readonly Difference[]>> {
  const head = await git.ask(["symbolic-ref", "--quiet", "HEAD"], "", [0, 1]);
  if (!head.ok) return head;
  const shown = head.value.stdout
    .toString("utf8")
    .trim()
    .replace(/^refs\/heads\//, "");
  if (shown === branch) return success([]);
  return success([{ kind: "other-branch", branch, shown: shown === "" ? null : shown }]);
}

async function strays(
  git: Git,
  workTree: string,
  copy: string,
  hasSetup: boolean,
): Promise<Result<readonly Difference[]>> {
  const args = [
    "status",
    "--porcelain",
    "-z",
    "--no-renames",
    "--untracked-files=normal",
    "--ignored=traditional",
  ];
  const answer = await git.feed([...args, "--ignore-submodules=dirty"]);
  if (!answer.ok) return answer;
  const lines = answer.value
    .toString("utf8")
    .split("\0")
    .filter((line) => line !== "");
  const named = (isMeant: (code: string) => boolean) =>
    lines.flatMap((line) => (isMeant(line.slice(0, 2)) && !OWN.test(line.slice(3)) ? [line.slice(3)] : []));
  const notCommitted = named((code) => code !== "!!");
  const absent = await onDisk(workTree, "compare the checkout with a copy of it", () =>
    absentIn(
      copy,
      named((code) => code === "!!"),
    ),
  );
  if (!absent.ok) return absent;
  const ignored = [...absent.value].sort(byDepth);
  const installed = ignored.filter((path) => INSTALLED.test(path));
  return success([
    ...some("not-committed", notCommitted),
    ...some("ignored", ignored),
    ...(hasSetup ? [] : some("no-setup", installed)),
  ]);
}

async function absentIn(copy: string, paths: readonly string[]): Promise<readonly string[]> {
  const there = await Promise.all(paths.map((path) => unlessMissing(lstat(join(copy, path)))));
  return paths.filter((_, at) => there[at] === null);
}

async function submodules(
  tree: Tree,
  workTree: string,
  copy: string,
): Promise<Result<readonly Difference[]>> {
  const all = [...tree].flatMap(([path, { mode }]) => (mode === "160000" ? [path] : []));
  return onDisk(workTree, "look at submodules", async () => {
    const empty: string[] = [];
    for (const path of all) {
      if ((await isFilled(join(workTree, path))) && !(await isFilled(join(copy, path)))) empty.push(path);
    }
    return some("submodules", empty);
  });
}

async function isFilled(folder: string): Promise<boolean> {
  const found = await unlessMissing(lstat(folder));
  return found?.isDirectory() === true && (await readdir(folder)).some((name) => name !== ".git");
}

async function filtered(
  git: Git,
  tree: Tree,
  workTree: string,
  copy: string,
): Promise<Result<readonly Difference[]>> {
  const files = [...tree].flatMap(([path, { mode }]) =>
    mode === "160000" || mode === "120000" ? [] : [path],
  );
  if (files.length === 0) return success([]);
  const asked = await git.feed(
    ["check-attr", "-z", "--stdin", "filter"],
    files.map((path) => `${path}\0`).join(""),
  );
  if (!asked.ok) return asked;
  const words = asked.value.toString("utf8").split("\0");
  const under: string[] = [];
  for (let at = 0; at + 2 < words.length; at += 3) {
    const value = words[at + 2];
    if (value !== "unspecified" && value !== "unset") under.push(words[at] as string);
  }
  return onDisk(workTree, "compare files under filters", async () => {
    const different: string[] = [];
    for (const path of under) {
      if (!(await isSame(join(workTree, path), join(copy, path)))) different.push(path);
    }
    return some("filtered", different);
  });
}

/** A file that is not in the checkout is told as not committed, and is no difference here. */
async function isSame(ours: string, theirs: string): Promise<boolean> {
  const [one, other] = await Promise.all([unlessMissing(lstat(ours)), unlessMissing(lstat(theirs))]);
  if (one === null || !one.isFile()) return true;
  if (other === null || one.size !== other.size) return false;
  if (one.size > COMPARED_BYTES) return true;
  const [left, right] = await Promise.all([readFile(ours), readFile(theirs)]);
  return left.equals(right);
}

type WithPaths = Extract<Difference, { readonly paths: readonly string[] }>["kind"];

function some(kind: WithPaths, paths: readonly string[]): Difference[] {
  return paths.length === 0 ? [] : [{ kind, paths }];
}

/** What lies at the top is what people know of. */
function byDepth(a: string, b: string): number {
  const depth = (path: string) => path.replace(/\/$/, "").split("/").length;
  return depth(a) - depth(b) || (a < b ? -1 : 1);
}
