// Where does an attempt work? In a plain checkout with a `.git` of its own, so that an agent sees a normal
// repository. That `.git` is written once and never read again: whatever an agent puts into it runs nowhere.

import { type BigIntStats, lstatSync } from "node:fs";
import { copyFile, mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type Result, success } from "../model/result.ts";
import type { Oid, Tree } from "../model/tree.ts";
import { onDisk } from "./disk.ts";
import { type Git, IDENTITY } from "./git.ts";
import { layRepository } from "./lay-repository.ts";
import type { Repository } from "./repository.ts";
import { makeWay, removeAll, removeTree, type Stays, untrackedIn } from "./untracked.ts";

export interface WorktreeOrder {
  readonly repository: Repository;
  readonly tree: Tree;
  /** Absolute. */
  readonly dir: string;
}

/** A folder into which one tree is laid after the other. */
export interface StandingOrder extends WorktreeOrder {
  readonly rules: Tree;
  /** Where git remembers what it laid there last; outside the folder, and gone where the folder is. */
  readonly index: string;
  readonly stays: Stays;
}

export interface Worktree extends WorktreeOrder {
  /** The tree by whose `.gitignore` files a draft is read; nothing that a draft says can hide a part of it. */
  readonly rules: Tree;
  /** Folders that were there before the attempt and are in no tree, such as installed dependencies: no part of a draft. */
  readonly installed: ReadonlySet<string>;
  /** What the file system said about every file when the attempt began, those that a setup left beside the tree included. */
  readonly baseline: ReadonlyMap<string, Stamp>;
}

/** Equal stamps mean an untouched file, unless it was written in the same tick as the baseline. */
export interface Stamp {
  readonly ino: bigint;
  readonly size: bigint;
  readonly mode: bigint;
  readonly mtimeNs: bigint;
  readonly ctimeNs: bigint;
}

/** Lays a tree into a folder that must not exist. */
export async function materialise(order: WorktreeOrder): Promise<Result<Worktree>> {
  const { repository, tree, dir } = order;
  const oid = await repository.writeTree(tree);
  if (!oid.ok) return oid;
  const made = await onDisk(dir, "make a worktree", async () => {
    await mkdir(dirname(dir), { recursive: true });
    await mkdir(dir);
  });
  if (!made.ok) return made;
  return repository.withIndex(async (index) => {
    const git = index.at({ workTree: dir });
    const files = await git.feed(["read-tree", "--reset", "-u", oid.value]);
    return files.ok ? layRest(git, oid.value, { ...order, rules: tree }, []) : files;
  });
}

/**
 * Lays a tree into a folder that may hold another: only what differs is written, and gets a new time. What is neither in
 * the tree nor to stay goes, whoever made it, and so does the `.git` that was there.
 */
export async function layAnew(order: StandingOrder): Promise<Result<Worktree>> {
  const { repository, tree, dir, index, stays } = order;
  const oid = await repository.writeTree(tree);
  if (!oid.ok) return oid;
  const git = repository.workingIn(dir, index);
  // Swept first: git does not see a folder for what it is where a link to it took its place.
  const swept = await onDisk(dir, "clear a worktree", async () => {
    await mkdir(dir, { recursive: true });
    await makeWay(dir, tree);
    const { rest, caches } = untrackedIn(dir, tree, stays);
    await removeAll(dir, [...rest, ".git"]);
    return caches;
  });
  if (!swept.ok) return swept;
  const checkedOut = await checkOut(git, oid.value, order);
  if (!checkedOut.ok) return checkedOut;
  return layRest(git, oid.value, order, [...stays.paths, ...swept.value]);
}

/** Takes back what a command changed in the files of the tree, and leaves everything else. */
export async function restoreTree(order: StandingOrder): Promise<Result<null>> {
  const { repository, tree, dir, index } = order;
  const oid = await repository.writeTree(tree);
  if (!oid.ok) return oid;
  const ready = await onDisk(dir, "make way in a worktree", async () => {
    await makeWay(dir, tree);
    return null;
  });
  return ready.ok ? checkOut(repository.workingIn(dir, index), oid.value, order) : ready;
}

