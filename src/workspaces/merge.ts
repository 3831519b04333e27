// What does the project's branch look like with the product in it? Where no person edited generated content, the product
// says it. Where one did, the file is merged three ways, and its base is what the product had put there: a true base,
// whatever merges, squashes or rebases lie between. It moves no ref.

import type { CommitStyle } from "../model/commit-rules.ts";
import { type Result, success } from "../model/result.ts";
import { type Oid, sameEntry, type Tree, type TreeEntry } from "../model/tree.ts";
import { isAncestor } from "./ancestry.ts";
import { signedCommit } from "./commit-signing.ts";
import { type HowToCommit, isInStyle, messageIn } from "./commit-style.ts";
import type { Git } from "./git.ts";
import { mergeJson } from "./merge-json.ts";
import { mergeText } from "./merge-text.ts";
import { type CommitText, readBlobs, readCommits, treeOf, writeBlobs, writeCommit } from "./objects.ts";

export interface MergeOrder {
  /** The branch as it is, and as products left it: they differ in what people edited. */
  readonly branch: Tree;
  readonly lastProduct: Tree;
  readonly product: Tree;
  /** Paths at which people edited generated content of which nobody has the bytes any more. */
  readonly lost: ReadonlySet<string>;
  /** Paths at which the product wins over what people made of it. */
  readonly yielding: ReadonlySet<string>;
  /** Whether a task claims the path: what none does is left to the person who edited it. */
  readonly isClaimed: (path: string) => boolean;
}

export interface Merged {
  /** Null where there are conflicts. */
  readonly tree: Tree | null;
  /** Paths that could not be merged, sorted by code unit. */
  readonly conflicts: readonly string[];
}

export async function mergeProduct(git: Git, order: MergeOrder): Promise<Result<Merged>> {
  const { branch, lastProduct, product } = order;
  const final = new Map(product);
  const conflicts = new Set<string>();
  for (const path of new Set([...branch.keys(), ...lastProduct.keys(), ...order.lost])) {
    const [ours, base, theirs] = [branch, lastProduct, product].map((tree) => tree.get(path));
    const isLost = order.lost.has(path);
    if (!isLost && sameEntry(ours, base)) continue;
    if (order.yielding.has(path) || sameEntry(ours, theirs)) continue;
    if (!isLost && sameEntry(base, theirs)) {
      put(final, path, ours);
      continue;
    }
    if (theirs === undefined && !order.isClaimed(path)) {
      put(final, path, ours);
      continue;
    }
    const merged = isLost ? success(null) : await mergeEntry(git, path, base, ours, theirs);
    if (!merged.ok) return merged;
    if (merged.value === null) conflicts.add(path);
    else final.set(path, merged.value);
  }
  for (const path of inTheWay(final)) conflicts.add(path);
  if (conflicts.size > 0) return success({ tree: null, conflicts: [...conflicts].sort() });
  return success({ tree: final, conflicts: [] });
}

/** Null where the two disagree. */
async function mergeEntry(
  git: Git,
  path: string,
  base: TreeEntry | undefined,
  ours: TreeEntry | undefined,
  theirs: TreeEntry | undefined,
): Promise<Result<TreeEntry | null>> {
  if (base === undefined || ours === undefined || theirs === undefined) return success(null);
  if (![base, ours, theirs].every(isFile)) return success(null);
  const mode = ours.mode === base.mode ? theirs.mode : ours.mode;
  const contents = await readBlobs(
    git,
    [base, ours, theirs].map(({ oid }) => oid),
  );
  if (!contents.ok) return contents;
  const [b, o, t] = contents.value as [Uint8Array, Uint8Array, Uint8Array];
  const content = mergeText(b, o, t) ?? mergeKeys(path, b, o, t);
  if (content === null) return success(null);
  const written = await writeBlobs(git, [content]);
  return written.ok ? success({ mode, oid: written.value[0]! }) : written;
}

