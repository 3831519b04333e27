// How does a repository's product reach its branch? Compose, commit, merge, inspect the whole, publish. The branch moves only
// when all of that went well, in one compare-and-swap, for all projects that lie in the repository.

import { tasksOf } from "../../engine/graph.ts";
import { productKey } from "../../engine/verification.ts";
import type { TaskId } from "../../model/address.ts";
import type { ProjectResult } from "../../model/build-result.ts";
import type { Diagnostic } from "../../model/diagnostic.ts";
import type { Failure } from "../../model/failure.ts";
import type { Gate, Project } from "../../model/project.ts";
import { failed, type Result, success } from "../../model/result.ts";
import { type Oid, sameEntry, type Tree } from "../../model/tree.ts";
import { tellStep, timed } from "../../platform/step-times.ts";
import { productRef } from "../../workspaces/heads.ts";
import { lostEdits } from "../../workspaces/human-layer.ts";
import type { ProductPlan } from "../../workspaces/product.ts";
import { inputsAmong } from "../gating/looked-at.ts";
import { isFailure } from "../projects/project-state.ts";
import type { RepositoryState } from "../projects/repository-state.ts";
import type { Run } from "../run/run.ts";
import { committing } from "./committing.ts";
import { type Composition, productOf } from "./compose.ts";
import { inspectTree } from "./inspect-tree.ts";
import { mergeOfProduct, yieldingPaths } from "./merge-of-product.ts";
import { offerProduct } from "./offer-product.ts";
import { productSteps } from "./product-steps.ts";

/** What the branch came to; with the failure that kept the product from it, if any. */
interface BranchSettlement {
  readonly result: BranchResult;
  readonly failure: Failure | null;
}

type BranchResult = Omit<ProjectResult, "id" | "product">;

/** The same for one project that lies in the repository. */
export interface Settlement {
  readonly result: ProjectResult;
  readonly failure: Failure | null;
}

/**
 * One for each of its projects: what kept the product from the branch kept it from all of them. The one whose gates did
 * comes first.
 */
export async function settleRepository(run: Run, home: RepositoryState): Promise<readonly Settlement[]> {
  const { result, failure } = await settle(run, home);
  const at = failure?.reason === "product-failed" ? failure.project : null;
  const projects = [...home.projects].sort((a, b) => Number(b.id === at) - Number(a.id === at));
  return projects.map(({ id }) => ({ result: { id, ...result, product: extent(run, id) }, failure }));
}

/** Of how many tasks of a project there is a result that can be in the product. */
function extent(run: Run, id: string): { readonly built: number; readonly tasks: number } {
  const own = tasksOf(run.graph, [id]);
  return { built: own.filter((task) => run.selected.entry(task.id) !== null).length, tasks: own.length };
}

async function settle(run: Run, home: RepositoryState): Promise<BranchSettlement> {
  const subject = `${home.id}/`;
  const composed = await timed(run, "compose", subject, () => productOf(run, home));
  if (!composed.ok) return unmoved(home, composed.failure);
  const { writers } = composed.value;
  const merge = await timed(run, "merge", subject, () => mergeOfProduct(run, home, composed.value));
  if (!merge.ok) return unmoved(home, merge.failure);
  const planned = await timed(run, "commit", subject, () =>
    planProduct(run, home, composed.value, merge.value.tree),
  );
  if (!planned.ok) return unmoved(home, planned.failure);
  const plan = planned.value;
  if (merge.value.tree === null) {
    const lost = lostEdits(home.edited);
    const paths = merge.value.conflicts.map((path) => {
      return { path, task: ownerOf(run, writers, path), lost: lost.has(path) };
    });
    return commitAnd(run, home, plan, (product) => {
      return keepProduct(home, product, { reason: "merge-conflict", paths });
    });
  }
  const tree = await home.repository.writeTree(merge.value.tree);
  if (!tree.ok) return unmoved(home, tree.failure);
  const now = home.heads.branch === null ? null : await home.repository.treeOf(home.heads.branch);
  if (now !== null && !now.ok) return unmoved(home, now.failure);
  const isNew = home.heads.branch === null ? plan !== null : tree.value !== now?.value;
  if (!isNew) return settleUnchanged(run, home, writers);
  // What was approved is what lay on our ref, and nothing that was made since.
  const isMeant = run.options.mergeApproved !== undefined && home.holds(run.options.mergeApproved);
  const approved = isMeant && (plan?.same ?? null) === home.waiting;
  const wish = approved ? "auto" : home.projects[0].merge;
  if (wish === "ask") {
    const branch = home.branchName;
    return commitAnd(run, home, plan, (product) => {
      return keepProduct(home, product, { reason: "merge-waits", branch, ref: productRef(branch) });
    });
  }
  const inspected = await inspectProduct(run, home, tree.value, writers);
  if (!inspected.ok) return unmoved(home, inspected.failure);
  if (wish === "pull-request" && home.heads.branch !== null) {
    return commitAnd(run, home, plan, async (product) => {
      const offered = await offerProduct(run, home, { product, tree: tree.value });
      return offered.ok ? keepProduct(home, product, offered.value) : unmoved(home, offered.failure);
    });
  }
  // Asked before the product is published: a person's word for it is used up then.
  const settled = settledEdits(run, home, { product: composed.value.tree, merged: merge.value.tree });
  const published = await commitAnd(run, home, plan, (product) => publish(run, home, product, tree.value));
  if (published.result.merged) home.forgetEdits(settled);
  return published;
}

