// Where does an attempt work? In a plain checkout with a `.git` of its own, so that an agent sees a normal
// repository. That `.git` is written once and never read again: whatever an agent puts into it runs nowhere.

import { type BigIntStats, lstatSync } from "node:fs";
import { copyFile, mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type Result, success } from "../model/result.ts";
import type { Oid, Tree } from "../model/tree.ts";
import { onDisk } from "./disk.ts";
import { shallowFile } from "./engine-clone.ts";
import type { Git } from "./git.ts";
import { IDENTITY } from "./git-environment.ts";
import { acceptSmudged, laySmudged, type Smudged, smudgedFiles } from "./human-filters.ts";
import { keepSubmodules } from "./kept-submodules.ts";
import { type Blueprint, layRepository } from "./lay-repository.ts";
import { layPast } from "./past.ts";
import type { Repository } from "./repository.ts";
import { laySubmodules } from "./submodules.ts";
import { type AllowedUntracked, makeWay, removeTree, sweep } from "./untracked.ts";

export interface WorktreeOrder {
  readonly repository: Repository;
  readonly tree: Tree;
  /**
   * What people wrote of it. These files alone are laid as the person's own filters check them out, and by its
   * `.gitignore` files a draft is read: nothing that a draft says can hide a part of it.
   */
  readonly human: Tree;
  /** Absolute. */
  readonly dir: string;
}

/** A folder into which one tree is laid after the other. */
export interface ReusedWorktreeOrder extends WorktreeOrder {
  /** Where git remembers what it laid there last; outside the folder, and gone where the folder is. */
  readonly index: string;
  /** Where it is remembered in what state the submodules were laid; likewise outside. */
  readonly submodules: string;
  readonly stays: AllowedUntracked;
}

export interface Worktree extends WorktreeOrder {
  /** Folders that were there before the attempt and are in no tree, such as installed dependencies: no part of a draft. */
  readonly installed: ReadonlySet<string>;
  /** What the file system said about every file when the attempt began, those that a setup left beside the tree included. */
  readonly baseline: ReadonlyMap<string, Stamp>;
  readonly smudged: Smudged;
  /** Folders of objects that its repository borrows, absolute. */
  readonly borrows: readonly string[];
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
    const beside = askForExtras(order, oid.value);
    const files = await git.feed(["read-tree", "--reset", "-u", oid.value]);
    if (!files.ok) return files;
    const submodules = await laySubmodules(repository, order);
    return submodules.ok ? layRest(git, order, await beside, []) : submodules;
  });
}

/**
 * Lays a tree into a folder that may hold another: only what differs is written, and gets a new time. What is neither in
 * the tree nor to stay goes, whoever made it, and so does the `.git` that was there.
 */
export async function layAnew(order: ReusedWorktreeOrder): Promise<Result<Worktree>> {
  const { repository, tree, dir, index, stays } = order;
  const oid = await repository.writeTree(tree);
  if (!oid.ok) return oid;
  const git = repository.workingIn(dir, index);
  const beside = askForExtras(order, oid.value);
  // Swept first: git does not see a folder for what it is where a link to it took its place.
  const ready = await onDisk(dir, "make way in a worktree", async () => {
    await mkdir(dir, { recursive: true });
    await makeWay(dir, tree);
    await removeTree(join(dir, ".git"));
  });
  if (!ready.ok) return ready;
  const swept = await sweep(dir, tree, stays);
  if (!swept.ok) return swept;
  const checkedOut = await checkOut(git, oid.value, order);
  if (!checkedOut.ok) return checkedOut;
  const submodules = await keepSubmodules(repository, { ...order, stamp: order.submodules });
  if (!submodules.ok) return submodules;
  return layRest(git, order, await beside, [...stays.paths, ...swept.value]);
}

/** Takes back what a command changed in the files of the tree, and leaves everything else. */
export async function restoreTree(order: ReusedWorktreeOrder): Promise<Result<null>> {
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
async function checkOut(git: Git, tree: Oid, { dir, index }: ReusedWorktreeOrder): Promise<Result<null>> {
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

type WorktreeExtras = Awaited<ReturnType<typeof askForExtras>>;

/** All that git has to be asked about what lies beside the files of a tree; it does not wait for them. */
function askForExtras(order: WorktreeOrder, tree: Oid) {
  const { repository } = order;
  return Promise.all([
    smudgedFiles(repository, order),
    repository.commitOnTip(tree, "What this task starts from\n"),
    repository.objectFolders(),
    repository.past(),
    shallowFile(repository.located),
  ]);
}

/** Lays what lies beside the files of the tree, or over them. `left`: paths that were there before and stay. */
async function layRest(
  git: Git,
  order: WorktreeOrder,
  [smudged, commit, alternates, past, shallow]: WorktreeExtras,
  left: readonly string[],
): Promise<Result<Worktree>> {
  const { repository, dir } = order;
  if (!smudged.ok) return smudged;
  if (!commit.ok) return commit;
  if (!alternates.ok) return alternates;
  if (!past.ok) return past;
  if (!shallow.ok) return shallow;
  const accepted = await acceptSmudged(git, smudged.value);
  if (!accepted.ok) return accepted;
  const replaced = await laySmudged(dir, smudged.value, order.tree);
  if (!replaced.ok) return replaced;
  const done = await onDisk(dir, "make a throwaway repository", async () => {
    await layThrowaway(order, { alternates: alternates.value, shallow: shallow.value }, left);
    const known = await layPast(join(dir, ".git"), past.value, commit.value);
    if (!known.ok) return known;
    if (git.place.indexFile !== undefined) await copyFile(git.place.indexFile, join(dir, ".git/index"));
    const baseline = stampsOf(dir, [...order.tree.keys(), ...left]);
    const installed = new Set(left.filter((path) => !baseline.has(path)));
    const { tree: laid, human } = order;
    const borrows = alternates.value;
    return success({
      repository,
      tree: laid,
      human,
      dir,
      installed,
      baseline,
      smudged: smudged.value,
      borrows,
    });
  });
  return done.ok ? done.value : done;
}

async function layThrowaway(
  { repository, dir }: WorktreeOrder,
  borrowed: Pick<Blueprint, "alternates" | "shallow">,
  left: readonly string[],
): Promise<void> {
  const gitDir = join(dir, ".git");
  await layRepository(gitDir, {
    objectFormat: repository.located.objectFormat,
    ...borrowed,
    bare: false,
  });
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
