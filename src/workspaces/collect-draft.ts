// What did an attempt change in its worktree? Found by looking at the files themselves: links are never followed,
// and no git ever reads the worktree's own `.git`. What a draft must not hold is refused here by name.

import { createHash } from "node:crypto";
import {
  type BigIntStats,
  closeSync,
  constants,
  lstatSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
} from "node:fs";
import { join, posix } from "node:path";
import type { HostilePath } from "../model/failure.ts";
import type { Change, FileMode } from "../model/output.ts";
import { foldersOf, pathFault } from "../model/path.ts";
import { failed, type Result, success } from "../model/result.ts";
import type { TreeEntry } from "../model/tree.ts";
import { onDisk } from "./disk.ts";
import { draftFault, type Found, refusal } from "./draft-fault.ts";
import { ignoredAmong } from "./ignored-paths.ts";
import { storedForm } from "./stored-form.ts";
import { type Stamp, stampOf, type Worktree } from "./worktree.ts";

export const MAX_DRAFT_BYTES = 20 * 1024 * 1024;
/** What an empty file takes, too: a hundred thousand of them are as much work as large ones. */
export const BLOCK_BYTES = 4096;

// File times move in ticks of the kernel, up to 10 ms. What carries the baseline's last ticks is read, not trusted.
const TICK_NS = 20_000_000n;

/**
 * Adds, edits, deletes, changed modes and links, sorted by path, with contents as git stores them. Files that people's
 * own rules ignore are not part of a draft. Failures: `hostile-path`, `draft-too-large`, and those of `storedForm`.
 */
export async function collectDraft(worktree: Worktree): Promise<Result<readonly Change[]>> {
  const walked = await walk(worktree);
  if (!walked.ok) return walked;
  const changes = await onDisk(worktree.dir, "read a draft", async () => collect(worktree, walked.value));
  if (!changes.ok || !changes.value.ok) return changes.ok ? changes.value : changes;
  const { repository, tree } = worktree;
  return storedForm(repository, { changes: changes.value.value, tree, form: "on-disk" });
}

// One floor of folders after the other, so that git is asked once per floor which new names the project ignores,
// and ignored folders are never entered.
async function walk(worktree: Worktree): Promise<Result<readonly Found[]>> {
  const folders = foldersOf(worktree.tree.keys());
  const files: Found[] = [];
  let floor: readonly string[] = [""];
  while (floor.length > 0) {
    const named = await onDisk(worktree.dir, "list a worktree", async () => namesOn(worktree, floor));
    if (!named.ok) return named;
    // No call of the system finds a file by what is left of such a name.
    const undecoded = named.value.find((path) => path.includes("\ufffd"));
    if (undecoded !== undefined) return failed(refusal(undecoded, "not-utf8"));
    const listed = await onDisk(worktree.dir, "list a worktree", async () => {
      return named.value.map((path): Found => ({ path, stats: lookAt(join(worktree.dir, path)) }));
    });
    if (!listed.ok) return listed;
    const hostile = listed.value.find(isHostileBeforeGit);
    if (hostile !== undefined) return failed(refusal(hostile.path, faultBeforeGit(hostile)));
    const fresh = listed.value.filter(({ path }) => !worktree.tree.has(path) && !folders.has(path));
    const names = fresh.map(nameOf);
    const ignored = await ignoredAmong(worktree.repository, worktree.human, names);
    if (!ignored.ok) return ignored;
    const kept = listed.value.filter((found) => !ignored.value.has(nameOf(found)));
    for (const { path, stats } of kept) {
      const known = stats.isFile() || stats.isSymbolicLink() || stats.isDirectory();
      if (!known) return failed(refusal(path, "special-file"));
      // Where it goes on below, the system takes no path to it any more.
      if (!worktree.tree.has(path) && pathFault(path) === "too-long")
        return failed(refusal(path, "too-long"));
    }
    files.push(...kept.filter(({ stats }) => !stats.isDirectory()));
    // A submodule is another project's business.
    floor = kept
      .filter(({ path, stats }) => stats.isDirectory() && worktree.tree.get(path)?.mode !== "160000")
      .map(({ path }) => path);
  }
  return success(files);
}

function namesOn(worktree: Worktree, floor: readonly string[]): readonly string[] {
  return floor.flatMap((folder) =>
    readdirSync(join(worktree.dir, folder))
      .map((name) => (folder === "" ? name : `${folder}/${name}`))
      // A name that is not UTF-8 and was there before cannot be told apart from itself; it stays as it is.
      .filter(
        (path) =>
          path !== ".git" &&
          !worktree.installed.has(path) &&
          !(path.includes("\ufffd") && worktree.tree.has(path)),
      ),
  );
}

/** As rules read it, which tell folders from files. */
function nameOf({ path, stats }: Found): string {
  return stats.isDirectory() ? `${path}/` : path;
}

function lookAt(path: string): BigIntStats {
  return lstatSync(path, { bigint: true });
}

// git would wait for ever on a FIFO by the name of .gitignore, and must not be shown a nested repository.
function faultBeforeGit({ path }: Found): HostilePath {
  if (posix.basename(path).toLowerCase() === ".git") return "nested-repository";
  return "special-file";
}