/**
 * Where the branch holds the very product now: by a person's word, or since both came to the same. An edit whose base nobody
 * has stands in for the product, and so stays an edit.
 */
function settledEdits(
  run: Run,
  home: RepositoryState,
  { product, merged }: { readonly product: Tree; readonly merged: Tree },
): readonly string[] {
  const given = yieldingPaths(run, home);
  const standIns = lostEdits(home.edited);
  return [...home.edited.keys()].filter(
    (path) => (given.has(path) || !standIns.has(path)) && sameEntry(product.get(path), merged.get(path)),
  );
}

/** What is to be seen is committed, and signed, last of all: not at every build that comes to nothing. */
async function commitAnd(
  run: Run,
  home: RepositoryState,
  plan: ProductPlan | null,
  then: (product: Oid | null) => Promise<BranchSettlement>,
): Promise<BranchSettlement> {
  if (plan === null) return then(null);
  const product = await timed(run, "commit", `${home.id}/`, () =>
    home.repository.commitProduct(plan, committing(run, home)),
  );
  return product.ok ? then(product.value) : unmoved(home, product.failure);
}

/**
 * One commit per changed task, in graph order, up to the newest. Null where the branch holds all of the product: nothing is
 * committed where nothing changed, also of what waits.
 */
async function planProduct(
  run: Run,
  home: RepositoryState,
  composition: Composition,
  merged: Tree | null,
): Promise<Result<ProductPlan | null>> {
  const planned = await productSteps(run, home, composition);
  if (!planned.ok) return planned;
  const { branch } = home.heads;
  const given = yieldingPaths(run, home);
  const edited = [...home.edited].filter(([path]) => !given.has(path));
  return home.repository.planProduct({
    ...planned.value,
    tip: branch === null ? null : { commit: branch, tree: home.branch },
    edited: new Map(edited.map(([path, { generated }]) => [path, generated])),
    ...{ human: home.human, layers: home.layers, merged, waiting: home.waiting },
  });
}

/** The branch holds the product. Where another one waited, nobody wants that any more. */
async function settleUnchanged(
  run: Run,
  home: RepositoryState,
  writers: Composition["writers"],
): Promise<BranchSettlement> {
  const { branch } = home.heads;
  if (home.waiting !== null && branch !== null) {
    const forgotten = await home.repository.publish({ from: branch, to: branch }, null);
    if (!forgotten.ok) return unmoved(home, forgotten.failure);
  }
  return inspectBranch(run, home, writers);
}

/** The branch already holds the product: a person's commit since then costs one inspection of the whole. */
async function inspectBranch(
  run: Run,
  home: RepositoryState,
  writers: Composition["writers"],
): Promise<BranchSettlement> {
  const { branch } = home.heads;
  const extents = home.projects.map(({ id }) => extent(run, id));
  const holds = extents.every(({ tasks }) => tasks === 0) || extents.some(({ built }) => built > 0);
  if (branch === null) return { result: resultOf(home, null, null, holds), failure: null };
  const oid = await home.repository.treeOf(branch);
  if (!oid.ok) return unmoved(home, oid.failure);
  const result = resultOf(home, branch, oid.value, holds);
  if (writers.size === 0) return { result, failure: null };
  const inspected = await inspectProduct(run, home, oid.value, writers);
  if (inspected.ok) return { result, failure: null };
  return { result: { ...result, merged: false }, failure: inspected.failure };
}

/** All gates of all its projects once on the whole. */
async function inspectProduct(
  run: Run,
  home: RepositoryState,
  oid: Oid,
  writers: Composition["writers"],
): Promise<Result<void>> {
  if (home.projects.every(({ gates }) => gates.length === 0)) return success(undefined);
  const tree = await home.repository.tree(oid);
  if (!tree.ok) return tree;
  const judged = await withoutSources(home, oid, tree.value);
  if (!judged.ok) return judged;
  for (const project of home.projects) {
    const inspected = await inspectFor(run, project, { tree: tree.value, judged: judged.value, writers });
    if (!inspected.ok) return inspected;
  }
  return success(undefined);
}

