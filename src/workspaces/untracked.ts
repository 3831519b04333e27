// What lies in a folder beside the tree that was laid into it, and how does it go? Links are never followed, and what
// took the place of a folder is seen for what it is.

import { type Dirent, readdirSync } from "node:fs";
import { chmod, lstat, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { foldersOf } from "../model/path.ts";
import type { Result } from "../model/result.ts";
import type { Tree } from "../model/tree.ts";
import { onDisk } from "./disk.ts";

/** Which paths outside the tree may stay, by path from the top of the folder. */
export interface Stays {
  /** Files and folders with all that is in them. */
  readonly paths: ReadonlySet<string>;
  /** Whether a folder is a cache that may be kept warm; `siblings` are the names beside it. */
  readonly isCache: (path: string, siblings: ReadonlySet<string>) => boolean;
}

/** Shortest lists: a folder that holds nothing else stands for all that is in it. */
export interface Untracked {
  /** Neither in the tree nor to stay. */
  readonly rest: readonly string[];
  readonly caches: readonly string[];
}

/** What is there beside the tree, but for the `.git` at the top. Throws system errors. */
export function untrackedIn(dir: string, tree: Tree, stays: Stays): Untracked {
  const folders = foldersOf([...tree.keys(), ...stays.paths]);
  const rest: string[] = [];
  const caches: string[] = [];
  const waiting = [""];
  for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop()) {
    const entries = readdirSync(join(dir, folder), { withFileTypes: true });
    const names = new Set(entries.map(({ name }) => name));
    for (const entry of entries) {
      const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
      if (path === ".git" || tree.has(path) || stays.paths.has(path)) continue;
      if (entry.isDirectory() && stays.isCache(path, names)) caches.push(path);
      else if (entry.isDirectory() && folders.has(path)) waiting.push(path);
      else rest.push(path);
    }
  }
  return { rest, caches };
}

/** Removes what is neither in the tree nor to stay; the caches that stayed. */
export function sweep(dir: string, tree: Tree, stays: Stays): Promise<Result<readonly string[]>> {
  return onDisk(dir, "clear a worktree", async () => {
    const { rest, caches } = untrackedIn(dir, tree, stays);
    await removeAll(dir, rest);
    return caches;
  });
}

/** Removes files and folders, also such whose write permission was taken away. Throws system errors. */
export async function removeAll(dir: string, paths: readonly string[]): Promise<void> {
  for (const path of paths) await removeTree(join(dir, path));
}

/** Like `rm -rf`, and past folders that were locked. Throws system errors. */
export async function removeTree(path: string): Promise<void> {
  await makeDeletable(path);
  await rm(path, { recursive: true, force: true, maxRetries: 3 });
}

async function makeDeletable(path: string): Promise<void> {
  const stats = await lstat(path).catch(() => null);
  if (stats === null || !stats.isDirectory()) return;
  if ((stats.mode & 0o700) !== 0o700) await chmod(path, 0o700);
  const entries: Dirent[] = await readdir(path, { withFileTypes: true });
  for (const entry of entries) {
    if (entry.isDirectory()) await makeDeletable(join(path, entry.name));
  }
}