// Two additions to one list of dependencies touch neighbouring lines, and disagree in nothing. On the branch's text, so that
// what people wrote around the values stays.
function mergeKeys(path: string, base: Uint8Array, ours: Uint8Array, theirs: Uint8Array): Uint8Array | null {
  if (!path.endsWith(".json")) return null;
  const merged = mergeJson(path, ours, [{ task: "factory:tip", base, bytes: theirs }]);
  return merged.ok ? merged.value : null;
}

/** Files at whose path other files need a folder. */
function inTheWay(tree: Tree): readonly string[] {
  const found = new Set<string>();
  for (const path of tree.keys()) {
    for (let at = path.indexOf("/"); at >= 0; at = path.indexOf("/", at + 1)) {
      const above = path.slice(0, at);
      if (tree.has(above)) found.add(above);
    }
  }
  return [...found];
}

export interface MergeCommit {
  readonly tip: Oid | null;
  /** Newest commit of the product; null where nothing of it is new to the branch. */
  readonly product: Oid | null;
  readonly tree: Oid;
  /** A commit that may be this merge, made before; absent or null where there is none. */
  readonly before?: Oid | null;
  /** Of the branch, for the message. */
  readonly branch: string;
}

/** Of a merge: the branch that it brought a product to. */
export const MERGE_TRAILER = "Factory-Merge";
/** Of a merge: the tree that it was made with, by which it is known from one that somebody amended. */
const TREE_TRAILER = "Factory-Tree";

/** Id of the tree that a message names; null where it is of no merge of ours. */
export function mergedTree(message: string): string | null {
  return new RegExp(`^ *${TREE_TRAILER}: ([0-9a-f]{40,64})$`, "m").exec(message)?.[1] ?? null;
}

/** The new tip of the branch: an unborn one begins at the product, and a tree that changes nothing is no commit. */
export async function writeMerge(
  git: Git,
  merge: MergeCommit,
  how: HowToCommit,
): Promise<Result<Oid | null>> {
  const { tip, product, tree, branch } = merge;
  const { style, date } = how;
  if (tip === null) return success(product);
  const current = await treeOf(git, tip);
  if (!current.ok) return current;
  if (current.value === tree) return success(tip);
  const contained = product === null ? success(true) : await isAncestor(git, product, tip);
  if (!contained.ok) return contained;
  const parents = product === null || contained.value ? [tip] : [tip, product];
  const known =
    merge.before == null ? success(false) : await isSameMerge(git, merge.before, { parents, tree, style });
  if (!known.ok) return known;
  if (merge.before != null && known.value) return success(merge.before);
  const message = messageIn(style, `Merge the product of the specs into ${branch}`, [
    `${MERGE_TRAILER}: ${branch}`,
    `${TREE_TRAILER}: ${tree}`,
  ]);
  const commit = { tree, parents, message, date, style };
  return style.sign ? signedCommit(git, commit, how) : writeCommit(git, commit);
}

async function isSameMerge(
  git: Git,
  commit: Oid,
  { parents, tree, style }: Pick<CommitText, "parents" | "tree"> & { readonly style: CommitStyle },
): Promise<Result<boolean>> {
  const read = await readCommits(git, [commit]);
  if (!read.ok) return read;
  const [raw = ""] = read.value;
  const [head = ""] = raw.split("\nauthor ", 1);
  const isSame = head === [`tree ${tree}`, ...parents.map((parent) => `parent ${parent}`)].join("\n");
  const subject = raw.slice(raw.indexOf("\n\n") + 2).split("\n", 1)[0] ?? "";
  const isOurs = subject.startsWith(style.prefix) && mergedTree(raw) === tree;
  return success(isSame && isOurs && isInStyle(raw, style, new Set([subject])));
}

function isFile(entry: TreeEntry): boolean {
  return entry.mode === "100644" || entry.mode === "100755";
}

function put(tree: Map<string, TreeEntry>, path: string, entry: TreeEntry | undefined): void {
  if (entry === undefined) tree.delete(path);
  else tree.set(path, entry);
}
