// How does a project's product reach its branch? Compose, commit, merge, inspect the whole, publish. The branch moves only
// when all of that went well, in one compare-and-swap.

import { productKey } from "../../engine/verification.ts";
import type { TaskId } from "../../model/address.ts";
import type { ProjectResult } from "../../model/build.ts";
import type { Failure } from "../../model/failure.ts";
import { failed, type Result, success } from "../../model/result.ts";
import { type Oid, sameEntry, type Tree } from "../../model/tree.ts";
import type { Committing } from "../../workspaces/commit-style.ts";
import { productRef } from "../../workspaces/heads.ts";
import { lostEdits } from "../../workspaces/human-layer.ts";
import { offerBranch, offeredHead, pushBranch } from "../../workspaces/offer.ts";
import type { ProductPlan } from "../../workspaces/product.ts";
import type { Site } from "../projects/site.ts";
import type { Run } from "../run/run.ts";
import { type Composition, productOf } from "./compose.ts";
import { inspectTree } from "./inspect-tree.ts";
import { mergeOfProduct, yieldingPaths } from "./merge-of-product.ts";
import { productSteps } from "./product-steps.ts";

/** What the branch came to; with the failure that kept the product from it, if any. */
export interface Settlement {
  readonly result: ProjectResult;
  readonly failure: Failure | null;
}

export async function settleProject(run: Run, site: Site): Promise<Settlement> {
  const { result, failure } = await settle(run, site);
  return { result: { ...result, product: extent(run, site) }, failure };
}

/** Of how many tasks there is a result that can be in the product. */
function extent(run: Run, site: Site): { readonly built: number; readonly tasks: number } {
  const own = run.graph.tasks.filter(({ project }) => project === site.project.id);
  return { built: own.filter(({ id }) => run.book.entry(id) !== null).length, tasks: own.length };
}

async function settle(run: Run, site: Site): Promise<Settlement> {
  const composed = await productOf(run, site);
  if (!composed.ok) return unmoved(site, composed.failure);
  const { writers } = composed.value;
  const merge = await mergeOfProduct(run, site, composed.value);
  if (!merge.ok) return unmoved(site, merge.failure);
  const planned = await planProduct(run, site, composed.value, merge.value.tree);
  if (!planned.ok) return unmoved(site, planned.failure);
  const plan = planned.value;
  if (merge.value.tree === null) {
    const lost = lostEdits(site.edited);
    const paths = merge.value.conflicts.map((path) => {
      return { path, task: ownerOf(run, writers, path), lost: lost.has(path) };
    });
    return commitAnd(run, site, plan, (product) => {
      return keepProduct(site, product, { reason: "merge-conflict", paths });
    });
  }
  const tree = await site.repository.writeTree(merge.value.tree);
  if (!tree.ok) return unmoved(site, tree.failure);
  const now = site.heads.branch === null ? null : await site.repository.treeOf(site.heads.branch);
  if (now !== null && !now.ok) return unmoved(site, now.failure);
  const isNew = site.heads.branch === null ? plan !== null : tree.value !== now?.value;
  if (!isNew) return settleStanding(run, site, writers);
  // What was approved is what lay on our ref, and nothing that was made since.
  const approved = run.options.mergeApproved === site.project.id && (plan?.same ?? null) === site.waiting;
  const wish = approved ? "auto" : site.project.merge;
  if (wish === "ask") {
    const { branch } = site.project;
    return commitAnd(run, site, plan, (product) => {
      return keepProduct(site, product, { reason: "merge-waits", branch, ref: productRef(branch) });
    });
  }
  const inspected = await inspectProduct(run, site, tree.value, writers);
  if (!inspected.ok) return unmoved(site, inspected.failure);
  if (wish === "pull-request" && site.heads.branch !== null) {
    return commitAnd(run, site, plan, (product) => offer(run, site, product, tree.value));
  }
  const published = await commitAnd(run, site, plan, (product) => publish(run, site, product, tree.value));
  if (published.result.merged) site.forgetEdits(settledEdits(site, composed.value.tree, merge.value.tree));
  return published;
}

/** Where the branch holds the very product now: by a person's word, or since both came to the same. */
function settledEdits(site: Site, product: Tree, merged: Tree): readonly string[] {
  return [...site.edited.keys()].filter((path) => sameEntry(product.get(path), merged.get(path)));
}

