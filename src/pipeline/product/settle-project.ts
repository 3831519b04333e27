// How does a project's product reach its branch? Compose, commit, merge, inspect the whole, publish. The branch moves only
// when all of that went well, in one compare-and-swap.

import { productKey } from "../../engine/verification.ts";
import type { TaskId } from "../../model/address.ts";
import type { ProjectResult } from "../../model/build-result.ts";
import type { Diagnostic } from "../../model/diagnostic.ts";
import type { Failure } from "../../model/failure.ts";
import type { Gate } from "../../model/project.ts";
import { failed, type Result, success } from "../../model/result.ts";
import { type Oid, sameEntry, type Tree } from "../../model/tree.ts";
import { productRef } from "../../workspaces/heads.ts";
import { lostEdits } from "../../workspaces/human-layer.ts";
import type { ProductPlan } from "../../workspaces/product.ts";
import { inputsAmong } from "../gating/looked-at.ts";
import type { ProjectState } from "../projects/project-state.ts";
import type { Run } from "../run/run.ts";
import { committing } from "./committing.ts";
import { type Composition, productOf } from "./compose.ts";
import { inspectTree } from "./inspect-tree.ts";
import { mergeOfProduct, yieldingPaths } from "./merge-of-product.ts";
import { offerProduct } from "./offer-product.ts";
import { productSteps } from "./product-steps.ts";

/** What the branch came to; with the failure that kept the product from it, if any. */
export interface Settlement {
  readonly result: ProjectResult;
  readonly failure: Failure | null;
}

export async function settleProject(run: Run, state: ProjectState): Promise<Settlement> {
  const { result, failure } = await settle(run, state);
  return { result: { ...result, product: extent(run, state) }, failure };
}

/** Of how many tasks there is a result that can be in the product. */
function extent(run: Run, state: ProjectState): { readonly built: number; readonly tasks: number } {
  const own = run.graph.tasks.filter(({ project }) => project === state.project.id);
  return { built: own.filter(({ id }) => run.selected.entry(id) !== null).length, tasks: own.length };
}

async function settle(run: Run, state: ProjectState): Promise<Settlement> {
  const composed = await productOf(run, state);
  if (!composed.ok) return unmoved(state, composed.failure);
  const { writers } = composed.value;
  const merge = await mergeOfProduct(run, state, composed.value);
  if (!merge.ok) return unmoved(state, merge.failure);
  const planned = await planProduct(run, state, composed.value, merge.value.tree);
  if (!planned.ok) return unmoved(state, planned.failure);
  const plan = planned.value;
  if (merge.value.tree === null) {
    const lost = lostEdits(state.edited);
    const paths = merge.value.conflicts.map((path) => {
      return { path, task: ownerOf(run, writers, path), lost: lost.has(path) };
    });
    return commitAnd(run, state, plan, (product) => {
      return keepProduct(state, product, { reason: "merge-conflict", paths });
    });
  }
  const tree = await state.repository.writeTree(merge.value.tree);
  if (!tree.ok) return unmoved(state, tree.failure);
  const now = state.heads.branch === null ? null : await state.repository.treeOf(state.heads.branch);
  if (now !== null && !now.ok) return unmoved(state, now.failure);
  const isNew = state.heads.branch === null ? plan !== null : tree.value !== now?.value;
  if (!isNew) return settleUnchanged(run, state, writers);
  // What was approved is what lay on our ref, and nothing that was made since.
  const approved = run.options.mergeApproved === state.project.id && (plan?.same ?? null) === state.waiting;
  const wish = approved ? "auto" : state.project.merge;
  if (wish === "ask") {
    const { branch } = state.project;
    return commitAnd(run, state, plan, (product) => {
      return keepProduct(state, product, { reason: "merge-waits", branch, ref: productRef(branch) });
    });
  }
  const inspected = await inspectProduct(run, state, tree.value, writers);
  if (!inspected.ok) return unmoved(state, inspected.failure);
  if (wish === "pull-request" && state.heads.branch !== null) {
    return commitAnd(run, state, plan, async (product) => {
      const offered = await offerProduct(run, state, { product, tree: tree.value });
      return offered.ok ? keepProduct(state, product, offered.value) : unmoved(state, offered.failure);
    });
  }
  // Asked before the product is published: a person's word for it is used up then.
  const settled = settledEdits(run, state, { product: composed.value.tree, merged: merge.value.tree });
  const published = await commitAnd(run, state, plan, (product) => publish(run, state, product, tree.value));
  if (published.result.merged) state.forgetEdits(settled);
  return published;
}

