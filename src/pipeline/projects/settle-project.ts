// How does a project's product reach its branch? Compose, commit to `factory`, merge, inspect the whole, publish. The
// branch moves only when all of that went well, in one compare-and-swap.

import { productKey } from "../../engine/verification.ts";
import type { TaskId } from "../../model/address.ts";
import type { ProjectResult } from "../../model/build.ts";
import type { Failure } from "../../model/failure.ts";
import { failed, type Result, success } from "../../model/result.ts";
import type { Oid } from "../../model/tree.ts";
import type { Run } from "../run.ts";
import { inspectTree } from "../tasks/inspect-tree.ts";
import { type Composition, productOf } from "./compose.ts";
import { productSteps } from "./product-steps.ts";
import type { Site } from "./site.ts";

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
  const product = await commitProduct(run, site);
  if (!product.ok) return unmoved(site, product.failure);
  const { factory, writers } = product.value;
  if (factory === null) return inspectBranch(run, site, writers);

  const merge = await site.repository.merge({
    tip: site.heads.branch,
    factory,
    yielding: yielding(run, site),
  });
  if (!merge.ok) return unmoved(site, merge.failure);
  if (merge.value.conflicts.length > 0) {
    const paths = merge.value.conflicts.map((path) => ({ path, task: ownerOf(run, writers, path) }));
    return keepProduct(site, factory, { reason: "merge-conflict", paths });
  }
  const now = site.heads.branch === null ? null : await site.repository.treeOf(site.heads.branch);
  if (now !== null && !now.ok) return unmoved(site, now.failure);
  const { tree } = merge.value;
  if (tree === null || tree === now?.value) return inspectBranch(run, site, writers);
  // What was approved is what lay on the branch `factory`, and nothing that was made since.
  const approved = run.options.mergeApproved === site.project.id && factory === site.heads.factory;
  if (run.sources.workspace.checkpoints.merge === "ask" && !approved) {
    return keepProduct(site, factory, { reason: "merge-waits", branch: site.project.branch });
  }
  const inspected = await inspectProduct(run, site, tree, writers);
  if (!inspected.ok) return unmoved(site, inspected.failure);
  return publish(run, site, factory, tree);
}

interface Committed {
  /** Tip of the branch `factory` with today's product; null where the project has never had one and needs none. */
  readonly factory: Oid | null;
  readonly writers: Composition["writers"];
}

/** One commit per changed task, in graph order. Nothing is committed where neither a task nor what waits changed. */
async function commitProduct(run: Run, site: Site): Promise<Result<Committed>> {
  const composed = await productOf(run, site);
  if (!composed.ok) return composed;
  const { tree, writers } = composed.value;
  const previous = site.heads.factory;
  const last = await site.repository.layers(previous);
  if (!last.ok) return last;
  const flushed = await site.flush();
  if (!flushed.ok) return flushed;
  const steps = await productSteps(run, site, last.value, composed.value);
  if (!steps.ok) return steps;
  if (steps.value.length === 0 && !site.hasWaitingProduct) return success({ factory: previous, writers });
  const committed = await site.repository.commitProduct({
    previous,
    human: site.human,
    humanOf: site.heads.branch,
    tree,
    steps: steps.value,
    date: seconds(run.startedAt),
  });
  return committed.ok ? success({ factory: committed.value, writers }) : committed;
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
  const key = productKey(oid, gates, site.toolchain);
  if (gates.length === 0 || run.marks.has("product", key)) return success(undefined);
  const tree = await site.repository.tree(oid);
  if (!tree.ok) return tree;
  const inspected = await inspectTree(run, site, { tree: tree.value, gates, subject: `${id}/`, changed: [] });
  if (!inspected.ok) return inspected;
  const { results } = inspected.value;
  if (results.some((result) => !result.passed)) {
    return failed({ reason: "product-failed", project: id, results, tasks: suspects(run, writers) });
  }
  await run.marks.set("product", key);
  return success(undefined);
}

async function publish(run: Run, site: Site, factory: Oid, tree: Oid): Promise<Settlement> {
  const { branch } = site.heads;
  const message = "Merge the product of the specs\n";
  const date = seconds(run.startedAt);
  const commit = await site.repository.commitMerge({ tip: branch, factory, tree, message, date });
  if (!commit.ok) return unmoved(site, commit.failure);
  const published = await site.repository.publish({
    branch: { from: branch, to: commit.value },
    factory: { from: site.heads.factory, to: factory },
  });
  if (!published.ok) {
    const { reason } = published.failure;
    const waits = reason === "dirty-worktree" || reason === "branch-elsewhere";
    return waits ? keepProduct(site, factory, published.failure) : unmoved(site, published.failure);
  }
  site.forgetEdits(yielding(run, site));
  run.book.settleEdits(site.project.id);
  return { result: resultOf(site, commit.value, tree, true), failure: null };
}

/** The product is kept on the branch `factory`, where a person can look at it; their own branch stays as it was. */
async function keepProduct(site: Site, factory: Oid, failure: Failure): Promise<Settlement> {
  const { branch } = site.heads;
  if (factory !== site.heads.factory) {
    const published = await site.repository.publish({
      branch: { from: branch, to: branch },
      factory: { from: site.heads.factory, to: factory },
    });
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

function yielding(run: Run, site: Site): ReadonlySet<string> {
  const paths = new Set<string>();
  for (const task of run.graph.tasks) {
    if (task.project !== site.project.id) continue;
    for (const path of run.book.entry(task.id)?.yielding ?? []) paths.add(path);
  }
  return paths;
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
