// What do refs of ours remember? The newest product, and every earlier one that the branch does not hold itself: a squash
// or a rebase leaves such behind. As parents of one commit, they stay in the repository and in its history:
//
//     main               P1 ── S ── P2           S: a person's squash of C1 and C2
//                          \         \
//     C1 ── C2 (on P1)      '         C3
//           │                          │
//     refs/factory/main:   C2,  then   R ─ parents: C3, C2

import { type Result, success } from "../model/result.ts";
import { changedPaths, type Oid, type Tree, type TreeEntry } from "../model/tree.ts";
import { isAncestor, mergeBase } from "./ancestry.ts";
import type { Git } from "./git.ts";
import { IDENTITY } from "./git-environment.ts";
import { dateOf, readTree, treeOf, writeCommit } from "./objects.ts";

const MEMORY_SUBJECT = "Remember earlier products";

/** Value for the ref: the product itself where its history holds all that was remembered. */
export async function remember(git: Git, product: Oid, before: Oid | null): Promise<Result<Oid>> {
  if (before === null || before === product) return success(product);
  const held = await isAncestor(git, before, product);
  if (!held.ok) return held;
  if (held.value) return success(product);
  const [tree, date] = await Promise.all([treeOf(git, product), dateOf(git, product)]);
  if (!tree.ok) return tree;
  if (!date.ok) return date;
  const parents = [product, before];
  return writeCommit(git, { tree: tree.value, parents, message: `${MEMORY_SUBJECT}\n`, date: date.value });
}

/** Whether a commit of the branch `factory` is a product of the first version, and not a person's. */
export async function isOldProduct(git: Git, commit: Oid): Promise<Result<boolean>> {
  const answer = await git.lookUp(["log", "-1", "--format=%ce%n%B", "--end-of-options", commit]);
  if (!answer.ok) return answer;
  const [committer = "", ...message] = answer.value.stdout.toString("utf8").split("\n");
  return success(committer === IDENTITY.email && message.some((line) => line.startsWith("Factory-Human: ")));
}

/** A product that is not on its branch. */
export interface WaitingProduct {
  readonly commit: Oid;
  readonly tree: Tree;
  /** What it was made on, as far as the branch has it. */
  readonly base: Oid | null;
  /** What it changes; undefined where it takes a path away. */
  readonly changes: ReadonlyMap<string, TreeEntry | undefined>;
}

/** Null where the branch's history has it all. */
export async function waitingProduct(
  git: Git,
  { tip, product }: { readonly tip: Oid | null; readonly product: Oid | null },
): Promise<Result<WaitingProduct | null>> {
  if (product === null) return success(null);
  const commit = await newestIn(git, product);
  if (!commit.ok) return commit;
  const base = tip === null ? success(null) : await mergeBase(git, tip, commit.value);
  if (!base.ok) return base;
  if (base.value === commit.value) return success(null);
  const [tree, below] = await Promise.all([readTree(git, commit.value), readTree(git, base.value)]);
  if (!tree.ok) return tree;
  if (!below.ok) return below;
  const changes = new Map(
    changedPaths(below.value, tree.value).map((path) => [path, tree.value.get(path)] as const),
  );
  return success({ commit: commit.value, tree: tree.value, base: base.value, changes });
}

async function newestIn(git: Git, remembered: Oid): Promise<Result<Oid>> {
  const answer = await git.lookUp(["log", "-1", "--format=%s%n%P", "--end-of-options", remembered]);
  if (!answer.ok) return answer;
  const [subject, parents = ""] = answer.value.stdout.toString("utf8").split("\n");
  const [newest] = parents.split(" ");
  return success(subject === MEMORY_SUBJECT && newest !== undefined ? (newest as Oid) : remembered);
}