/** Deletes a worktree, also one in which an agent took the write permission from folders. */
export function dispose(dir: string): Promise<Result<null>> {
  return onDisk(dir, "delete a worktree", async () => {
    await removeTree(dir);
    return null;
  });
}

export function stampOf(stats: BigIntStats): Stamp {
  const { ino, size, mode, mtimeNs, ctimeNs } = stats;
  return { ino, size, mode, mtimeNs, ctimeNs };
}

/** git compares each file's own times with its index, so a file that anybody wrote to is laid again. */
async function checkOut(git: Git, tree: Oid, { dir, index }: StandingOrder): Promise<Result<null>> {
  const ready = await onDisk(dir, "make a worktree", async () => {
    await mkdir(dir, { recursive: true });
    // Of a git that was killed at work here; nobody else uses this index.
    await rm(`${index}.lock`, { force: true });
  });
  if (!ready.ok) return ready;
  const args = ["read-tree", "--reset", "-u", tree];
  const laid = await git.feed(args);
  if (laid.ok) return success(null);
  // An index that a crash tore: without one, every file is laid again, beside the install that is there.
  const cleared = await onDisk(dir, "clear a worktree", () => rm(index, { force: true }));
  if (!cleared.ok) return cleared;
  const again = await git.feed(args);
  return again.ok ? success(null) : again;
}

async function layRest(
  git: Git,
  tree: Oid,
  order: WorktreeOrder & { readonly rules: Tree },
  left: readonly string[],
): Promise<Result<Worktree>> {
  const { repository, dir, rules } = order;
  const [commit, alternates] = await Promise.all([
    repository.rootCommit(tree, "What this task starts from\n"),
    repository.objectFolders(),
  ]);
  if (!commit.ok) return commit;
  if (!alternates.ok) return alternates;
  return onDisk(dir, "lay a throwaway repository", async () => {
    await layThrowaway(order, commit.value, { alternates: alternates.value, left });
    if (git.place.indexFile !== undefined) await copyFile(git.place.indexFile, join(dir, ".git/index"));
    const { tree: laid } = order;
    const baseline = stampsOf(dir, [...laid.keys(), ...left]);
    const installed = new Set(left.filter((path) => !baseline.has(path)));
    return { repository, tree: laid, dir, rules, installed, baseline };
  });
}

async function layThrowaway(
  { repository, dir }: WorktreeOrder,
  commit: Oid,
  { alternates, left }: { readonly alternates: readonly string[]; readonly left: readonly string[] },
): Promise<void> {
  const gitDir = join(dir, ".git");
  await layRepository(gitDir, {
    objectFormat: repository.located.objectFormat,
    alternates,
    shallow: null,
    bare: false,
  });
  await writeFile(join(gitDir, "refs/heads/main"), `${commit}\n`);
  await writeFile(join(gitDir, "info/exclude"), left.map((path) => `/${excluded(path)}\n`).join(""));
  const identity = `[user]\n\tname = ${IDENTITY.name}\n\temail = ${IDENTITY.email}\n`;
  await writeFile(join(gitDir, "config"), identity, { flag: "a" });
}

/** A path as a pattern that names it alone. */
function excluded(path: string): string {
  return path.replace(/[\\*?[\]!# ]/g, "\\$&");
}

/** Of files and links alone: a folder is as old as the last name in it. */
function stampsOf(dir: string, paths: readonly string[]): ReadonlyMap<string, Stamp> {
  const stamps = new Map<string, Stamp>();
  for (const path of paths) {
    const stats = lstatSync(join(dir, path), { bigint: true, throwIfNoEntry: false });
    if (stats !== undefined && !stats.isDirectory()) stamps.set(path, stampOf(stats));
  }
  return stamps;
}
