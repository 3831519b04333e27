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
  existsSync,
  lstatSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  type Stats,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join, sep } from "node:path";
import { setTimeout as delay, setImmediate } from "node:timers/promises";
import { foldersOf } from "../model/path.ts";
import type { Result } from "../model/result.ts";
import type { Tree } from "../model/tree.ts";
import { runProcess } from "../platform/process.ts";
import { onDisk } from "./disk.ts";
import { type AllowedUntracked, removeAll } from "./untracked.ts";

export interface Install {
  /** Folder in which the setup ran, absolute. */
  readonly dir: string;
  /** What it left there, as `untrackedIn` lists it. */
  readonly roots: readonly string[];
  /** Where the stamp is kept, outside of that folder. */
  readonly stamp: string;
}

/** All folders of an install. The time of the stamp is that of its file: whatever is newer has changed since. */
type StampFile = Readonly<Record<string, StampedFolder>>;

/** A folder keeps its number when names are added, and has another one when it was moved here from elsewhere. */
interface StampedFolder {
  readonly ino: number;
  readonly mode: number;
  readonly names: readonly string[];
}

/** The kernel counts times of files in ticks of up to 10 ms. */
const TICK_MS = 20;
/** So many entries are looked at before anybody else may compute. */
const STRIDE = 2000;
/** Bytes of names. */
const MOST_TOLD = 64 * 1024 * 1024;
const COPY_MS = 10 * 60 * 1000;

