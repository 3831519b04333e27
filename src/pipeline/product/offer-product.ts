// How does a product get to people who merge it where their repository is hosted? On a branch of its own, here and at the
// remote.

import type { Failure } from "../../model/failure.ts";
import { type Result, success } from "../../model/result.ts";
import type { Oid } from "../../model/tree.ts";
import { offerBranch, offeredHead } from "../../workspaces/offer.ts";
import { pushBranch } from "../../workspaces/push.ts";
import type { RepositoryState } from "../projects/repository-state.ts";
import type { Run } from "../run/run.ts";
import { committing } from "./committing.ts";

interface Inspected {
  /** Newest commit of the product; null where the branch has all of it. */
  readonly product: Oid | null;
  /** What the branch comes to with the product. */
  readonly tree: Oid;
}

/** Why the product is not on its own branch: it is offered, or what was in the way of that. Fails where it has no commit. */
export async function offerProduct(
  run: Run,
  home: RepositoryState,
  { product, tree }: Inspected,
): Promise<Result<Failure>> {
  const { id: project, branchName: branch } = home;
  const commit = await commitOf(run, home, { product, tree });
  if (!commit.ok) return commit;
  if (commit.value === null) return success({ reason: "branch-moved", branch });
  const head = `factory/${branch}`;
  const offered = await offerBranch(home.repository, head, commit.value);
  if (!offered.ok) return success(offered.failure);
  const offline = run.options.modelCalls === "offline";
  const pushed = offline ? success(null) : await pushBranch(home.repository, head, run.signal);
  if (!pushed.ok) return success(pushed.failure);
  return success({ reason: "merge-offered", project, branch, head, remote: pushed.value });
}

/** The product as it is, where the branch has nothing beside it; else a merge, dated as the product. */
async function commitOf(
  run: Run,
  home: RepositoryState,
  { product, tree }: Inspected,
): Promise<Result<Oid | null>> {
  const whole = product === null ? success(null) : await home.repository.treeOf(product);
  if (!whole.ok) return whole;
  if (whole.value === tree) return success(product);
  const date = product === null ? success(undefined) : await home.repository.dateOf(product);
  if (!date.ok) return date;
  // The merge that was offered before, where it is the same: one that is signed again has another id.
  const before = await offeredHead(home.repository, `factory/${home.branchName}`);
  if (!before.ok) return before;
  const merge = { tip: home.heads.branch, product, tree, before: before.value };
  return home.repository.commitMerge(merge, committing(run, home, date.value));
}