/**
 * Where the branch holds the very product now: by a person's word, or since both came to the same. An edit whose base nobody
 * has stands in for the product, and so stays an edit.
 */
function settledEdits(
  run: Run,
  state: ProjectState,
  { product, merged }: { readonly product: Tree; readonly merged: Tree },
): readonly string[] {
  const given = yieldingPaths(run, state);
  const standIns = lostEdits(state.edited);
  return [...state.edited.keys()].filter(
    (path) => (given.has(path) || !standIns.has(path)) && sameEntry(product.get(path), merged.get(path)),
  );
}

/** What is to be seen is committed, and signed, last of all: not at every build that comes to nothing. */
async function commitAnd(
  run: Run,
  state: ProjectState,
  plan: ProductPlan | null,
  then: (product: Oid | null) => Promise<Settlement>,
): Promise<Settlement> {
  if (plan === null) return then(null);
  const product = await state.repository.commitProduct(plan, committing(run, state));
  return product.ok ? then(product.value) : unmoved(state, product.failure);
}

/**
 * One commit per changed task, in graph order, up to the newest. Null where the branch holds all of the product: nothing is
 * committed where nothing changed, also of what waits.
 */
async function planProduct(
  run: Run,
  state: ProjectState,
  composition: Composition,
  merged: Tree | null,
): Promise<Result<ProductPlan | null>> {
  const planned = await productSteps(run, state, composition);
  if (!planned.ok) return planned;
  const { branch } = state.heads;
  const given = yieldingPaths(run, state);
  const edited = [...state.edited].filter(([path]) => !given.has(path));
  return state.repository.planProduct({
    ...planned.value,
    tip: branch === null ? null : { commit: branch, tree: state.branch },
    edited: new Map(edited.map(([path, { generated }]) => [path, generated])),
    ...{ layers: state.layers, merged, waiting: state.waiting },
  });
}

/** The branch holds the product. Where another one waited, nobody wants that any more. */
async function settleUnchanged(
  run: Run,
  state: ProjectState,
  writers: Composition["writers"],
): Promise<Settlement> {
  const { branch } = state.heads;
  if (state.waiting !== null && branch !== null) {
    const forgotten = await state.repository.publish({ from: branch, to: branch }, null);
    if (!forgotten.ok) return unmoved(state, forgotten.failure);
  }
  return inspectBranch(run, state, writers);
}

/** The branch already holds the product: a person's commit since then costs one inspection of the whole. */
async function inspectBranch(
  run: Run,
  state: ProjectState,
  writers: Composition["writers"],
): Promise<Settlement> {
  const { branch } = state.heads;
  const { built, tasks } = extent(run, state);
  const holds = tasks === 0 || built > 0;
  if (branch === null) return { result: resultOf(state, null, null, holds), failure: null };
  const oid = await state.repository.treeOf(branch);
  if (!oid.ok) return unmoved(state, oid.failure);
  const result = resultOf(state, branch, oid.value, holds);
  if (writers.size === 0) return { result, failure: null };
  const inspected = await inspectProduct(run, state, oid.value, writers);
  if (inspected.ok) return { result, failure: null };
  return { result: { ...result, merged: false }, failure: inspected.failure };
}

