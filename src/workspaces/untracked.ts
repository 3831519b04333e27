// What lies in a folder beside the tree that was laid into it, and how does it go? Links are never followed, and what
// took the place of a folder is seen for what it is.

import { randomUUID } from "node:crypto";
import { chmodSync, type Dirent, lstatSync, readdirSync, unlinkSync } from "node:fs";
import { chmod, lstat, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { foldersOf } from "../model/path.ts";
import type { Result } from "../model/result.ts";
import type { Tree } from "../model/tree.ts";
import { onDisk } from "./disk.ts";

/** Which paths outside the tree may stay, by path from the top of the folder. */
export interface AllowedUntracked {
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
export function untrackedIn(dir: string, tree: Tree, stays: AllowedUntracked): Untracked {
  const folders = foldersOf([...tree.keys(), ...stays.paths]);
  const rest: string[] = [];
  const caches: string[] = [];
  const waiting = [""];
  for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop()) {
    const entries = readdirSync(join(dir, folder), { withFileTypes: true });
    const names = new Set(entries.map(({ name }) => name));
    for (const entry of entries) {
      const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
      if (path === ".git" || stays.paths.has(path)) continue;
      // A folder where the tree has a file is nobody's; a submodule is another project's business.
      const mode = tree.get(path)?.mode;
      if (mode !== undefined && (mode === "160000" || !entry.isDirectory())) continue;
      if (entry.isDirectory() && stays.isCache(path, names)) caches.push(path);
      else if (entry.isDirectory() && folders.has(path)) waiting.push(path);
      else rest.push(path);
    }
  }
  return { rest, caches };
}

/** Removes what is neither in the tree nor to stay; the caches that stayed. */
export function sweep(dir: string, tree: Tree, stays: AllowedUntracked): Promise<Result<readonly string[]>> {
  return onDisk(dir, "clear a worktree", async () => {
    const { rest, caches } = untrackedIn(dir, tree, stays);
    await removeAll(dir, rest);
    return caches;
  });
}

/**
 * Makes way for a tree: a link or a file where it has a folder goes, and so does a folder where it has a file; all
 * have the permissions of new ones. git looks at files through whatever leads to them, so it would take them for its own.
 * Throws system errors.
 */
export async function makeWay(dir: string, tree: Tree): Promise<void> {
  const fresh = 0o777 & ~process.umask();
  const real = new Set<string>();
  for (const folder of ["", ...[...foldersOf(tree.keys())].sort()]) {
    if (folder !== "" && !real.has(above(folder))) continue;
    const place = join(dir, folder);
    const stats = lstatSync(place, { throwIfNoEntry: false });
    if (stats === undefined) continue;
    if (stats.isDirectory()) {
      real.add(folder);
      if ((stats.mode & 0o777) !== fresh) chmodSync(place, fresh);
    } else unlinkSync(place);
  }
  for (const [path, { mode }] of tree) {
    if (mode === "160000" || !real.has(above(path))) continue;
    const stats = lstatSync(join(dir, path), { throwIfNoEntry: false });
    if (stats?.isDirectory() === true) await removeTree(join(dir, path));
    else if (stats?.isFile() === true) {
      // git sees whether the owner may run a file, and no more of its permissions.
      const like = (stats.mode & 0o100) === 0 ? fresh & 0o666 : fresh;
      if ((stats.mode & 0o777) !== like) unlinkSync(join(dir, path));
    }
  }
}

function above(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf("/")));
}

/** Removes files and folders, also such whose write permission was taken away. Throws system errors. */
export async function removeAll(dir: string, paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    await removeTree(join(dir, path));
    if (path.includes("\ufffd")) await removeSpelled(dir, path);
  }
}

/** A name that is not UTF-8 can only be removed by its bytes. */
async function removeSpelled(dir: string, path: string): Promise<void> {
  const folder = join(dir, above(path));
  for (const name of await readdir(folder, { encoding: "buffer" })) {
    if (name.toString("utf8") !== path.slice(path.lastIndexOf("/") + 1)) continue;
    const place = Buffer.concat([Buffer.from(`${folder}/`), name]);
    await rm(place, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** Like `rm -rf`, past folders that were locked, and past paths that are longer than the system takes. Throws system errors. */
export async function removeTree(path: string): Promise<void> {
  const tops = [path];
  for (let top = tops.pop(); top !== undefined; top = tops.pop()) {
    for (const deep of await makeDeletable(top, top.length + DEEP)) {
      const raised = join(path, randomUUID());
      await rename(deep, raised);
      tops.push(raised);
    }
  }
  await rm(path, { recursive: true, force: true, maxRetries: 3 });
}

/** Characters below the top at which a folder is moved up: with a name of any length after it, the system still takes the path. */
const DEEP = 1000;

/** Folders that lie so deep that nobody looked into them. */
async function makeDeletable(path: string, longest: number): Promise<readonly string[]> {
  const stats = await lstat(path).catch(() => null);
  if (stats === null || !stats.isDirectory()) return [];
  if ((stats.mode & 0o700) !== 0o700) await chmod(path, 0o700);
  if (path.length > longest) return [path];
  const entries: Dirent[] = await readdir(path, { withFileTypes: true });
  const deep: string[] = [];
  for (const entry of entries) {
    if (entry.isDirectory()) deep.push(...(await makeDeletable(join(path, entry.name), longest)));
  }
  return deep;
}
