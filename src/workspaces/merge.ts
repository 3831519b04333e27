// What does the project's branch look like with the product in it? git's own merge of two commits, so that what
// people committed survives, and key by key where it gives up on a JSON manifest. It moves no ref.

import { type Result, success } from "../model/result.ts";
import type { Oid, Tree, TreeEntry } from "../model/tree.ts";
import type { Git } from "./git.ts";
import { isAncestor } from "./history.ts";
import { mergeJson } from "./merge-json.ts";
import { readBlobs, readTree, TreeWriter, treeOf, writeBlobs, writeCommit } from "./objects.ts";

export interface MergeOrder {
  /** Tip of the project's branch; null where it is unborn. */
  readonly tip: Oid | null;
  readonly factory: Oid;
  /** Paths at which the product wins over what people made of it. */
  readonly yielding: ReadonlySet<string>;
}

export interface Merged {
  /** Null where there are conflicts: a tree with conflict markers is of no use to anybody. */
  readonly tree: Oid | null;
  /** Paths that git could not merge, sorted by code unit. */
  readonly conflicts: readonly string[];
}

export async function mergeProduct(git: Git, order: MergeOrder): Promise<Result<Merged>> {
  const { tip, factory, yielding } = order;
  if (tip === null) {
    const tree = await treeOf(git, factory);
    return tree.ok ? success({ tree: tree.value, conflicts: [] }) : tree;
  }
  const raw = await mergeTrees(git, tip, factory);
  if (!raw.ok) return raw;
  if (raw.value.conflicts.size === 0 && yielding.size === 0)
    return success({ tree: raw.value.tree, conflicts: [] });
  const trees = await readTrees(git, [raw.value.tree, tip, factory]);
  if (!trees.ok) return trees;
  const [merged, ours, theirs] = trees.value as readonly [Tree, Tree, Tree];
  const settled = await settleManifests(git, raw.value.conflicts);
  if (!settled.ok) return settled;
  const final = new Map([...merged, ...settled.value]);
  for (const path of yielding) {
    const entry = theirs.get(path);
    if (entry === undefined) final.delete(path);
    else final.set(path, entry);
  }
  const open = [...raw.value.conflicts.keys()].filter(
    (path) => !settled.value.has(path) && !yielding.has(path),
  );
  // Some conflicts leave a path that neither side has, such as `a~HEAD`; settling content does not settle those.
  const strays = [...final.keys()].filter((path) => !ours.has(path) && !theirs.has(path));
  if (open.length > 0 || (raw.value.conflicts.size > 0 && strays.length > 0)) {
    return success({ tree: null, conflicts: [...new Set([...open, ...strays])].sort() });
  }
  const tree = await new TreeWriter(git).write(final);
  return tree.ok ? success({ tree: tree.value, conflicts: [] }) : tree;
}

export interface MergeCommit {
  readonly tip: Oid | null;
  readonly factory: Oid;
  readonly tree: Oid;
  readonly message: string;
  /** Seconds since the epoch. */
  readonly date: number;
}

/** The new tip of the branch: an unborn one begins at the product, and a tree that changes nothing is no commit. */
export async function writeMerge(git: Git, merge: MergeCommit): Promise<Result<Oid>> {
  const { tip, factory, tree, message, date } = merge;
  if (tip === null) return success(factory);
  const current = await treeOf(git, tip);
  if (!current.ok) return current;
  if (current.value === tree) return success(tip);
  const contained = await isAncestor(git, factory, tip);
  if (!contained.ok) return contained;
  return writeCommit(git, { tree, parents: contained.value ? [tip] : [tip, factory], message, date });
}

/** The stages of a conflict: what both began with, the branch's side, the product's side. */
type Stages = ReadonlyMap<string, TreeEntry>;

interface RawMerge {
  readonly tree: Oid;
  readonly conflicts: ReadonlyMap<string, Stages>;
}

async function mergeTrees(git: Git, tip: Oid, factory: Oid): Promise<Result<RawMerge>> {
  const args = ["merge-tree", "--write-tree", "-z", "--no-messages", "--allow-unrelated-histories"];
  const answer = await git.ask([...args, tip, factory], "", [0, 1]);
  if (!answer.ok) return answer;
  const [tree = "", ...records] = answer.value.stdout.toString("utf8").split("\0");
  const conflicts = new Map<string, Map<string, TreeEntry>>();
  for (const record of records) {
    const tab = record.indexOf("\t");
    if (tab < 0) continue;
    const [mode = "", oid = "", stage = ""] = record.slice(0, tab).split(" ");
    const path = record.slice(tab + 1);
    const stages = conflicts.get(path) ?? new Map<string, TreeEntry>();
    conflicts.set(path, stages.set(stage, { mode: mode as TreeEntry["mode"], oid: oid as Oid }));
  }
  return success({ tree: tree as Oid, conflicts });
}

// Two additions to one list of dependencies touch neighbouring lines, which is a conflict for git and for nobody else.
async function settleManifests(
  git: Git,
  conflicts: RawMerge["conflicts"],
): Promise<Result<ReadonlyMap<string, TreeEntry>>> {
  const settled = new Map<string, TreeEntry>();
  for (const [path, stages] of conflicts) {
    const sides = ["1", "2", "3"].map((stage) => stages.get(stage)).filter((side) => side !== undefined);
    const mode = sides[1]?.mode;
    if (!path.endsWith(".json") || sides.length < 3 || mode === undefined) continue;
    if (sides.some((side) => side.mode !== mode || mode === "120000" || mode === "160000")) continue;
    const contents = await readBlobs(
      git,
      sides.map(({ oid }) => oid),
    );
    if (!contents.ok) return contents;
    const [base, ours, theirs] = contents.value as [Uint8Array, Uint8Array, Uint8Array];
    // On the branch's text, so that what people wrote around the values stays.
    const merged = mergeJson(path, ours, [{ task: "factory:tip", base, bytes: theirs }]);
    if (!merged.ok) continue;
    const oids = await writeBlobs(git, [merged.value]);
    if (!oids.ok) return oids;
    settled.set(path, { mode, oid: oids.value[0]! });
  }
  return success(settled);
}

async function readTrees(git: Git, treeishes: readonly Oid[]): Promise<Result<readonly Tree[]>> {
  const trees: Tree[] = [];
  for (const treeish of treeishes) {
    const tree = await readTree(git, treeish);
    if (!tree.ok) return tree;
    trees.push(tree.value);
  }
  return success(trees);
}