/** What is to be seen is committed, and signed, last of all: not at every build that comes to nothing. */
async function commitAnd(
  run: Run,
  site: Site,
  plan: ProductPlan | null,
  then: (product: Oid | null) => Promise<Settlement>,
): Promise<Settlement> {
  if (plan === null) return then(null);
  const product = await site.repository.commitProduct(plan, committing(run, site, seconds(run.startedAt)));
  return product.ok ? then(product.value) : unmoved(site, product.failure);
}

function committing(run: Run, site: Site, date: number): Committing {
  return { rules: site.project.commits, date, signal: run.signal };
}

/**
 * One commit per changed task, in graph order, up to the newest. Null where the branch holds all of the product: nothing is
 * committed where nothing changed, also of what waits.
 */
async function planProduct(
  run: Run,
  site: Site,
  composition: Composition,
  merged: Tree | null,
): Promise<Result<ProductPlan | null>> {
  const planned = await productSteps(run, site, composition);
  if (!planned.ok) return planned;
  const { branch } = site.heads;
  const given = yieldingPaths(run, site);
  const edited = [...site.edited].filter(([path]) => !given.has(path));
  return site.repository.planProduct({
    ...planned.value,
    tip: branch === null ? null : { commit: branch, tree: site.branch },
    edited: new Map(edited.map(([path, { generated }]) => [path, generated])),
    ...{ standing: site.standing, merged, waiting: site.waiting },
  });
}

/** The branch holds the product. Where another one waited, nobody wants that any more. */
async function settleStanding(run: Run, site: Site, writers: Composition["writers"]): Promise<Settlement> {
  const { branch } = site.heads;
  if (site.waiting !== null && branch !== null) {
    const forgotten = await site.repository.publish({ from: branch, to: branch }, null);
    if (!forgotten.ok) return unmoved(site, forgotten.failure);
  }
  return inspectBranch(run, site, writers);
}

/** The branch already holds the product: a person's commit since then costs one inspection of the whole. */
async function inspectBranch(run: Run, site: Site, writers: Composition["writers"]): Promise<Settlement> {
  const { branch } = site.heads;
  const { built, tasks } = extent(run, site);
  const holds = tasks === 0 || built > 0;
  if (branch === null) return { result: resultOf(site, null, null, holds), failure: null };
  const oid = await site.repository.treeOf(branch);
  if (!oid.ok) return unmoved(site, oid.failure);
  const result = resultOf(site, branch, oid.value, holds);
  if (writers.size === 0) return { result, failure: null };
  const inspected = await inspectProduct(run, site, oid.value, writers);
  if (inspected.ok) return { result, failure: null };
  return { result: { ...result, merged: false }, failure: inspected.failure };
}

/** All gates once on the whole, remembered by tree, gates and toolchain. */
async function inspectProduct(
  run: Run,
  site: Site,
  oid: Oid,
  writers: Composition["writers"],
): Promise<Result<void>> {
  const { gates, id } = site.project;
  if (gates.length === 0) return success(undefined);
  const tree = await site.repository.tree(oid);
  if (!tree.ok) return tree;
  const judged = await withoutSources(site, oid, tree.value);
  if (!judged.ok) return judged;
  const key = productKey(judged.value, gates, site.toolchain);
  if (run.marks.has("product", key)) return success(undefined);
  const inspected = await inspectTree(run, site, { tree: tree.value, gates, subject: `${id}/`, changed: [] });
  if (!inspected.ok) return inspected;
  const { results } = inspected.value;
  if (results.some((result) => !result.passed)) {
    return failed({ reason: "product-failed", project: id, results, tasks: suspects(run, writers) });
  }
  await run.marks.set("product", key);
  return success(undefined);
}

/** Where specs lie beside the code, a commit of specs and locks makes no other product. */
async function withoutSources(site: Site, oid: Oid, tree: Tree): Promise<Result<Oid>> {
  const { sources } = site.repository;
  if (sources.length === 0) return success(oid);
  const isSource = (path: string) => sources.some((name) => path === name || path.startsWith(`${name}/`));
  return site.repository.writeTree(new Map([...tree].filter(([path]) => !isSource(path))));
}

