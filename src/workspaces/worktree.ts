// Where does an attempt work? In a plain checkout with a `.git` of its own, so that an agent sees a normal
// repository. That `.git` is written once and never read again: whatever an agent puts into it runs nowhere.

import { type BigIntStats, lstatSync } from "node:fs";
import { chmod, copyFile, lstat, mkdir, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type Result, success } from "../model/result.ts";
import type { Oid, Tree } from "../model/tree.ts";
import { onDisk } from "./disk.ts";
import { shallowFile } from "./engine-clone.ts";
import { type Git, IDENTITY } from "./git.ts";
import { acceptSmudged, laySmudged, type Smudged, smudgedFiles } from "./human-filters.ts";
import { type Blueprint, layRepository } from "./lay-repository.ts";
import { layPast } from "./past.ts";
import type { Repository } from "./repository.ts";
import { laySubmodules } from "./submodules.ts";

/** Something that is lent to a worktree, such as installed dependencies, and is never part of a draft. */
export interface Link {
  /** Path in the worktree. */
  readonly name: string;
  /** Absolute. */
  readonly target: string;
}

export interface WorktreeOrder {
  readonly repository: Repository;
  readonly tree: Tree;
  /** What people wrote of it: these files alone are laid as the person's own filters check them out. */
  readonly human: Tree;
  /** Absolute; must not exist. */
  readonly dir: string;
  readonly links: readonly Link[];
}

export interface Worktree extends WorktreeOrder {
  /** What the file system said about every file when the attempt began. */
  readonly baseline: ReadonlyMap<string, Stamp>;
  readonly smudged: Smudged;
}

/** Equal stamps mean an untouched file, unless it was written in the same tick as the baseline. */
export interface Stamp {
  readonly ino: bigint;
  readonly size: bigint;
  readonly mode: bigint;
  readonly mtimeNs: bigint;
  readonly ctimeNs: bigint;
}

export async function materialise(order: WorktreeOrder): Promise<Result<Worktree>> {
  const { repository, tree, dir } = order;
  const oid = await repository.writeTree(tree);
  if (!oid.ok) return oid;
  const made = await onDisk(dir, "make a worktree", async () => {
    await mkdir(dirname(dir), { recursive: true });
    await mkdir(dir);
  });
  if (!made.ok) return made;
  const smudged = await smudgedFiles(repository, order);
  if (!smudged.ok) return smudged;
  const laying = { ...order, smudged: smudged.value };
  const laid = await repository.withIndex((git) => checkOut(git.at({ workTree: dir }), oid.value, laying));
  if (!laid.ok) return laid;
  return onDisk(dir, "record a baseline", async () => ({ ...laying, baseline: stampsOf(dir, tree) }));
}

/** Deletes a worktree, also one in which an agent took the write permission from folders. */
export function dispose(dir: string): Promise<Result<null>> {
  return onDisk(dir, "delete a worktree", async () => {
    await makeDeletable(dir);
    await rm(dir, { recursive: true, force: true, maxRetries: 3 });
    return null;
  });
}

export function stampOf(stats: BigIntStats): Stamp {
  const { ino, size, mode, mtimeNs, ctimeNs } = stats;
  return { ino, size, mode, mtimeNs, ctimeNs };
}

type Laying = WorktreeOrder & Pick<Worktree, "smudged">;

async function checkOut(git: Git, tree: Oid, order: Laying): Promise<Result<null>> {
  const { dir, smudged } = order;
  const message = "What this task starts from\n";
  const [files, commit, alternates, past, shallow] = await Promise.all([
    git.feed(["read-tree", "--reset", "-u", tree]),
    order.repository.commitOnTip(tree, message),
    order.repository.objectFolders(),
    order.repository.past(),
    shallowFile(order.repository.located),
  ]);
  if (!files.ok) return files;
  if (!commit.ok) return commit;
  if (!alternates.ok) return alternates;
  if (!past.ok) return past;
  if (!shallow.ok) return shallow;
  const accepted = await acceptSmudged(git, smudged);
  if (!accepted.ok) return accepted;
  const replaced = await laySmudged(dir, smudged, order.tree);
  if (!replaced.ok) return replaced;
  const submodules = await laySubmodules(order.repository, order);
  if (!submodules.ok) return submodules;
  const done = await onDisk(dir, "lay a throwaway repository", async () => {
    await layThrowaway(order, { alternates: alternates.value, shallow: shallow.value });
    const known = await layPast(join(dir, ".git"), past.value, commit.value);
    if (!known.ok) return known;
    if (git.place.indexFile !== undefined) await copyFile(git.place.indexFile, join(dir, ".git/index"));
    for (const { name, target } of order.links) {
      await mkdir(dirname(join(dir, name)), { recursive: true });
      await symlink(target, join(dir, name));
    }
    return success(null);
  });
  return done.ok ? done.value : done;
}

async function layThrowaway(
  order: WorktreeOrder,
  borrowed: Pick<Blueprint, "alternates" | "shallow">,
): Promise<void> {
  const { repository, dir, links } = order;
  const gitDir = join(dir, ".git");
  await layRepository(gitDir, {
    objectFormat: repository.located.objectFormat,
    ...borrowed,
    bare: false,
  });
  await writeFile(join(gitDir, "info/exclude"), links.map(({ name }) => `/${name}\n`).join(""));
  const identity = `[user]\n\tname = ${IDENTITY.name}\n\temail = ${IDENTITY.email}\n`;
  await writeFile(join(gitDir, "config"), identity, { flag: "a" });
}

function stampsOf(dir: string, tree: Tree): ReadonlyMap<string, Stamp> {
  const stamps = new Map<string, Stamp>();
  for (const path of tree.keys()) {
    const stats = lstatSync(join(dir, path), { bigint: true, throwIfNoEntry: false });
    if (stats !== undefined) stamps.set(path, stampOf(stats));
  }
  return stamps;
}

async function makeDeletable(dir: string): Promise<void> {
  const stats = await lstat(dir).catch(() => null);
  if (stats === null || !stats.isDirectory()) return;
  if ((stats.mode & 0o700) !== 0o700) await chmod(dir, 0o700);
  for (const entry of await readdir(dir, { withFileTypes: true })) {
    if (entry.isDirectory()) await makeDeletable(join(dir, entry.name));
  }
}
