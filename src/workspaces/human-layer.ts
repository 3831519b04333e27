// What did people write? A branch with the factory's contribution taken out again, path by path. It decides
// nothing about tasks: it only reports where a person changed what the factory had written.

import { type Result, success } from "../model/result.ts";
import { changedPaths, type Oid, sameEntry, type Tree, type TreeEntry } from "../model/tree.ts";
import type { Git } from "./git.ts";
import { mergeBase, mergedProduct, newestProduct, type Product } from "./history.ts";
import { mergeText } from "./merge-text.ts";
import { readBlobs, readTree, writeBlobs } from "./objects.ts";

/** A person's change to generated content, as the branch has it now. */
export interface Edit {
  /** `reverted`: it is again what it was before the factory changed it. */
  readonly kind: "changed" | "deleted" | "reverted";
  /** What the branch holds; null where the path is gone. */
  readonly current: TreeEntry | null;
  /** What the last merged product holds; null where it deletes the path. */
  readonly generated: TreeEntry | null;
}

export interface HumanLayer {
  readonly tree: Tree;
  readonly edited: ReadonlyMap<string, Edit>;
  /** The product that the branch holds; null where none was merged yet. */
  readonly merged: Oid | null;
}

/** A product next to the human layer that it was composed on: their difference is what the factory contributed. */
export interface Layers {
  readonly product: Tree;
  readonly human: Tree;
  readonly contribution: ReadonlySet<string>;
}

const NOTHING: Layers = { product: new Map(), human: new Map(), contribution: new Set() };

export interface HumanLayerQuestion {
  readonly tip: Oid | null;
  readonly factory: Oid | null;
  /** Paths that were handed to people: theirs, whatever the history says. */
  readonly released: ReadonlySet<string>;
}

export async function humanLayerOf(git: Git, question: HumanLayerQuestion): Promise<Result<HumanLayer>> {
  const { tip, factory, released } = question;
  if (tip === null) return success({ tree: new Map(), edited: new Map(), merged: null });
  const strata = await strataOf(git, tip, factory);
  if (!strata.ok) return strata;
  const { current, last, next, merged } = strata.value;
  const reversed = await reverse(git, sortOut(current, released, last, next), current, last);
  if (!reversed.ok) return reversed;
  return success({ ...reversed.value, merged });
}

/** What lies on top of each other at the tip of a branch. */
interface Strata {
  readonly current: Tree;
  /** The product that was merged last, and the newest one. */
  readonly last: Layers;
  readonly next: Layers;
  readonly merged: Oid | null;
}

/** All that git is asked about a human layer. What does not wait for another answer is asked side by side. */
export async function strataOf(git: Git, tip: Oid, factory: Oid | null): Promise<Result<Strata>> {
  const [base, newest, current] = await Promise.all([
    factory === null ? success(null) : mergeBase(git, tip, factory),
    newestProduct(git, factory ?? tip),
    readTree(git, tip),
  ]);
  if (!base.ok) return base;
  if (!newest.ok) return newest;
  if (!current.ok) return current;
  const merged = factory === null ? newest : await mergedProduct(git, tip, base.value, newest.value);
  if (!merged.ok) return merged;
  const last = await layersOf(git, merged.value);
  if (!last.ok) return last;
  const next = newest.value?.commit === merged.value?.commit ? last : await layersOf(git, newest.value);
  if (!next.ok) return next;
  const commit = merged.value?.commit ?? null;
  return success({ current: current.value, last: last.value, next: next.value, merged: commit });
}

export async function layersOf(git: Git, product: Product | null): Promise<Result<Layers>> {
  if (product === null) return success(NOTHING);
  const [tree, human] = await Promise.all([readTree(git, product.commit), readTree(git, product.human)]);
  if (!tree.ok) return tree;
  if (!human.ok) return human;
  const contribution = new Set(changedPaths(human.value, tree.value));
  return success({ product: tree.value, human: human.value, contribution });
}

interface Sorted {
  readonly tree: Map<string, TreeEntry>;
  readonly edited: Map<string, Edit>;
  /** Paths of a shared file that both a person and the factory changed. */
  readonly both: readonly string[];
}

function sortOut(current: Tree, released: ReadonlySet<string>, last: Layers, next: Layers): Sorted {
  const tree = new Map(current);
  const edited = new Map<string, Edit>();
  const both: string[] = [];
  for (const path of new Set([...last.contribution, ...next.contribution])) {
    if (released.has(path)) continue;
    const now = current.get(path);
    // The newest product as it is: also where a squash or a rebase hid that it was merged.
    if (next.contribution.has(path) && sameEntry(now, next.product.get(path))) {
      put(tree, path, next.human.get(path));
      continue;
    }
    if (!last.contribution.has(path)) continue;
    const generated = last.product.get(path);
    const human = last.human.get(path);
    if (sameEntry(now, generated)) put(tree, path, human);
    else if (sameEntry(now, human))
      edited.set(path, editOf(now === undefined ? "deleted" : "reverted", now, generated));
    else if (now !== undefined && generated !== undefined && human !== undefined) both.push(path);
    else {
      put(tree, path, human);
      edited.set(path, editOf(now === undefined ? "deleted" : "changed", now, generated));
    }
  }
  return { tree, edited, both };
}

// A shared file: the factory's change is taken out of what the person made of it, by a three-way merge whose base
// is the product. Where that cannot be done, the human layer keeps what it was.
async function reverse(
  git: Git,
  sorted: Sorted,
  current: Tree,
  last: Layers,
): Promise<Result<Pick<HumanLayer, "tree" | "edited">>> {
  const { tree, edited, both } = sorted;
  const sides = both.map(
    (path) => [last.product.get(path)!, current.get(path)!, last.human.get(path)!] as const,
  );
  const contents = await readBlobs(
    git,
    sides.flat().map(({ oid }) => oid),
  );
  if (!contents.ok) return contents;
  const merged: { readonly path: string; readonly mode: TreeEntry["mode"]; readonly content: Uint8Array }[] =
    [];
  for (const [index, path] of both.entries()) {
    const [base, ours, theirs] = sides[index]!;
    const [b, o, t] = contents.value.slice(index * 3, index * 3 + 3) as [Uint8Array, Uint8Array, Uint8Array];
    const content = [base, ours, theirs].every(isFile) ? mergeText(b, o, t) : null;
    if (content === null) {
      tree.set(path, theirs);
      edited.set(path, editOf("changed", ours, base));
    } else merged.push({ path, mode: ours.mode === base.mode ? theirs.mode : ours.mode, content });
  }
  const oids = await writeBlobs(
    git,
    merged.map(({ content }) => content),
  );
  if (!oids.ok) return oids;
  for (const [index, { path, mode }] of merged.entries()) tree.set(path, { mode, oid: oids.value[index]! });
  return success({ tree, edited });
}

function editOf(kind: Edit["kind"], now: TreeEntry | undefined, generated: TreeEntry | undefined): Edit {
  return { kind, current: now ?? null, generated: generated ?? null };
}

function put(tree: Map<string, TreeEntry>, path: string, entry: TreeEntry | undefined): void {
  if (entry === undefined) tree.delete(path);
  else tree.set(path, entry);
}

function isFile(entry: TreeEntry): boolean {
  return entry.mode === "100644" || entry.mode === "100755";
}
