// Which files of a project may a task take over? Those that stand committed on its branch and belong to people alone.
// Whoever names another hears why not.

import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { isAbsolute, join, relative, resolve } from "node:path";
import { tasksOf } from "../../engine/graph.ts";
import { globMatcher, isGlob } from "../../model/glob.ts";
import { isBeside } from "../../model/path.ts";
import { failed, type Result, success } from "../../model/result.ts";
import { type Oid, sameEntry, type TreeEntry } from "../../model/tree.ts";
import { Checkout } from "../../workspaces/checkout.ts";
import { projectFolder } from "../projects/project-place.ts";
import type { ProjectState } from "../projects/project-state.ts";
import type { Run } from "../run/run.ts";

export interface AdoptableFile {
  readonly path: string;
  readonly mode: "100644" | "100755";
  readonly content: Uint8Array;
}

export interface Adoptable {
  /** As the scope of a task says them: folders as `folder/**`. */
  readonly patterns: readonly string[];
  /** By path. */
  readonly files: readonly AdoptableFile[];
}

/** Bytes in which a text has no NUL. */
const TEXT_BYTES = 8000;

const LFS_HEAD = "version https://git-lfs.github.com/spec/";

/** Fails with `usage`, or with `dirty-worktree` where a named file has changes that are not committed. */
export async function adoptableFiles(
  run: Run,
  state: ProjectState,
  named: readonly string[],
): Promise<Result<Adoptable>> {
  const { branch } = state.heads;
  const tree = new Map([...state.branch].filter(([path]) => !isBeside(path)));
  const folder = projectFolder(run.sources.root, state.project);
  const patterns: string[] = [];
  const entries = new Map<string, TreeEntry>();
  for (const name of named) {
    const within = inProject(name, { root: run.sources.root, folder, tree });
    const pattern = patternOf(within, tree);
    const covers = globMatcher(pattern);
    const found = [...tree].filter(([path]) => covers(path));
    if (found.length === 0) return unknown(state, name, existsSync(join(folder, within)));
    patterns.push(pattern);
    for (const [path, entry] of found) entries.set(path, entry);
  }
  const owners = ownersIn(run, state.project.id);
  for (const [path, entry] of entries) {
    const owner = owners.get(path);
    if (owner !== undefined)
      return refused(`${path} already belongs to ${owner}`, "Leave it out, or edit that task.");
    if (entry.mode !== "100644" && entry.mode !== "100755") {
      const kind = entry.mode === "120000" ? "a symbolic link" : "another repository";
      return refused(`${path} is ${kind}, and not a file that a task could recreate`, "Name only files.");
    }
    if (!sameEntry(state.human.get(path), entry))
      return refused(`${path} still holds what a task wrote`, "Run `factory build` first.");
  }
  const dirty = await uncommitted(state, branch, entries);
  if (!dirty.ok) return dirty;
  const sorted = [...entries].sort(([a], [b]) => (a < b ? -1 : 1));
  const contents = await state.contents.ofAll(sorted.map(([, { oid }]) => oid));
  if (!contents.ok) return contents;
  const files: AdoptableFile[] = [];
  for (const [index, [path, { mode }]] of sorted.entries()) {
    const content = contents.value[index] as Uint8Array;
    const kind = kindOf(content);
    if (kind !== "text")
      return refused(`${path} is ${kind}, and nobody could recreate it from a spec`, "Leave it out.");
    files.push({ path, mode: mode as AdoptableFile["mode"], content });
  }
  return success({ patterns: [...new Set(patterns)], files });
}

function kindOf(content: Uint8Array): "text" | "no text" | "a pointer of git LFS" {
  const head = content.subarray(0, TEXT_BYTES);
  if (head.includes(0)) return "no text";
  return Buffer.from(head).toString("latin1").startsWith(LFS_HEAD) ? "a pointer of git LFS" : "text";
}

interface Whereabouts {
  readonly root: string;
  /** Of the project. */
  readonly folder: string;
  readonly tree: ReadonlyMap<string, unknown>;
}

/**
 * The path from the project's root. A shell completes paths from where it stands, so one that leads into the project from
 * the workspace's root, or from that of the disk, is taken as well, where the project has nothing of that name itself.
 */
function inProject(name: string, { root, folder, tree }: Whereabouts): string {
  const path = name
    .replaceAll("\\", "/")
    .replace(/^(?:\.\/+)+/, "")
    .replace(/\/+$/, "");
  if ([...tree.keys()].some((one) => one === path || one.startsWith(`${path}/`))) return path;
  const within = relative(folder, resolve(root, path));
  const leads = !within.startsWith("..") && !isAbsolute(within);
  return leads ? within.replaceAll("\\", "/") : path;
}

/** A folder means all that is below it. */
function patternOf(path: string, tree: ReadonlyMap<string, unknown>): string {
  if (path === "" || path === ".") return "**";
  const isFolder =
    !isGlob(path) && !tree.has(path) && [...tree.keys()].some((one) => one.startsWith(`${path}/`));
  return isFolder ? `${path}/**` : path;
}

function ownersIn({ graph, selected }: Run, project: string): ReadonlyMap<string, string> {
  const owners = new Map<string, string>();
  for (const task of tasksOf(graph, [project])) {
    const entry = selected.entry(task.id);
    for (const { path } of entry?.outputs ?? [])
      if (!entry?.released.includes(path)) owners.set(path, task.id);
  }
  return owners;
}

function unknown({ project }: ProjectState, name: string, onDisk: boolean): Result<never> {
  return onDisk
    ? refused(
        `${name} is not committed on the branch ${project.branch} of ${project.id}`,
        "Commit it first; what git ignores cannot be adopted.",
      )
    : refused(
        `no file of ${project.id} matches ${JSON.stringify(name)}`,
        "Give paths, folders or globs from the root of the project.",
      );
}

/** Changes of other files are no matter: nothing is written into the project. */
async function uncommitted(
  state: ProjectState,
  tip: Oid | null,
  entries: ReadonlyMap<string, unknown>,
): Promise<Result<void>> {
  const { heads } = state;
  const { located } = state.repository;
  if (located.workTree === null || heads.checkedOut !== "branch") return success(undefined);
  const scratch = await mkdtemp(join(tmpdir(), "factory-adopt-"));
  try {
    const clean = await new Checkout(located, located.workTree, {
      index: join(scratch, "index"),
    }).cleanliness(tip);
    if (clean.ok) return success(undefined);
    if (clean.failure.reason !== "dirty-worktree") return clean;
    const paths = clean.failure.paths.map((path) => state.seen(path)).filter((path) => entries.has(path));
    return paths.length === 0 ? success(undefined) : failed({ reason: "dirty-worktree", paths });
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

function refused(message: string, fix: string): Result<never> {
  return failed({ reason: "usage", message, fix });
}
