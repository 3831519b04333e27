// How does a product become commits? One per changed task, beside what people did:
//
//     main     P1 ───────────── M1 ── P2 ───── E ─────── M2      P, E: commits of people    M: merges of the factory
//               \              /  \                      /        E edits what C1 generated
//     product    C1 ── C2 ────'    C3 ─────────────────'         C: a commit per changed task, which names its outputs
//
// A commit changes outputs and nothing else. It lies on the tip, or below the edits of what it changes: so its own change is
// never an edit taken back, and whoever rebases or squashes the branch loses none. Where no commit lies below them, a last
// one puts the edits back: what the task made travels with the history, and so does what people made of it. It moves no ref.

import type { TaskId } from "../model/address.ts";
import type { CommitStyle } from "../model/commit-rules.ts";
import { type Result, success } from "../model/result.ts";
import { changedPaths, type Oid, sameEntry, type Tree, type TreeEntry } from "../model/tree.ts";
import { writeChain } from "./commit-chain.ts";
import { type HowToCommit, isInStyle, messageIn } from "./commit-style.ts";
import type { Git } from "./git.ts";
import type { Layers } from "./human-layer.ts";
import { readCommits, readTree } from "./objects.ts";
import type { WaitingProduct } from "./product-memory.ts";
import {
  insertedTexts,
  type LinesOfTask,
  OUTPUT_TRAILER,
  pathText,
  REMOVED_TRAILER,
  REPLACED_TRAILER,
} from "./puts.ts";

export interface ProductStep {
  /** The whole project after this task: the human layer, what earlier tasks gave, and its own outputs. */
  readonly tree: Tree;
  /** Lines that tasks inserted into files of people, by path. */
  readonly inserted: ReadonlyMap<string, readonly LinesOfTask[]>;
  /** Null, as key and spec, for files that are removed because no task owns them. */
  readonly task: TaskId | null;
  readonly key: string | null;
  /** Null where no task of today stands behind it. */
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
  /** What people wrote, without anything of products. */
  readonly human: Tree;
  /** What the branch holds of products. */
  readonly layers: Layers;
  /** Those that lead to the product, in graph order. */
  readonly steps: readonly ProductStep[];
  /** Generated content that people edited: what it was, by path. */
  readonly edited: ReadonlyMap<string, TreeEntry | null>;
  /** What both came to together; null where they disagree. */
  readonly merged: Tree | null;
  /** A product that was made before: where it lies on the same commit and comes to the same, it stays. */
  readonly waiting: WaitingProduct | null;
}

/** The commits that lead to a product, before any of them is made. */
export interface ProductPlan {
  readonly base: Oid | null;
  /** Tree of `base`. */
  readonly start: Tree;
  /** At least one. */
  readonly chain: readonly {
    readonly tree: Tree;
    readonly title: string;
    readonly trailers: readonly string[];
  }[];
  /** A product that was made before, lies on the same commit and comes to the same. */
  readonly same: WaitingProduct | null;
}

/** Null where no step changes what the branch holds. */
export async function planProduct(git: Git, order: ProductOrder): Promise<Result<ProductPlan | null>> {
  const { tip, waiting, steps, start, layers } = order;
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
  const chain: ProductPlan["chain"][number][] = [];
  let before = start;
  let current: Tree = base?.tree ?? new Map();
  for (const step of steps) {
    const own = changedPaths(before, step.tree).filter((path) => paths.has(path));
    before = step.tree;
    const next = new Map(current);
    for (const path of own) lay(next, path, step.tree.get(path));
    const named = [...changedPaths(current, next)].sort();
    if (named.length === 0) continue;
    const replaced = named.filter((path) => isUnnamed(layers, path, current));
    const outputs = [
      ...named.map((path) => outputLine(path, isGivenBack(order, step, path) ? undefined : next.get(path))),
      ...named.flatMap((path) => insertedLines(step, path, next.get(path))),
      ...replaced.map((path) => replacedLine(path, layers)),
    ];
    chain.push({ tree: next, title: step.title, trailers: [...trailersOf(step), ...outputs] });
    current = next;
  }
  if (chain.length === 0) return success(null);
  if (below.value === null && order.merged !== null) {
    const { merged } = order;
    const kept = new Map(current);
    for (const [path] of touched) lay(kept, path, merged.get(path));
    const files = changedPaths(current, kept).length;
    if (files > 0) chain.push({ tree: kept, title: keepingTitle(files), trailers: [] });
    current = kept;
  }
  const isSame =
    waiting !== null &&
    waiting.base === (base?.commit ?? null) &&
    changedPaths(waiting.tree, current).length === 0;
  return success({
    ...{ base: base?.commit ?? null, start: base?.tree ?? new Map(), chain },
    same: isSame ? waiting : null,
  });
}