/** Remembers what is there now. Whatever changes after it has settled is newer than the stamp. */
export function stampInstall(install: Install, isCache: AllowedUntracked["isCache"]): Promise<Result<null>> {
  const { dir, roots, stamp } = install;
  return onDisk(stamp, "stamp an install", async () => {
    const shared: string[] = [];
    await visit({ dir, roots, isCache }, (path, stats) => {
      if (stats.isFile() && stats.nlink > 1) shared.push(path);
      return true;
    });
    for (const path of shared) makeItsOwn(join(dir, path));
    const folders: Record<string, StampedFolder> = {};
    await visit({ dir, roots, isCache }, (path, stats, inside) => {
      if (inside !== null) folders[path] = { ino: stats.ino, mode: stats.mode, names: inside };
      return true;
    });
    const draft = `${stamp}.${randomUUID()}`;
    await delay(TICK_MS);
    writeFileSync(draft, JSON.stringify(folders satisfies StampFile));
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
  isCache: AllowedUntracked["isCache"],
): Promise<Result<Movement>> {
  return onDisk(stamp, "look at an install", async () => {
    const gone = firstGone(dir, roots);
    if (gone !== null) return { moved: gone, added: [] };
    // An install that nobody can vouch for.
    if (!existsSync(stamp)) return { moved: basename(stamp), added: [] };
    const changed = await changedSince({ dir, roots, stamp }, isCache);
    const folders = changed.length === 0 ? {} : readStamp(stamp);
    if (folders === null) return { moved: basename(stamp), added: [] };
    const added: string[] = [];
    for (const path of changed) {
      if (tree.has(path) || added.some((one) => path === one || path.startsWith(`${one}/`))) continue;
      const known = folders[dirname(path)]?.names;
      if (known !== undefined && !known.includes(basename(path))) {
        if (!isTracked(tree, path)) added.push(path);
        continue;
      }
      const before = folders[path];
      const stats = lstatSync(join(dir, path), { throwIfNoEntry: false });
      if (before === undefined || stats?.ino !== before.ino || stats.mode !== before.mode)
        return { moved: path, added };
      const inside = readdirSync(join(dir, path));
      const siblings = new Set(inside);
      const lost = before.names.find((name) => !siblings.has(name));
      if (lost !== undefined) return { moved: `${path}/${lost}`, added };
      // A name that was moved in from elsewhere may be older than the stamp.
      const more = inside.filter((name) => !before.names.includes(name)).map((name) => `${path}/${name}`);
      added.push(...more.filter((one) => !isTracked(tree, one) && !isCache(one, siblings)));
    }
    return { moved: null, added };
  });
}

/** Everything that is newer than the stamp, folders before what is in them, without caches. */
async function changedSince(
  { dir, roots, stamp }: Install,
  isCache: AllowedUntracked["isCache"],
): Promise<readonly string[]> {
  if (roots.length === 0) return [];
  // `find` looks at a large install in a quarter of the time that we need, and beside us.
  const { execa } = await import("execa");
  const asked = await execa("find", [...roots.map((root) => `./${root}`), "-cnewer", stamp, "-print0"], {
    cwd: dir,
    env: { PATH: process.env.PATH ?? "", LC_ALL: "C" },
    extendEnv: false,
    reject: false,
    stripFinalNewline: false,
    maxBuffer: MOST_TOLD,
  });
  if (asked.exitCode === 0) {
    const paths = asked.stdout.split("\0").filter((path) => path !== "");
    return paths.map((path) => path.slice("./".length)).filter((path) => !isInCache(dir, path, isCache));
  }
  const { mtimeNs } = lstatSync(stamp, { bigint: true });
  const newer: string[] = [];
  await visit({ dir, roots, isCache }, (path) => {
    const stats = lstatSync(join(dir, path), { bigint: true, throwIfNoEntry: false });
    if (stats !== undefined && stats.ctimeNs > mtimeNs) newer.push(path);
    return true;
  });
  return newer;
}

function isInCache(dir: string, path: string, isCache: AllowedUntracked["isCache"]): boolean {
  for (let end = path.length; end > 0; end = path.lastIndexOf("/", end - 1)) {
    const above = path.slice(0, end);
    const folder = join(dir, dirname(above));
    const siblings = lstatSync(folder, { throwIfNoEntry: false })?.isDirectory() ? readdirSync(folder) : [];
    if (isCache(above, new Set(siblings))) return true;
  }
  return false;
}

/** A root that is not there, or what stands where a folder above it should. */
function firstGone(dir: string, roots: readonly string[]): string | null {
  const look = (path: string) => lstatSync(join(dir, path), { throwIfNoEntry: false });
  // Those above come first: below what is no folder, nothing can be looked at.
  const above = [...foldersOf(roots)].sort().find((path) => look(path)?.isDirectory() !== true);
  return above ?? roots.find((root) => look(root) === undefined) ?? null;
}

/**
 * Copies an install into another folder, without what was added to it since its stamp. False where it cannot serve
 * there, since something in it names the folder in which it was made.
 */
export function copyInstall(
  from: Install,
  dir: string,
  { isCache, signal }: { readonly isCache: AllowedUntracked["isCache"]; readonly signal: AbortSignal },
): Promise<Result<boolean>> {
  return onDisk(dir, "copy an install", async () => {
    const folders = readStamp(from.stamp);
    if (folders === null) return false;
    const { mtimeNs } = lstatSync(from.stamp, { bigint: true });
    for (const root of from.roots) {
      const copied = await run("cp", ["-a", join(from.dir, root), join(dir, root)], dir, signal);
      if (copied !== 0) return false;
    }
    // Set up anew meanwhile: what was copied is some of each.
    if (lstatSync(from.stamp, { bigint: true, throwIfNoEntry: false })?.mtimeNs !== mtimeNs) return false;
    const { roots } = from;
    // A link is looked at below, and not what it leads to.
    const places = roots.map((root) => join(dir, root)).filter((place) => !lstatSync(place).isSymbolicLink());
    const spellings = spellingsOf(from.dir).flatMap((one) => ["-e", one]);
    // 1: no file holds it. Any other answer promises nothing.
    const search = ["-rqF", "-D", "skip", ...spellings, "--", ...places];
    if (places.length > 0 && (await run("grep", search, dir, signal)) !== 1) return false;
    const added: string[] = [];
    let serves = true;
    await visit({ dir, roots, isCache }, (path, stats, inside) => {
      if (stats.isSymbolicLink() && readlinkSync(join(dir, path)).includes(partOf(from.dir))) serves = false;
      const known = new Set(folders[path]?.names);
      for (const name of inside ?? []) if (!known.has(name)) added.push(`${path}/${name}`);
      return (name) => known.has(name);
    });
    await removeAll(dir, added);
    return serves;
  });
}

/** The end of the path of a slot: no other folder has it, however whoever wrote it down came to it. */
function partOf(dir: string): string {
  return dir.split(sep).slice(-3).join("/");
}

/** As it stands in a file, in a JSON document that escapes it, in an address, and where a name was made of it. */
function spellingsOf(dir: string): readonly string[] {
  const part = partOf(dir);
  return ["/", "\\/", "\\\\", "%2F", "%2f"].map((separator) => part.replaceAll("/", separator));
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
  readonly isCache: AllowedUntracked["isCache"];
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
