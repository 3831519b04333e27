// What must a draft not hold? Names and kinds of files that mean something else on another disk, or lead out of the
// project. It judges what an attempt touched; what people already have is theirs.

import { type BigIntStats, readlinkSync } from "node:fs";
import { isAbsolute, join, posix } from "node:path";
import type { Failure, HostilePath } from "../model/failure.ts";
import type { Change } from "../model/output.ts";
import { foldedPath, foldersOf, pathFault } from "../model/path.ts";
import type { Tree } from "../model/tree.ts";
import type { Worktree } from "./worktree.ts";

/** A file, link or folder of a worktree, as `lstat` sees it. */
export interface Found {
  readonly path: string;
  readonly stats: BigIntStats;
}

/** The first thing that is wrong with the touched files, or null. Throws system errors. */
export function draftFault(
  worktree: Worktree,
  found: readonly Found[],
  touched: readonly Found[],
): Failure | null {
  const added = new Set(touched.map(({ path }) => path).filter((path) => !worktree.tree.has(path)));
  for (const { path, stats } of touched) {
    const cause = (added.has(path) ? pathFault(path) : null) ?? fileFault(worktree.dir, path, stats);
    if (cause !== null) return refusal(path, cause);
  }
  const known = found.map(({ path }) => path).filter((path) => !added.has(path));
  const twin = twinAmong(known, added);
  return twin === null ? null : refusal(twin, "twin");
}

/** The same of a draft that never lay on a disk of ours: the first thing that is wrong with it, or null. */
export function changesFault(tree: Tree, changes: readonly Change[]): Failure | null {
  const added = new Set(changes.map(({ path }) => path).filter((path) => !tree.has(path)));
  for (const { path, mode, content } of changes) {
    const isLink = mode === "120000" && content !== null;
    const cause =
      (added.has(path) ? pathFault(path) : null) ??
      (isLink ? linkFault(path, Buffer.from(content).toString("utf8")) : null);
    if (cause !== null) return refusal(path, cause);
  }
  const gone = new Set(changes.flatMap(({ path, content }) => (content === null ? [path] : [])));
  const known = [...tree.keys()].filter((path) => !gone.has(path));
  const twin = twinAmong(known, added);
  return twin === null ? null : refusal(twin, "twin");
}

export function refusal(path: string, cause: HostilePath): Failure {
  return { reason: "hostile-path", path, cause };
}

function fileFault(dir: string, path: string, stats: BigIntStats): HostilePath | null {
  if (!stats.isSymbolicLink()) return stats.nlink > 1n ? "hard-link" : null;
  return linkFault(path, readlinkSync(join(dir, path)));
}

function linkFault(path: string, target: string): HostilePath | null {
  if (isAbsolute(target) || pathFault(target) === "absolute") return "symlink-outside";
  const segments = target.split("/").filter((segment) => segment !== "" && segment !== ".");
  // `..` is allowed in front only: behind the name of another link it leads somewhere else than it reads.
  if (segments.lastIndexOf("..") > segments.findIndex((segment) => segment !== "..")) {
    if (segments.some((segment) => segment !== "..")) return "symlink-outside";
  }
  const resolved = posix.normalize(posix.join(posix.dirname(path), target));
  if (resolved === ".." || resolved.startsWith("../")) return "symlink-outside";
  return pathFault(resolved) === "git-folder" ? "git-folder" : null;
}

// Two spellings of one name are one file on other people's disks.
function twinAmong(known: readonly string[], added: ReadonlySet<string>): string | null {
  const spellings = new Map<string, string>();
  for (const path of [...known, ...added]) {
    for (const name of [...foldersOf([path]), path]) {
      const folded = foldedPath(name);
      const spelling = spellings.get(folded);
      if (spelling === undefined) spellings.set(folded, name);
      else if (spelling !== name && added.has(path)) return path;
    }
  }
  return null;
}