async function publish(run: Run, site: Site, product: Oid | null, tree: Oid): Promise<Settlement> {
  const { branch } = site.heads;
  const merge = { tip: branch, product, tree };
  const commit = await site.repository.commitMerge(merge, committing(run, site, seconds(run.startedAt)));
  if (!commit.ok) return unmoved(site, commit.failure);
  const published = await site.repository.publish({ from: branch, to: commit.value }, product, run.holds);
  if (!published.ok) {
    const { reason } = published.failure;
    const waits = reason === "dirty-worktree" || reason === "branch-elsewhere";
    return waits ? keepProduct(site, product, published.failure) : unmoved(site, published.failure);
  }
  run.book.settleEdits(site.project.id);
  return { result: resultOf(site, commit.value, tree, true), failure: null };
}

/** The product goes to a branch of its own, from which people merge it where their repository is hosted. */
async function offer(run: Run, site: Site, product: Oid | null, tree: Oid): Promise<Settlement> {
  const { branch } = site.project;
  const head = `factory/${branch}`;
  const date = product === null ? success(seconds(run.startedAt)) : await site.repository.dateOf(product);
  if (!date.ok) return unmoved(site, date.failure);
  const whole = product === null ? success(null) : await site.repository.treeOf(product);
  if (!whole.ok) return unmoved(site, whole.failure);
  const commit =
    whole.value === tree
      ? success(product)
      : await offeredMerge(run, site, { product, tree, date: date.value });
  if (!commit.ok) return unmoved(site, commit.failure);
  if (commit.value === null) return unmoved(site, { reason: "branch-moved", branch });
  const offered = await offerBranch(site.repository, head, commit.value);
  if (!offered.ok) return keepProduct(site, product, offered.failure);
  const offline = run.options.modelCalls === "offline";
  const push = { project: site.repository.located, head, branch, signal: run.signal };
  const pushed = offline ? success(null) : await pushBranch(push);
  if (!pushed.ok) return keepProduct(site, product, pushed.failure);
  const { id: project } = site.project;
  return keepProduct(site, product, { reason: "merge-offered", project, branch, head, remote: pushed.value });
}

/** The merge that was offered before, where it is the same: one that is signed again has another id. */
async function offeredMerge(
  run: Run,
  site: Site,
  { product, tree, date }: { readonly product: Oid | null; readonly tree: Oid; readonly date: number },
): Promise<Result<Oid | null>> {
  const merge = { tip: site.heads.branch, product, tree };
  const now = await offeredHead(site.repository, `factory/${site.project.branch}`);
  if (!now.ok) return now;
  const how = committing(run, site, date);
  return site.repository.commitMerge({ ...merge, before: now.value }, how);
}

/** The product is kept by our ref, where a person can look at it; their own branch stays as it was. */
async function keepProduct(site: Site, product: Oid | null, failure: Failure): Promise<Settlement> {
  const { branch } = site.heads;
  if (product !== null && product !== site.waiting?.commit) {
    const published = await site.repository.publish({ from: branch, to: branch }, product);
    if (!published.ok) return unmoved(site, published.failure);
  }
  return unmoved(site, failure);
}

/** Where not even the tree can be told, the failure beside it says that this project is not settled. */
async function unmoved(site: Site, failure: Failure): Promise<Settlement> {
  const { branch } = site.heads;
  const tree = branch === null ? null : await site.repository.treeOf(branch);
  return { result: resultOf(site, branch, tree?.ok ? tree.value : null, false), failure };
}

/** git counts in seconds. */
function seconds(ms: number): number {
  return Math.floor(ms / 1000);
}

function resultOf(site: Site, commit: Oid | null, tree: Oid | null, merged: boolean): ProjectResult {
  const moved = commit !== site.heads.branch;
  return { id: site.project.id, branch: site.project.branch, commit, tree, merged, moved };
}

function ownerOf(run: Run, writers: Composition["writers"], path: string): TaskId | null {
  const node = writers.get(path)?.at(-1);
  return node === undefined ? null : (run.graph.tasks[node]?.id ?? null);
}

/** The tasks whose selected result is another than before this build. */
function suspects(run: Run, writers: Composition["writers"]): TaskId[] {
  const nodes = new Set([...writers.values()].flat());
  return [...nodes]
    .sort((a, b) => a - b)
    .map((node) => run.graph.tasks[node]?.id as TaskId)
    .filter((id) => run.book.entry(id) !== run.book.before(id));
}