interface Whole {
  readonly tree: Tree;
  /** What it is remembered by. */
  readonly judged: Oid;
  readonly writers: Composition["writers"];
}

/** Remembered by tree, gates and toolchain. */
async function inspectFor(
  run: Run,
  { id, gates }: Pick<Project, "id" | "gates">,
  { tree, judged, writers }: Whole,
): Promise<Result<void>> {
  if (gates.length === 0) return success(undefined);
  const state = await run.projects.open(id);
  if (isFailure(state)) return failed(state);
  const key = productKey(judged, gates, state.toolchain);
  if (run.passedChecks.has("product", key)) return success(undefined);
  // Gates that no task has needed yet: what they say of the product says something only if they passed without it.
  const trusted = extent(run, id).built > 0 ? success(undefined) : await run.gateSelfTest.check(state);
  if (!trusted.ok) return trusted;
  const seen = state.treeSeen(tree);
  for (const gate of gates) {
    const blind = (gate.inputs ?? []).filter((pattern) => inputsAmong([pattern], seen).length === 0);
    if (blind.length > 0) run.emit({ type: "diagnostic", diagnostic: blindGate(id, gate, blind) });
  }
  const inspected = await inspectTree(run, state, {
    tree: seen,
    gates,
    tests: [],
    subject: `${id}/`,
    changed: [],
    isProduct: true,
  });
  if (!inspected.ok) return inspected;
  const { results } = inspected.value;
  if (results.some((result) => !result.passed)) {
    return failed({ reason: "product-failed", project: id, results, tasks: suspects(run, writers) });
  }
  await run.passedChecks.set("product", key);
  return success(undefined);
}

function blindGate(project: string, { id, place }: Gate, patterns: readonly string[]): Diagnostic {
  return {
    severity: "warning",
    code: "gate-sees-nothing",
    message: `Inputs of gate ${id} are no file of ${project}: ${patterns.join(", ")}. It misses what was meant by them.`,
    target: `${project}/`,
    ...place,
    fix: "Patterns are paths from the root of the project; a folder is named with what lies in it, such as src/**.",
  };
}

/** Where specs lie beside the code, a commit of specs and locks makes no other product. */
async function withoutSources(home: RepositoryState, oid: Oid, tree: Tree): Promise<Result<Oid>> {
  const { sources } = home.repository;
  if (sources.length === 0) return success(oid);
  const isSource = (path: string) => sources.some((name) => path === name || path.startsWith(`${name}/`));
  return home.repository.writeTree(new Map([...tree].filter(([path]) => !isSource(path))));
}

async function publish(
  run: Run,
  home: RepositoryState,
  product: Oid | null,
  tree: Oid,
): Promise<BranchSettlement> {
  const { branch } = home.heads;
  const merge = { tip: branch, product, tree };
  const since = run.clock();
  const commit = await home.repository.commitMerge(merge, committing(run, home));
  if (!commit.ok) return unmoved(home, commit.failure);
  const published = await home.repository.publish({ from: branch, to: commit.value }, product, run.holds);
  tellStep(run, "commit", `${home.id}/`, since);
  if (!published.ok) {
    const { reason } = published.failure;
    const waits = reason === "dirty-worktree" || reason === "branch-elsewhere";
    return waits ? keepProduct(home, product, published.failure) : unmoved(home, published.failure);
  }
  run.selected.settleEdits(home.projects[0].repository);
  return { result: resultOf(home, commit.value, tree, true), failure: null };
}

/** The product is kept by our ref, where a person can look at it; their own branch stays as it was. */
async function keepProduct(
  home: RepositoryState,
  product: Oid | null,
  failure: Failure,
): Promise<BranchSettlement> {
  const { branch } = home.heads;
  if (product !== null && product !== home.waiting?.commit) {
    const published = await home.repository.publish({ from: branch, to: branch }, product);
    if (!published.ok) return unmoved(home, published.failure);
  }
  return unmoved(home, failure);
}

/** Where not even the tree can be told, the failure beside it says that this project is not settled. */
async function unmoved(home: RepositoryState, failure: Failure): Promise<BranchSettlement> {
  const { branch } = home.heads;
  const tree = branch === null ? null : await home.repository.treeOf(branch);
  return { result: resultOf(home, branch, tree?.ok ? tree.value : null, false), failure };
}

function resultOf(
  home: RepositoryState,
  commit: Oid | null,
  tree: Oid | null,
  merged: boolean,
): BranchResult {
  const moved = commit !== home.heads.branch;
  return { branch: home.branchName, commit, tree, merged, moved };
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
