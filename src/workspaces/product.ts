// How does a product become commits? One per changed task, beside what people did:
//
//     main     P1 ───────────── M1 ── P2 ───── E ─────── M2      P, E: commits of people    M: merges of the factory
//               \              /  \                      /        E edits what C1 generated
//     product    C1 ── C2 ────'    C3 ─────────────────'         C: a commit per changed task, which names its outputs
//
// A commit changes outputs and nothing else. It lies on the tip, or below the edits of what it changes: so its own change is
// never an edit taken back, and whoever rebases or squashes the branch loses none. It moves no ref.

import type { TaskId } from "../model/address.ts";
import { type Result, success } from "../model/result.ts";
import { changedPaths, type Oid, sameEntry, type Tree, type TreeEntry } from "../model/tree.ts";
import { writeChain } from "./commit-chain.ts";
import type { Git } from "./git.ts";
import type { Layers } from "./human-layer.ts";
import { readTree } from "./objects.ts";
import type { Waiting } from "./product-memory.ts";
import { OUTPUT_TRAILER, pathText, REMOVED_TRAILER, REPLACED_TRAILER } from "./puts.ts";

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
  /** What the branch holds of products. */
  readonly standing: Layers;
  /** Those that lead to the product, in graph order. */
  readonly steps: readonly ProductStep[];
  /** Generated content that people edited: what it was, by path. */
  readonly edited: ReadonlyMap<string, TreeEntry | null>;
  /** What both came to together; null where they disagree. */
  readonly merged: Tree | null;
  /** A product that was made before: where it lies on the same commit and comes to the same, it stays. */
  readonly waiting: Waiting | null;
  /** Seconds since the epoch. The same order with the same date gives the same commits. */
  readonly date: number;
}

/** The product's newest commit; null where no step changes what the branch holds. */
export async function writeProduct(git: Git, order: ProductOrder): Promise<Result<Oid | null>> {
  const { tip, date, waiting, steps, start, standing } = order;
  const branch: Tree = tip?.tree ?? new Map();
  const last = steps.at(-1)?.tree ?? start;
  // What a person already made of it just so needs no commit.
  const paths = new Set(
    changedPaths(start, last).filter((path) => !sameEntry(branch.get(path), last.get(path))),
  );
  const touched = [...order.edited].filter(([path]) => paths.has(path));
  const below = tip === null ? success(null) : await belowEdits(git, tip, touched);
  if (!below.ok) return below;
  const base = below.value ?? tip;
  // Where the history has no commit without the edits, the commits carry them.
  const joined = below.value === null && order.merged !== null ? new Map(touched) : new Map();
  const chain: { readonly tree: Tree; readonly message: string }[] = [];
  let before = start;
  let current: Tree = base?.tree ?? new Map();
  for (const step of steps) {
    const own = changedPaths(before, step.tree).filter((path) => paths.has(path));
    before = step.tree;
    const next = new Map(current);
    for (const path of own) lay(next, path, (joined.has(path) ? order.merged : step.tree)?.get(path));
    const changed = changedPaths(current, next);
    if (changed.length === 0) continue;
    const named = changed.filter((path) => !joined.has(path)).sort();
    const replaced = named.filter((path) => isUnnamed(standing, path, current));
    chain.push({
      tree: next,
      message: messageOf(step, [
        ...named.map((path) => outputLine(path, next)),
        ...replaced.map((path) => replacedLine(path, standing)),
      ]),
    });
    current = next;
  }
  if (chain.length === 0) return success(null);
  const isKept = waiting !== null && waiting.base === (base?.commit ?? null);
  if (isKept && changedPaths(waiting.tree, current).length === 0) return success(waiting.commit);
  return writeChain(git, { tip: base?.commit ?? null, start: base?.tree ?? new Map(), chain, date });
}

/** So many commits are looked through for one without the edits. */
const MOST_COMMITS = 200;

/** The newest commit of the branch in which none of the paths is edited; the tip where none is, null where there is none. */
async function belowEdits(
  git: Git,
  tip: NonNullable<ProductOrder["tip"]>,
  edited: readonly (readonly [path: string, generated: TreeEntry | null])[],
): Promise<Result<ProductOrder["tip"]>> {
  if (edited.length === 0) return success(tip);
  const paths = edited.map(([path]) => path).filter((path) => !path.includes("\n"));
  const walk = ["log", "--stdin", "--first-parent", `--max-count=${MOST_COMMITS}`, "--format=%P"];
  const log = await git.feed(walk, [tip.commit, "--", ...paths, ""].join("\n"));
  if (!log.ok) return log;
  for (const line of log.value.toString("latin1").trim().split("\n")) {
    const [parent = ""] = line.split(" ");
    if (parent === "") continue;
    const tree = await readTree(git, parent as Oid);
    if (!tree.ok) return tree;
    const isFree = edited.every(([path, generated]) =>
      sameEntry(tree.value.get(path), generated ?? undefined),
    );
    if (isFree) return success({ commit: parent as Oid, tree: tree.value });
  }
  return success(null);
}

/** Whether the commit takes away what only a lock tells of: a later lock will not. */
function isUnnamed({ product, unnamed }: Layers, path: string, current: Tree): boolean {
  return unnamed.has(path) && sameEntry(current.get(path), product.get(path));
}

function outputLine(path: string, tree: Tree): string {
  const entry = tree.get(path);
  if (entry === undefined) return `${REMOVED_TRAILER}: ${pathText(path)}`;
  return `${OUTPUT_TRAILER}: ${entry.mode} ${entry.oid} ${pathText(path)}`;
}

function replacedLine(path: string, { product, human }: Layers): string {
  const { mode, oid } = product.get(path)!;
  return `${REPLACED_TRAILER}: ${mode} ${oid} ${human.get(path)?.oid ?? "-"} ${pathText(path)}`;
}

function messageOf(step: ProductStep, outputs: readonly string[]): string {
  const facts: readonly (readonly [string, string | null])[] = [
    ["Factory-Task", step.task],
    ["Factory-Key", step.key],
    ["Factory-Agent", step.agent],
    ["Factory-Spec", step.spec],
  ];
  const trailers = facts.flatMap(([name, fact]) => (fact === null ? [] : [`${name}: ${oneLine(fact)}`]));
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