/**
 * The product's newest commit. What was made before stays, unless its commits are to look otherwise by now. The same plan
 * with the same date and style gives the same commits, but for signatures that hold a time.
 */
export async function writeProduct(
  git: Git,
  { base, start, chain, same }: ProductPlan,
  how: HowToCommit,
): Promise<Result<Oid>> {
  const { style } = how;
  const messages = chain.map(({ title, trailers }) => messageIn(style, title, trailers));
  const subjects = new Set(messages.map((message) => message.split("\n", 1)[0] ?? ""));
  const isKept = same === null ? success(false) : await areInStyle(git, same, style, subjects);
  if (!isKept.ok) return isKept;
  if (same !== null && isKept.value) return success(same.commit);
  const steps = chain.map(({ tree }, index) => ({ tree, message: messages[index] ?? "" }));
  return writeChain(git, { tip: base, start, chain: steps }, how);
}

async function areInStyle(
  git: Git,
  { commit, base }: WaitingProduct,
  style: CommitStyle,
  subjects: ReadonlySet<string>,
): Promise<Result<boolean>> {
  const range = [commit, ...(base === null ? [] : [`^${base}`]), ""].join("\n");
  const oids = await git.feed(["rev-list", "--stdin"], range);
  if (!oids.ok) return oids;
  const commits = await readCommits(git, oids.value.toString("latin1").split("\n").filter(Boolean) as Oid[]);
  return commits.ok ? success(commits.value.every((raw) => isInStyle(raw, style, subjects))) : commits;
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

function keepingTitle(files: number): string {
  return `Keep people's edits of generated code in ${files} ${files === 1 ? "file" : "files"}`;
}

/** What is left where a product went is people's, also if it looks otherwise than before: no product put it there. */
function isGivenBack({ human }: ProductOrder, { agent, tree }: ProductStep, path: string): boolean {
  return agent === null && sameEntry(tree.get(path), human.get(path));
}

/** Whether the commit takes away what only a lock tells of: a later lock will not. */
function isUnnamed({ product, unnamed }: Layers, path: string, current: Tree): boolean {
  return unnamed.has(path) && sameEntry(current.get(path), product.get(path));
}

function trailersOf(step: ProductStep): readonly string[] {
  const facts: readonly (readonly [string, string | null])[] = [
    ["Factory-Task", step.task],
    ["Factory-Key", step.key],
    ["Factory-Agent", step.agent],
    ["Factory-Spec", step.spec],
  ];
  const trailers = facts.flatMap(([name, fact]) => (fact === null ? [] : [`${name}: ${oneLine(fact)}`]));
  return trailers;
}

/** Longest line of a body that linters of commits let through, unless they are told otherwise. */
const LINE = 100;

function outputLine(path: string, entry: TreeEntry | undefined): string {
  if (entry === undefined) return `${REMOVED_TRAILER}: ${pathText(path)}`;
  return folded(`${OUTPUT_TRAILER}: ${entry.mode} ${entry.oid}`, path);
}

function insertedLines(step: ProductStep, path: string, entry: TreeEntry | undefined): readonly string[] {
  const runs = step.inserted.get(path) ?? [];
  const isIt = entry !== undefined && sameEntry(step.tree.get(path), entry);
  return isIt && runs.length > 0 ? insertedTexts(entry.oid, runs, LINE) : [];
}

function replacedLine(path: string, { product, human }: Layers): string {
  const { mode, oid } = product.get(path)!;
  return folded(`${REPLACED_TRAILER}: ${mode} ${oid} ${human.get(path)?.oid ?? "-"}`, path);
}

/** As git folds a trailer that is long: what goes on begins with a space. */
function folded(start: string, path: string): string {
  const text = pathText(path);
  return `${start}${start.length + 1 + text.length > LINE ? "\n" : ""} ${text}`;
}

// A line end in an agent's name would begin a trailer of its own making.
function oneLine(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}

function lay(tree: Map<string, TreeEntry>, path: string, entry: TreeEntry | undefined): void {
  if (entry === undefined) tree.delete(path);
  else tree.set(path, entry);
}