function isHostileBeforeGit({ path, stats }: Found): boolean {
  const name = posix.basename(path);
  if (name.toLowerCase() === ".git") return true;
  return name === ".gitignore" && !stats.isFile() && !stats.isSymbolicLink() && !stats.isDirectory();
}

/**
 * The first file of the tree that is not as it was laid, or null. Whatever else lies there is nobody's business: a pipe
 * or a repository beside the files does not keep anybody from looking at them.
 */
export async function editedFile(worktree: Worktree): Promise<Result<string | null>> {
  const { dir, repository, tree } = worktree;
  const looked = await onDisk(dir, "look for edited files", async () => touchedIn(worktree));
  if (!looked.ok) return looked;
  const [gone] = looked.value.gone;
  if (gone !== undefined) return success(gone);
  const stored = await storedForm(repository, { changes: looked.value.changes, tree, form: "on-disk" });
  return stored.ok ? success(stored.value[0]?.path ?? null) : stored;
}

/** Files of the tree whose content is another now, and those that are no files any more. */
function touchedIn(worktree: Worktree): { readonly changes: Change[]; readonly gone: string[] } {
  const { dir, tree, baseline } = worktree;
  const changes: Change[] = [];
  const gone: string[] = [];
  for (const [path, { mode }] of tree) {
    const before = baseline.get(path);
    if (mode === "160000" || before === undefined) continue;
    const stats = lstatSync(join(dir, path), { bigint: true, throwIfNoEntry: false });
    if (stats === undefined || !(stats.isFile() || stats.isSymbolicLink())) gone.push(path);
    else if (!sameStamp(before, stampOf(stats))) {
      const change = { path, mode: modeOf(stats), content: contentOf(dir, { path, stats }) };
      if (!isAsBefore(worktree, change)) changes.push(change);
    }
  }
  return { changes, gone };
}

function collect(worktree: Worktree, found: readonly Found[]): Result<readonly Change[]> {
  const tick = lastTick(worktree.baseline);
  const touched = found.filter((file) => isTouched(worktree, file, tick));
  const fault = draftFault(worktree, found, touched);
  if (fault !== null) return failed(fault);
  const bytes = touched.reduce((sum, { stats }) => sum + Math.max(BLOCK_BYTES, Number(stats.size)), 0);
  if (bytes > MAX_DRAFT_BYTES) {
    const files = touched.length;
    return failed({ reason: "draft-too-large", bytes, files, limit: MAX_DRAFT_BYTES });
  }
  const changes: Change[] = [];
  for (const file of touched) {
    const change = { path: file.path, mode: modeOf(file.stats), content: contentOf(worktree.dir, file) };
    if (!isAsBefore(worktree, change)) changes.push(change);
  }
  const present = new Set(found.map(({ path }) => path));
  for (const [path, { mode }] of worktree.tree) {
    if (mode === "160000" || present.has(path) || path.includes("\ufffd")) continue;
    changes.push({ path, mode, content: null });
  }
  return success(changes.sort((a, b) => (a.path < b.path ? -1 : 1)));
}

function isTouched(worktree: Worktree, file: Found, tick: bigint): boolean {
  const { dir, baseline } = worktree;
  const before = baseline.get(file.path);
  if (before === undefined || !sameStamp(before, stampOf(file.stats))) return true;
  if (before.ctimeNs <= tick) return false;
  const content = contentOf(dir, file);
  return !isAsBefore(worktree, { path: file.path, mode: modeOf(file.stats), content });
}

function isAsBefore({ tree, smudged }: Worktree, now: Change & { readonly content: Uint8Array }): boolean {
  const before = tree.get(now.path);
  if (before?.mode !== now.mode) return false;
  const laid = smudged.get(now.path);
  return laid === undefined
    ? before.oid === oidOf(now.content, before)
    : readFileSync(laid).equals(now.content);
}

// By the clock of the file system itself: no other clock need agree with it.
function lastTick(baseline: ReadonlyMap<string, Stamp>): bigint {
  let latest = 0n;
  for (const { ctimeNs } of baseline.values()) if (ctimeNs > latest) latest = ctimeNs;
  return latest - TICK_NS;
}

// Without following a link that took the file's place since it was looked at.
function contentOf(dir: string, { path, stats }: Found): Uint8Array {
  const file = join(dir, path);
  if (stats.isSymbolicLink()) return new Uint8Array(Buffer.from(readlinkSync(file)));
  const handle = openSync(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    return new Uint8Array(readFileSync(handle));
  } finally {
    closeSync(handle);
  }
}

function oidOf(content: Uint8Array, like: TreeEntry): string {
  const digest = createHash(like.oid.length === 40 ? "sha1" : "sha256");
  return digest.update(`blob ${content.length}\0`).update(content).digest("hex");
}

function modeOf(stats: BigIntStats): FileMode {
  if (stats.isSymbolicLink()) return "120000";
  return (stats.mode & 0o100n) === 0n ? "100644" : "100755";
}

function sameStamp(a: Stamp, b: Stamp): boolean {
  return (
    a.ino === b.ino &&
    a.size === b.size &&
    a.mode === b.mode &&
    a.mtimeNs === b.mtimeNs &&
    a.ctimeNs === b.ctimeNs
  );
}
