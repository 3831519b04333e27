// How do a person's checked-out files follow their branch? Only where they are clean, and in such a way that a
// kill at any moment can be finished or undone later. git works on a copy of the index that lies with the factory,
// so no `index.lock` of ours is ever left behind in the person's repository while files are written.

import { copyFile, lstat, readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { foldersOf } from "../model/path.ts";
import { failed, type Result, success } from "../model/result.ts";
import { changedPaths, type Oid, type Tree, type TreeEntry } from "../model/tree.ts";
import { onDisk, unlessMissing } from "./disk.ts";
import type { Git } from "./git.ts";
import { contentAt, type PassedOver, passedOver } from "./hidden-edits.ts";
import { gitInFolderOf, type Located } from "./locate.ts";
import { emptyTree, readBlobs, readTree } from "./objects.ts";
import { keepTime, replaceIndex } from "./replaced-index.ts";

// An operation that a person has begun and not ended, and a git of theirs that is at work right now.
const BUSY = ["MERGE_HEAD", "rebase-merge", "rebase-apply", "index.lock"];
// The same, kept as refs: where git has them in a table, there is no file.
const BUSY_REFS = ["CHERRY_PICK_HEAD", "REVERT_HEAD"];

/** The work tree of a project that has its branch checked out. */
export class Checkout {
  readonly #located: Located;
  readonly #workTree: string;
  readonly #index: string;
  readonly #sources: readonly string[];
  readonly #git: Git;
  /** Sources that differ from the tip, as far as `cleanliness` saw. */
  #apart: readonly string[] = [];
  /** Files that their owner's git passes over, and that `follow` writes. */
  #passed: readonly PassedOver[] = [];

  /** `index` is a path of the factory's own, for the copy of the project's index; `sources` as in RepositoryPlace. */
  constructor(
    located: Located,
    workTree: string,
    { index, sources = [] }: { readonly index: string; readonly sources?: readonly string[] | undefined },
  ) {
    this.#located = located;
    this.#workTree = workTree;
    this.#index = index;
    this.#sources = sources;
    this.#git = gitInFolderOf(located).at({ indexFile: index });
  }

  /** `dirty-worktree` with every tracked path that differs from `tip`, staged or not. Neither untracked files nor sources count. */
  async cleanliness(tip: Oid | null): Promise<Result<null>> {
    const busy = await this.#busy();
    if (!busy.ok) return busy;
    if (busy.value.length > 0) return failed({ reason: "dirty-worktree", paths: busy.value });
    const copied = await this.#copyIndex();
    if (!copied.ok) return copied;
    const modified = await this.#paths(["diff-files", "--ignore-submodules=dirty"]);
    if (!modified.ok) return modified;
    const staged = await this.#paths([
      "diff-index",
      "--cached",
      "--ignore-submodules=dirty",
      this.#treeish(tip),
    ]);
    if (!staged.ok) return staged;
    const all = [...new Set([...modified.value, ...staged.value])].sort();
    this.#apart = all.filter((path) => this.#isSource(path));
    const paths = all.filter((path) => !this.#isSource(path));
    return paths.length > 0 ? failed({ reason: "dirty-worktree", paths }) : success(null);
  }

  /** `dirty-worktree` with the untracked files, and sources, that the step to `next` would overwrite. Call after `cleanliness`. */
  async obstacles(tip: Oid | null, next: Oid): Promise<Result<null>> {
    const trees = await this.#trees(tip, next);
    if (!trees.ok) return trees;
    const { before, after } = trees.value;
    const added = [...after.keys()].filter((path) => !before.has(path));
    const present = await onDisk(this.#workTree, "look for untracked files", () =>
      this.#present(added, before),
    );
    if (!present.ok) return present;
    const { files, folders } = present.value;
    const written = new Set(changedPaths(before, after));
    const obstacles = [...files, ...this.#apart.filter((path) => written.has(path))];
    if (obstacles.length > 0) return failed({ reason: "dirty-worktree", paths: obstacles });
    const dryRun = ["read-tree", "-n", "-m", "-u", this.#treeish(tip), next];
    let dry = await this.#git.feed(dryRun);
    if (dry.ok) return success(null);
    const passed = await passedOver(this.#git, this.#workTree, (path) => written.has(path));
    if (!passed.ok) return passed;
    const hidden = passed.value.filter(({ isEdited }) => isEdited).map(({ path }) => path);
    if (hidden.length > 0) return failed({ reason: "dirty-worktree", paths: hidden, hidden: true });
    if (passed.value.length > 0) {
      const looked = await this.#lookAt(passed.value);
      if (!looked.ok) return looked;
      this.#passed = passed.value.filter(({ path }) => after.has(path));
      dry = await this.#git.feed(dryRun);
      if (dry.ok) return success(null);
    }
    // A folder is in the way only where people have something in it, which git knows.
    return folders.length > 0 ? failed({ reason: "dirty-worktree", paths: folders }) : dry;
  }

  /** Brings files and index from `tip` to `next`. Call after `cleanliness` and `obstacles`. */
  async follow(tip: Oid | null, next: Oid): Promise<Result<null>> {
    const moved = await this.#git.feed(["read-tree", "-m", "-u", this.#treeish(tip), next]);
    if (!moved.ok) return moved;
    const marked = await this.#mark(this.#passed, "");
    return marked.ok ? replaceIndex(this.#located.gitDir, this.#index) : marked;
  }

  /**
   * Ends a `follow` that was killed: `true` when files and index are at `next`. Where a person has worked on one of
   * the files since, nothing is touched and the answer is `false`.
   */
  async recover(tip: Oid | null, next: Oid): Promise<Result<boolean>> {
    const trees = await this.#trees(tip, next);
    if (!trees.ok) return trees;
    const paths = changedPaths(trees.value.before, trees.value.after);
    const copied = await this.#copyIndex();
    if (!copied.ok) return copied;
    const behind = await this.#work(["diff-index", "--cached", next]);
    if (!behind.ok) return behind;
    if (behind.value.length === 0) return success(true);
    const staged = await this.#work(["diff-index", "--cached", this.#treeish(tip)]);
    if (!staged.ok) return staged;
    if (staged.value.length > 0) return success(false);
    const half = await this.#halfWritten(paths, trees.value);
    if (!half.ok) return half;
    if (half.value === null) return success(false);
    const restored = await this.#restore(half.value, trees.value.before);
    if (!restored.ok) return restored;
    const followed = await this.follow(tip, next);
    return followed.ok ? success(true) : followed;
  }

  // What git passes over it does not compare either, so a file that was only touched looks edited to it. In the copy
  // of the index they are as all others, until they have followed.
  async #lookAt(files: readonly PassedOver[]): Promise<Result<null>> {
    const unmarked = await this.#mark(files, "no-");
    if (!unmarked.ok) return unmarked;
    const refreshed = await this.#git.ask(["update-index", "-q", "--refresh"], "", [0, 1]);
    return refreshed.ok ? success(null) : refreshed;
  }

  async #mark(files: readonly PassedOver[], prefix: "" | "no-"): Promise<Result<null>> {
    for (const flag of ["skip-worktree", "assume-unchanged"] as const) {
      const paths = files.filter(({ flags }) => flags.includes(flag)).map(({ path }) => `${path}\0`);
      if (paths.length === 0) continue;
      const args = ["update-index", `--${prefix}${flag}`, "-z", "--stdin"];
      const marked = await this.#git.feed(args, paths.join(""));
      if (!marked.ok) return marked;
    }
    return success(null);
  }

  async #busy(): Promise<Result<readonly string[]>> {
    const { gitDir } = this.#located;
    const files = await onDisk(gitDir, "look for operations", async () => {
      const found: string[] = [];
      for (const name of BUSY) if ((await unlessMissing(stat(join(gitDir, name)))) !== null) found.push(name);
      return found;
    });
    if (!files.ok) return files;
    const asked = BUSY_REFS.map((name) => `${name}\n`).join("");
    const refs = await this.#git.feed(["cat-file", "--batch-check=%(objectname)"], asked);
    if (!refs.ok) return refs;
    const answers = refs.value.toString("utf8").split("\n");
    const begun = BUSY_REFS.filter((_, at) => /^[0-9a-f]+$/.test(answers[at] ?? ""));
    return success([...files.value, ...begun].map((name) => `.git/${name}`));
  }

  // What stands where a new path, or a folder above it, is to be.
  async #present(added: readonly string[], before: Tree): Promise<{ files: string[]; folders: string[] }> {
    const files: string[] = [];
    const folders: string[] = [];
    for (const path of [...foldersOf(added), ...added].sort()) {
      const found = await unlessMissing(lstat(join(this.#workTree, path)));
      if (found === null || before.has(path)) continue;
      if (!found.isDirectory()) files.push(path);
      else if (added.includes(path)) folders.push(path);
    }
    return { files, folders };
  }

  async #copyIndex(): Promise<Result<null>> {
    const source = join(this.#located.gitDir, "index");
    const copied = await onDisk(source, "copy the index", async () => {
      await rm(this.#index, { force: true });
      // Of the copy, not of the project's index: a git that was killed at work on it.
      await rm(`${this.#index}.lock`, { force: true });
      const found = await unlessMissing(stat(source));
      if (found === null) return;
      await copyFile(source, this.#index);
      await keepTime(this.#index, found.mtimeMs);
    });
    if (!copied.ok) return copied;
    const refreshed = await this.#git.ask(["update-index", "-q", "--refresh"], "", [0, 1]);
    return refreshed.ok ? success(null) : refreshed;
  }

  // Paths that are no longer as `tip` has them, all of them by our own doing; null where a person's doing is among
  // them. A file may be as the blob is, or as the person's settings have git lay it out.
  async #halfWritten(
    paths: readonly string[],
    { before, after }: Step,
  ): Promise<Result<readonly string[] | null>> {
    const entries = paths.flatMap((path) => [before.get(path), after.get(path)]).filter(isBlob);
    const contents = await readBlobs(
      this.#git,
      entries.map(({ oid }) => oid),
    );
    if (!contents.ok) return contents;
    const blobs = new Map(entries.map(({ oid }, at) => [oid, Buffer.from(contents.value[at]!)]));
    const half: string[] = [];
    for (const path of paths) {
      const place = join(this.#workTree, path);
      const free = await onDisk(place, "look at a changed file", () => this.#isFree(path, { before, after }));
      if (!free.ok || !free.value) return free.ok ? success(null) : free;
      const found = await onDisk(place, "look at a changed file", () => contentAt(place));
      if (!found.ok) return found;
      const bytes = found.value?.bytes ?? null;
      const isWhole = await this.#isLaid(path, { entry: before.get(path), blobs }, (form) =>
        bytes === null ? form === null : form?.equals(bytes) === true,
      );
      if (!isWhole.ok) return isWhole;
      if (isWhole.value) continue;
      const isTorn = await this.#isLaid(
        path,
        { entry: after.get(path), blobs },
        (form) => bytes === null || form?.subarray(0, bytes.length).equals(bytes) === true,
      );
      if (!isTorn.ok) return isTorn;
      if (!isTorn.value) return success(null);
      half.push(path);
    }
    return success(half);
  }

  /** A folder that we began holds nothing but our files, each of which is looked at for itself; git would clear it all. */
  async #isFree(path: string, { before, after }: Step): Promise<boolean> {
    const place = join(this.#workTree, path);
    if ((await unlessMissing(lstat(place)))?.isDirectory() !== true) return true;
    const isModule = [before, after].some((tree) => tree.get(path)?.mode === "160000");
    return isModule || holdsOnly(place, path, after);
  }

  /** Whether one of the ways in which a file can lie there is the one: as its blob, and as git converts it. */
  async #isLaid(
    path: string,
    { entry, blobs }: { readonly entry: TreeEntry | undefined; readonly blobs: ReadonlyMap<Oid, Buffer> },
    isIt: (form: Buffer | null) => boolean,
  ): Promise<Result<boolean>> {
    if (!isBlob(entry)) return success(isIt(null));
    if (isIt(blobs.get(entry.oid) ?? null)) return success(true);
    if (entry.mode === "120000") return success(false);
    const laid = await this.#git.feed(["cat-file", "--filters", `--path=${path}`, entry.oid]);
    return laid.ok ? success(isIt(laid.value)) : laid;
  }

  async #restore(paths: readonly string[], before: Tree): Promise<Result<null>> {
    const gone = await onDisk(this.#workTree, "remove half-written files", async () => {
      for (const path of paths) if (!before.has(path)) await rm(join(this.#workTree, path), { force: true });
    });
    if (!gone.ok) return gone;
    const known = paths.filter((path) => before.has(path)).map((path) => `${path}\0`);
    const restored = await this.#git.feed(["checkout-index", "-f", "-u", "-z", "--stdin"], known.join(""));
    return restored.ok ? success(null) : restored;
  }

  async #paths(args: readonly string[]): Promise<Result<readonly string[]>> {
    const [command = "", ...rest] = args;
    const answer = await this.#git.feed([command, "-z", "--name-only", ...rest]);
    return answer.ok ? success(answer.value.toString("utf8").split("\0").filter(Boolean)) : answer;
  }

  async #work(args: readonly string[]): Promise<Result<readonly string[]>> {
    const paths = await this.#paths(args);
    return paths.ok ? success(paths.value.filter((path) => !this.#isSource(path))) : paths;
  }

  #isSource(path: string): boolean {
    return this.#sources.some((source) => path === source || path.startsWith(`${source}/`));
  }

  async #trees(tip: Oid | null, next: Oid): Promise<Result<Step>> {
    const before = await readTree(this.#git, tip);
    if (!before.ok) return before;
    const after = await readTree(this.#git, next);
    return after.ok ? success({ before: before.value, after: after.value }) : after;
  }

  #treeish(tip: Oid | null): Oid {
    return tip ?? emptyTree(this.#located.objectFormat);
  }
}

/** A submodule has no content of its own. */
function isBlob(entry: TreeEntry | undefined): entry is TreeEntry {
  return entry !== undefined && entry.mode !== "160000";
}

interface Step {
  readonly before: Tree;
  readonly after: Tree;
}

async function holdsOnly(folder: string, prefix: string, tree: Tree): Promise<boolean> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = `${prefix}/${entry.name}`;
    const isOurs = entry.isDirectory()
      ? await holdsOnly(join(folder, entry.name), path, tree)
      : tree.has(path);
    if (!isOurs) return false;
  }
  return true;
}
