// How does a product become commits? One per changed task, on top of the project's branch as it stands:
//
//     main     P1 ───────────── M1 ── P2 ─────────── M2      P: commits of people     M: merges of the factory
//               \              /        \           /
//     product    C1 ── C2 ────'          C3 ───────'         C: a commit per changed task, which names its outputs
//
// A commit changes outputs and nothing else; what people edited stays as it is where the product does not change it, and
// where both did, the merge settles it. It moves no ref.

import type { TaskId } from "../model/address.ts";
import { type Result, success } from "../model/result.ts";
import { changedPaths, type Oid, sameEntry, type Tree, type TreeEntry } from "../model/tree.ts";
import { writeChain } from "./commit-chain.ts";
import type { Git } from "./git.ts";
import type { Waiting } from "./product-memory.ts";
import { OUTPUT_TRAILER, pathText, REMOVED_TRAILER } from "./puts.ts";

export interface ProductStep {
  /** The whole project after this task: the human layer, what earlier tasks gave, and its own outputs. */
  readonly tree: Tree;
  /** Null, as the next three, for files that are removed because no task owns them. */
  readonly task: TaskId | null;
  readonly key: string | null;
  readonly agent: string | null;
  /** Feature and digest of what its spec meant, such as `products@1a2b3c4d5e6f`; null where the feature is gone, too. */
  readonly spec: string | null;
  readonly title: string;
}

export interface ProductOrder {
  /** Tip of the project's branch and its tree; null where the branch is unborn. */
  readonly tip: { readonly commit: Oid; readonly tree: Tree } | null;
  /** Where the steps begin: the human layer with what the branch holds of products. */
  readonly start: Tree;
  /** Those that lead to the product, in graph order. */
  readonly steps: readonly ProductStep[];
  /** A product that was made before: where it lies on the tip and comes to the same, it stays. */
  readonly waiting: Waiting | null;
  /** Seconds since the epoch. The same order with the same date gives the same commits. */
  readonly date: number;
}

/** The product's newest commit; null where no step changes what the branch holds. */
export async function writeProduct(git: Git, order: ProductOrder): Promise<Result<Oid | null>> {
  const { tip, date, waiting } = order;
  const branch: Tree = tip?.tree ?? new Map();
  const last = order.steps.at(-1)?.tree ?? order.start;
  const chain: { readonly tree: Tree; readonly message: string }[] = [];
  let before = order.start;
  let current: Tree = branch;
  for (const step of order.steps) {
    // What a person already made of it just so needs no commit.
    const paths = changedPaths(before, step.tree).filter(
      (path) => !sameEntry(branch.get(path), last.get(path)),
    );
    before = step.tree;
    const next = new Map(current);
    for (const path of paths) lay(next, path, step.tree.get(path));
    const changed = changedPaths(current, next);
    if (changed.length === 0) continue;
    chain.push({ tree: next, message: messageOf(step, changed, next) });
    current = next;
  }
  if (chain.length === 0) return success(null);
  const isKept = waiting !== null && waiting.base === (tip?.commit ?? null);
  if (isKept && changedPaths(waiting.tree, current).length === 0) return success(waiting.commit);
  return writeChain(git, { tip: tip?.commit ?? null, start: branch, chain, date });
}

function messageOf(step: ProductStep, changed: readonly string[], tree: Tree): string {
  const facts: readonly (readonly [string, string | null])[] = [
    ["Factory-Task", step.task],
    ["Factory-Key", step.key],
    ["Factory-Agent", step.agent],
    ["Factory-Spec", step.spec],
  ];
  const trailers = facts.flatMap(([name, fact]) => (fact === null ? [] : [`${name}: ${oneLine(fact)}`]));
  const outputs = [...changed].sort().map((path) => {
    const entry = tree.get(path);
    if (entry === undefined) return `${REMOVED_TRAILER}: ${pathText(path)}`;
    return `${OUTPUT_TRAILER}: ${entry.mode} ${entry.oid} ${pathText(path)}`;
  });
  return `${oneLine(step.title)}\n\n${[...trailers, ...outputs].join("\n")}\n`;
}

// A line end in a title or an agent's name would begin a trailer of its own making.
function oneLine(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}

function lay(tree: Map<string, TreeEntry>, path: string, entry: TreeEntry | undefined): void {
  if (entry === undefined) tree.delete(path);
  else tree.set(path, entry);
}
