// What lies in the submodules of a project? Each is checked out at the commit that the tree pins, from what the person
// has of it already: nothing is fetched. A submodule is somebody else's project, so it is laid out and never read as a draft.

import { randomUUID } from "node:crypto";
import { mkdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { type Result, success } from "../model/result.ts";
import { type Oid, sameEntry, type Tree } from "../model/tree.ts";
import { onDisk, unlessMissing } from "./disk.ts";
import { Git } from "./git.ts";
import { type Located, locate } from "./locate.ts";
import { readTree } from "./objects.ts";
import type { Repository } from "./repository.ts";

/** A submodule at one commit. */
interface Pinned {
  /** From the project's root. */
  readonly path: string;
  readonly commit: Oid;
  /** Repository that has the commit; null where the person has none. */
  readonly gitDir: string | null;
}

/** Checks out the submodules that people pinned, also those in others. What the person does not have stays empty. */
export async function laySubmodules(
  repository: Repository,
  { tree, human, dir }: { readonly tree: Tree; readonly human: Tree; readonly dir: string },
): Promise<Result<null>> {
  const pinned = await pinnedIn(repository, human, (path) => sameEntry(tree.get(path), human.get(path)));
  if (!pinned.ok) return pinned;
  for (const { path, commit, gitDir } of pinned.value) {
    if (gitDir === null) continue;
    const laid = await lay(repository, { gitDir, commit, folder: join(dir, path) });
    if (!laid.ok) return laid;
  }
  return success(null);
}

/** Paths of the submodules that the person does not have at their pinned commits. */
export async function emptySubmodules(
  repository: Repository,
  human: Tree,
): Promise<Result<readonly string[]>> {
  const pinned = await pinnedIn(repository, human, () => true);
  if (!pinned.ok) return pinned;
  return success(pinned.value.filter(({ gitDir }) => gitDir === null).map(({ path }) => path));
}

async function lay(
  repository: Repository,
  { gitDir, commit, folder }: { readonly gitDir: string; readonly commit: Oid; readonly folder: string },
): Promise<Result<null>> {
  const indexFile = join(repository.scratch, `submodule-${randomUUID()}`);
  const made = await onDisk(folder, "make room for a submodule", async () => {
    await mkdir(repository.scratch, { recursive: true });
    await mkdir(folder, { recursive: true });
  });
  if (!made.ok) return made;
  // All of it is the person's own, so it is checked out as they would do it, filters and all.
  const git = new Git({ gitDir, workTree: folder, indexFile }).asPerson();
  const files = await git.feed(["read-tree", "--reset", "-u", "--no-recurse-submodules", commit]);
  const removed = await onDisk(indexFile, "remove an index", () => rm(indexFile, { force: true }));
  if (!files.ok) return files;
  return removed.ok ? success(null) : removed;
}

/** Where a repository keeps what it knows of its submodules. */
type Keeper = Pick<Located, "gitDir" | "commonDir" | "workTree">;

interface Level {
  readonly keeper: Keeper;
  /** Of the submodule whose own submodules are looked for, with `/` at its end; empty for the project itself. */
  readonly prefix: string;
  readonly tree: Tree;
  /** Tells where `.gitmodules` can be read. */
  readonly git: Git;
}

async function pinnedIn(
  repository: Repository,
  human: Tree,
  isWanted: (path: string) => boolean,
): Promise<Result<readonly Pinned[]>> {
  if (![...human.values()].some(({ mode }) => mode === "160000")) return success([]);
  const found: Pinned[] = [];
  const keeper = repository.located;
  const wanted = new Map([...human].filter(([path]) => path === ".gitmodules" || isWanted(path)));
  const git = repository.asGit;
  const waiting: Level[] = [{ keeper, prefix: "", tree: wanted, git }];
  for (let level = waiting.shift(); level !== undefined; level = waiting.shift()) {
    const names = await namesIn(level);
    if (!names.ok) return names;
    for (const [path, { mode, oid }] of level.tree) {
      if (mode !== "160000") continue;
      const at = await keptAt(level.keeper, { path, name: names.value.get(path) ?? path, commit: oid });
      if (!at.ok) return at;
      found.push({ path: `${level.prefix}${path}`, commit: oid, gitDir: at.value?.gitDir ?? null });
      if (at.value === null) continue;
      const inner = new Git({ gitDir: at.value.gitDir });
      const tree = await readTree(inner, oid);
      if (!tree.ok) return tree;
      waiting.push({ keeper: at.value, prefix: `${level.prefix}${path}/`, tree: tree.value, git: inner });
    }
  }
  return success(found);
}

/** Names of submodules by path: their repositories are kept by name, and a moved one keeps its name. */
async function namesIn({ tree, git }: Level): Promise<Result<ReadonlyMap<string, string>>> {
  const modules = tree.get(".gitmodules");
  if (modules === undefined) return success(new Map());
  const args = ["config", "--blob", modules.oid, "--null", "--get-regexp", "^submodule\\..*\\.path$"];
  const answer = await git.lookUp(args, [0, 1]);
  if (!answer.ok) return answer;
  const names = new Map<string, string>();
  for (const record of answer.value.stdout.toString("utf8").split("\0")) {
    const [, name, path] = /^submodule\.([\s\S]+)\.path\n([\s\S]*)$/.exec(record) ?? [];
    // A name becomes part of a path, and git refuses the same ones.
    if (name !== undefined && path !== undefined && !name.split(/[/\\]/).includes(".."))
      names.set(path, name);
  }
  return success(names);
}

/** The first place that has the commit: what `git submodule` keeps, or the folder itself, as older versions had it. */
async function keptAt(
  keeper: Keeper,
  { path, name, commit }: { readonly path: string; readonly name: string; readonly commit: Oid },
): Promise<Result<Keeper | null>> {
  const workTree = keeper.workTree === null ? null : join(keeper.workTree, path);
  const kept = [...new Set([keeper.gitDir, keeper.commonDir])].map((folder) => join(folder, "modules", name));
  for (const gitDir of kept) {
    const head = join(gitDir, "HEAD");
    const there = await onDisk(head, "look for a submodule", () => unlessMissing(stat(head)));
    if (!there.ok) return there;
    if (there.value === null) continue;
    const has = await hasCommit(gitDir, commit);
    if (!has.ok) return has;
    if (has.value) return success({ gitDir, commonDir: gitDir, workTree });
  }
  const own = workTree === null ? success(null) : await locate(workTree);
  if (!own.ok) return own.failure.reason === "git" ? success(null) : own;
  if (own.value === null) return success(null);
  const has = await hasCommit(own.value.gitDir, commit);
  return has.ok ? success(has.value ? own.value : null) : has;
}

async function hasCommit(gitDir: string, commit: Oid): Promise<Result<boolean>> {
  const answer = await new Git({ gitDir }).feed(["cat-file", "--batch-check=%(objecttype)"], `${commit}\n`);
  return answer.ok ? success(answer.value.toString("latin1").trim() === "commit") : answer;
}
