// Is what a setup left still what it left? Stamped once, when the setup has ended, and looked at before every use. The
// time of the last change that the kernel keeps of a file (ctime) cannot be set by a program, so one look at each file is
// enough and none is read.
//
// Package managers share files between installs by hard links, so that a patch here would be one there, too: each file
// of an install is made its own first.

import { randomUUID } from "node:crypto";
import {
  chmodSync,
  constants,
  copyFileSync,
  lstatSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  type Stats,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { basename, join } from "node:path";
import { setTimeout as delay, setImmediate } from "node:timers/promises";
import type { Result } from "../model/result.ts";
import type { Tree } from "../model/tree.ts";
import { runProcess } from "../platform/process.ts";
import { onDisk } from "./disk.ts";
import { removeAll, type Stays } from "./untracked.ts";

export interface Install {
  /** Folder in which the setup ran, absolute. */
  readonly dir: string;
  /** What it left there, as `untrackedIn` lists it. */
  readonly roots: readonly string[];
  /** Where the stamp is kept, outside of that folder. */
  readonly stamp: string;
}

interface StampFile {
  /** The newest ctime among all entries, in milliseconds. */
  readonly at: number;
  readonly names: Readonly<Record<string, readonly string[]>>;
}

/** The kernel counts times of files in ticks of up to 10 ms. */
const TICK_MS = 20;
/** So many entries are looked at before anybody else may compute. */
const STRIDE = 2000;
const COPY_MS = 10 * 60 * 1000;

/** Remembers what is there now. Whatever changes after it has settled is newer than the stamp. */
export function stampInstall(install: Install, isCache: Stays["isCache"]): Promise<Result<null>> {
  const { dir, roots, stamp } = install;
  return onDisk(stamp, "stamp an install", async () => {
    const shared: string[] = [];
    await visit({ dir, roots, isCache }, (path, stats) => {
      if (stats.isFile() && stats.nlink > 1) shared.push(path);
      return true;
    });
    for (const path of shared) makeItsOwn(join(dir, path));
    const names: Record<string, readonly string[]> = {};
    let at = 0;
    await visit({ dir, roots, isCache }, (path, stats, inside) => {
      at = Math.max(at, stats.ctimeMs);
      if (inside !== null) names[path] = inside;
      return true;
    });
    const draft = `${stamp}.${randomUUID()}`;
    writeFileSync(draft, JSON.stringify({ at, names } satisfies StampFile));
    renameSync(draft, stamp);
    await delay(TICK_MS);
    return null;
  });
}

export interface Movement {
  /** The first path that is not as it was stamped, or null. */
  readonly moved: string | null;
  /** What was only added: without it, the install is again what it was. Files of the tree are not among it. */
  readonly added: readonly string[];
}

/** What happened to an install since its stamp. */
export function movementIn(
  { dir, roots, stamp }: Install,
  tree: Tree,
  isCache: Stays["isCache"],
): Promise<Result<Movement>> {
  return onDisk(stamp, "look at an install", async () => {
    const stamped = readStamp(stamp);
    // An install that nobody can vouch for.
    if (stamped === null) return { moved: basename(stamp), added: [] };
    const { at, names } = stamped;
    let moved =
      roots.find((root) => lstatSync(join(dir, root), { throwIfNoEntry: false }) === undefined) ?? null;
    const added: string[] = [];
    await visit({ dir, roots, isCache }, (path, stats, inside) => {
      if (moved !== null || tree.has(path)) return false;
      if (stats.ctimeMs <= at) return true;
      const before = names[path];
      if (inside === null || before === undefined) {
        moved = path;
        return false;
      }
      const known = new Set(before);
      const lost = before.find((name) => !inside.includes(name));
      if (lost !== undefined) moved = `${path}/${lost}`;
      const more = inside.filter((name) => !known.has(name)).map((name) => `${path}/${name}`);
      added.push(...more.filter((one) => !isTracked(tree, one)));
      return (name) => known.has(name);
    });
    return { moved, added };
  });
}

/**
 * Copies an install into another folder, without what was added to it since its stamp. False where it cannot serve
 * there, since something in it names the folder in which it was made.
 */
export function copyInstall(
  from: Install,
  dir: string,
  { isCache, signal }: { readonly isCache: Stays["isCache"]; readonly signal: AbortSignal },
): Promise<Result<boolean>> {
  return onDisk(dir, "copy an install", async () => {
    for (const root of from.roots) {
      const copied = await run("cp", ["-a", join(from.dir, root), join(dir, root)], dir, signal);
      if (copied !== 0) return false;
    }
    const { roots } = from;
    const places = roots.map((root) => join(dir, root));
    // 1: no file holds it. Any other answer promises nothing.
    if ((await run("grep", ["-rqF", "--", from.dir, ...places], dir, signal)) !== 1) return false;
    const names = readStamp(from.stamp)?.names;
    if (names === undefined) return false;
    const added: string[] = [];
    let serves = true;
    await visit({ dir, roots, isCache }, (path, stats, inside) => {
      if (stats.isSymbolicLink() && readlinkSync(join(dir, path)).includes(from.dir)) serves = false;
      const known = new Set(names[path]);
      for (const name of inside ?? []) if (!known.has(name)) added.push(`${path}/${name}`);
      return (name) => known.has(name);
    });
    await removeAll(dir, added);
    return serves;
  });
}

/** Null where it is not there, or torn by a crash. */
function readStamp(path: string): StampFile | null {
  try {
    return JSON.parse(readFileSync(path, "utf8")) as StampFile;
  } catch (error) {
    if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
}

async function run(
  file: string,
  args: readonly string[],
  cwd: string,
  signal: AbortSignal,
): Promise<number | null> {
  const env = { PATH: process.env.PATH ?? "", LC_ALL: "C" };
  const marker = `install-${randomUUID()}`;
  const limits = { timeoutMs: COPY_MS, outputLimit: 4096 };
  const ended = await runProcess({ file, args, cwd, env, signal, marker, ...limits });
  return ended.end === "exited" ? ended.code : null;
}

interface Visited {
  readonly dir: string;
  readonly roots: readonly string[];
  readonly isCache: Stays["isCache"];
}

/** Answers whether to enter, or which of the names; `names` of a folder are without caches, and null of anything else. */
type Visitor = (
  path: string,
  stats: Stats,
  names: readonly string[] | null,
) => boolean | ((name: string) => boolean);

/** Looks at all entries at and below the roots, folders before what is in them. What goes away meanwhile is not told. */
async function visit({ dir, roots, isCache }: Visited, look: Visitor): Promise<void> {
  const waiting = [...roots];
  for (let path = waiting.pop(), count = 0; path !== undefined; path = waiting.pop(), count++) {
    if (count % STRIDE === STRIDE - 1) await setImmediate();
    const stats = lstatSync(join(dir, path), { throwIfNoEntry: false });
    if (stats === undefined) continue;
    if (!stats.isDirectory()) {
      look(path, stats, null);
      continue;
    }
    const all = readdirSync(join(dir, path));
    const siblings = new Set(all);
    const names = all.filter((name) => !isCache(`${path}/${name}`, siblings));
    const enter = look(path, stats, names);
    if (enter === false) continue;
    for (const name of names) if (enter === true || enter(name)) waiting.push(`${path}/${name}`);
  }
}

function makeItsOwn(file: string): void {
  const { mode, atime, mtime } = lstatSync(file);
  const draft = `${file}.${randomUUID()}`;
  copyFileSync(file, draft, constants.COPYFILE_FICLONE);
  chmodSync(draft, mode);
  utimesSync(draft, atime, mtime);
  renameSync(draft, file);
}

/** Whether the path, or anything below it, is in the tree. */
function isTracked(tree: Tree, path: string): boolean {
  if (tree.has(path)) return true;
  for (const each of tree.keys()) if (each.startsWith(`${path}/`)) return true;
  return false;
}