/** All gates once on the whole, remembered by tree, gates and toolchain. */
async function inspectProduct(
  run: Run,
  state: ProjectState,
  oid: Oid,
  writers: Composition["writers"],
): Promise<Result<void>> {
  const { gates, id } = state.project;
  if (gates.length === 0) return success(undefined);
  const tree = await state.repository.tree(oid);
  if (!tree.ok) return tree;
  const judged = await withoutSources(state, oid, tree.value);
  if (!judged.ok) return judged;
  const key = productKey(judged.value, gates, state.toolchain);
  if (run.passedChecks.has("product", key)) return success(undefined);
  for (const gate of gates) {
    const seesNothing = gate.inputs !== null && inputsAmong(gate.inputs, tree.value).length === 0;
    if (seesNothing) run.emit({ type: "diagnostic", diagnostic: blindGate(state, gate) });
  }
  const inspected = await inspectTree(run, state, {
    tree: tree.value,
    gates,
    tests: [],
    subject: `${id}/`,
    changed: [],
  });
  if (!inspected.ok) return inspected;
  const { results } = inspected.value;
  if (results.some((result) => !result.passed)) {
    return failed({ reason: "product-failed", project: id, results, tasks: suspects(run, writers) });
  }
  await run.passedChecks.set("product", key);
  return success(undefined);
}

function blindGate({ project }: ProjectState, { id, inputs, place }: Gate): Diagnostic {
  return {
    severity: "warning",
    code: "gate-sees-nothing",
    message: `The inputs of gate ${id}, ${(inputs ?? []).join(", ")}, are no file of ${project.id}: no change makes it run again.`,
    target: `${project.id}/`,
    ...place,
    fix: "Patterns are paths from the root of the project, such as src/**.",
  };
}

/** Where specs lie beside the code, a commit of specs and locks makes no other product. */
async function withoutSources(state: ProjectState, oid: Oid, tree: Tree): Promise<Result<Oid>> {
  const { sources } = state.repository;
  if (sources.length === 0) return success(oid);
  const isSource = (path: string) => sources.some((name) => path === name || path.startsWith(`${name}/`));
  return state.repository.writeTree(new Map([...tree].filter(([path]) => !isSource(path))));
}

async function publish(run: Run, state: ProjectState, product: Oid | null, tree: Oid): Promise<Settlement> {
  const { branch } = state.heads;
  const merge = { tip: branch, product, tree };
  const commit = await state.repository.commitMerge(merge, committing(run, state));
  if (!commit.ok) return unmoved(state, commit.failure);
  const published = await state.repository.publish({ from: branch, to: commit.value }, product, run.holds);
  if (!published.ok) {
    const { reason } = published.failure;
    const waits = reason === "dirty-worktree" || reason === "branch-elsewhere";
    return waits ? keepProduct(state, product, published.failure) : unmoved(state, published.failure);
  }
  run.selected.settleEdits(state.project.id);
  return { result: resultOf(state, commit.value, tree, true), failure: null };
}

/** The product is kept by our ref, where a person can look at it; their own branch stays as it was. */
async function keepProduct(state: ProjectState, product: Oid | null, failure: Failure): Promise<Settlement> {
  const { branch } = state.heads;
  if (product !== null && product !== state.waiting?.commit) {
    const published = await state.repository.publish({ from: branch, to: branch }, product);
    if (!published.ok) return unmoved(state, published.failure);
  }
  return unmoved(state, failure);
}

/** Where not even the tree can be told, the failure beside it says that this project is not settled. */
async function unmoved(state: ProjectState, failure: Failure): Promise<Settlement> {
  const { branch } = state.heads;
  const tree = branch === null ? null : await state.repository.treeOf(branch);
  return { result: resultOf(state, branch, tree?.ok ? tree.value : null, false), failure };
}

function resultOf(state: ProjectState, commit: Oid | null, tree: Oid | null, merged: boolean): ProjectResult {
  const moved = commit !== state.heads.branch;
  return { id: state.project.id, branch: state.project.branch, commit, tree, merged, moved };
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
    .filter((id) => run.selected.entry(id) !== run.selected.before(id));
}
