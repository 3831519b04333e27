// How does a product become commits of the branch `factory`? The human layer first where it moved, and then one
// commit per changed task:
//
//     F1 ── F2 ── S ── F3      S ("sync"): the new human layer below the outputs of F2
//                 /            H: the pure human layer, a commit of its own, so that any product
//     H1 ─────── H2            can be told from what it was composed on
//
// It moves no ref.

import type { TaskId } from "../model/address.ts";
import { type Result, success } from "../model/result.ts";
import { changedPaths, type Oid, sameEntry, type Tree, type TreeEntry } from "../model/tree.ts";
import { writeChain } from "./commit-chain.ts";
import type { Git } from "./git.ts";
import { emptyTree, HUMAN_TRAILER, isAncestor, newestProduct } from "./history.ts";
import { type Layers, layersOf } from "./human-layer.ts";
import { readTree, TreeWriter, writeCommit } from "./objects.ts";

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
  /** Tip of `factory`; null for the first product. */
  readonly previous: Oid | null;
  readonly human: Tree;
  /** Commit of the project that `human` was taken from; null where the branch is unborn. */
  readonly humanOf: Oid | null;
  /** The whole project with today's product. */
  readonly tree: Tree;
  /** Those that lead there, in graph order. */
  readonly steps: readonly ProductStep[];
  /** Seconds since the epoch. The same order with the same date gives the same commits. */
  readonly date: number;
}

/**
 * New tip of `factory`: `previous` itself where no step changes anything, unless it waits to be merged and people wrote
 * more meanwhile; null where there never was a product.
 */
export async function writeProduct(
  git: Git,
  format: "sha1" | "sha256",
  order: ProductOrder,
): Promise<Result<Oid | null>> {
  const before = await standing(git, order);
  if (!before.ok) return before;
  const { product, human, synced, givesBack } = before.value;
  const steps = changing(synced, order.steps);
  if (steps.length === 0 && !givesBack) {
    const outdated = human?.current === false ? await isUnmerged(git, order) : success(false);
    if (!outdated.ok) return outdated;
    if (!outdated.value) return success(order.previous);
  }
  const writer = new TreeWriter(git);
  const layer = await writeHuman(git, writer, { format, order, known: human });
  if (!layer.ok) return layer;
  let tip = product ?? order.humanOf;
  if (layer.value.fresh) {
    const parents = tip === null ? [layer.value.oid] : [tip, layer.value.oid];
    const message = `Follow the project${at(order.humanOf)}\n\n${HUMAN_TRAILER}: ${layer.value.oid}\n`;
    const sync = await commitTree(git, writer, { tree: synced, parents, message, date: order.date });
    if (!sync.ok) return sync;
    tip = sync.value;
  }
  if (steps.length === 0) return success(tip);
  const chain = steps.map((step) => ({ tree: step.tree, message: messageOf(step, layer.value.oid) }));
  return writeChain(git, { tip, start: tip === null ? new Map() : synced, chain, date: order.date });
}

interface Standing {
  readonly product: Oid | null;
  /** Commit or tree of the human layer below the previous product, where it still is the human layer. */
  readonly human: { readonly oid: Oid; readonly current: boolean } | null;
  /** The last outputs on the new human layer. */
  readonly synced: Tree;
  /** True where a path of the last product is left to the human layer, which then has to be recorded. */
  readonly givesBack: boolean;
}

async function standing(git: Git, order: ProductOrder): Promise<Result<Standing>> {
  if (order.previous === null) {
    return success({ product: null, human: null, synced: order.human, givesBack: false });
  }
  const product = await newestProduct(git, order.previous);
  if (!product.ok) return product;
  const layers = await layersOf(git, product.value);
  if (!layers.ok) return layers;
  const tip = await readTree(git, order.previous);
  if (!tip.ok) return tip;
  const current = product.value !== null && changedPaths(layers.value.human, order.human).length === 0;
  const synced = current ? tip.value : syncOf(order, layers.value);
  return success({
    product: order.previous,
    human: product.value === null ? null : { oid: product.value.human, current },
    synced,
    givesBack: [...layers.value.contribution].some(
      (path) => !sameEntry(synced.get(path), layers.value.product.get(path)),
    ),
  });
}

// A product that waits to be merged brings along what people had written until then, and would undo what they wrote since.
async function isUnmerged(git: Git, { previous, humanOf }: ProductOrder): Promise<Result<boolean>> {
  if (previous === null || humanOf === null) return success(false);
  const contained = await isAncestor(git, previous, humanOf);
  return contained.ok ? success(!contained.value) : contained;
}

// A path that only people changed is theirs; one that holds an output keeps it until the output's own task has its
// commit, unless nobody contributes to it any more.
function syncOf(order: ProductOrder, last: Layers): Tree {
  const tree = new Map(order.human);
  for (const path of last.contribution) {
    if (sameEntry(order.tree.get(path), order.human.get(path))) continue;
    const output: TreeEntry | undefined = last.product.get(path);
    if (output === undefined) tree.delete(path);
    else tree.set(path, output);
  }
  return tree;
}

function changing(start: Tree, steps: readonly ProductStep[]): readonly ProductStep[] {
  let current = start;
  return steps.filter(({ tree }) => {
    const changes = changedPaths(current, tree).length > 0;
    current = tree;
    return changes;
  });
}

interface HumanOrder {
  readonly format: "sha1" | "sha256";
  readonly order: ProductOrder;
  readonly known: Standing["human"];
}

// Where the project's own commit is the pure human layer, it stands for itself.
async function writeHuman(
  git: Git,
  writer: TreeWriter,
  { format, order, known }: HumanOrder,
): Promise<Result<{ readonly oid: Oid; readonly fresh: boolean }>> {
  if (known?.current) return success({ oid: known.oid, fresh: false });
  const nothing = emptyTree(format);
  if (known === null && order.humanOf === null && order.human.size === 0) {
    return success({ oid: nothing, fresh: false });
  }
  if (known === null && order.previous === null && order.humanOf !== null) {
    const project = await readTree(git, order.humanOf);
    if (!project.ok) return project;
    if (changedPaths(project.value, order.human).length === 0) {
      return success({ oid: order.humanOf, fresh: false });
    }
  }
  const parents = known === null || known.oid === nothing ? [] : [known.oid];
  const message = `Human layer${at(order.humanOf)}\n`;
  const commit = await commitTree(git, writer, { tree: order.human, parents, message, date: order.date });
  return commit.ok ? success({ oid: commit.value, fresh: true }) : commit;
}

interface TreeCommit {
  readonly tree: Tree;
  readonly parents: readonly Oid[];
  readonly message: string;
  readonly date: number;
}

async function commitTree(git: Git, writer: TreeWriter, commit: TreeCommit): Promise<Result<Oid>> {
  const tree = await writer.write(commit.tree);
  return tree.ok ? writeCommit(git, { ...commit, tree: tree.value }) : tree;
}

function messageOf(step: ProductStep, human: Oid): string {
  const facts: readonly (readonly [string, string | null])[] = [
    ["Factory-Task", step.task],
    ["Factory-Key", step.key],
    ["Factory-Agent", step.agent],
    ["Factory-Spec", step.spec],
    [HUMAN_TRAILER, human],
  ];
  const trailers = facts.flatMap(([name, fact]) => (fact === null ? [] : [`${name}: ${oneLine(fact)}`]));
  return `${oneLine(step.title)}\n\n${trailers.join("\n")}\n`;
}

function at(commit: Oid | null): string {
  return commit === null ? "" : ` at ${commit}`;
}

// A line end in a title or an agent's name would begin a trailer of its own making.
function oneLine(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}
