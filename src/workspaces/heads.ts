// Where do a project's branch and our own refs stand, and who has the branch checked out? Read from the project itself at
// every question: people move their branches when they like.

import { failed, type Result, success } from "../model/result.ts";
import type { Oid } from "../model/tree.ts";
import { DETACHED } from "./branch.ts";
import { gitAt, type Located } from "./locate.ts";
import { readWorktreeStates, type WorktreeState } from "./worktrees.ts";

/** A branch on which the first version kept its products. Today it may be anybody's. */
export const OLD_BRANCH = "factory";

/** The ref that remembers the products of a branch: no branch, so that nobody pushes, merges or checks it out by chance. */
export function productRef(branch: string): string {
  return `refs/factory/${branch}`;
}

export interface Heads {
  /** Null where the branch is unborn. */
  readonly branch: Oid | null;
  /** The newest product that was made here for the branch, with all that it remembers; null where there is none. */
  readonly product: Oid | null;
  /** A branch `factory`, whoever made it. */
  readonly old: Oid | null;
  /** What else may hold products in its history: those of other branches, and those that others pushed. */
  readonly others: readonly Oid[];
  /** What the project's own folder shows. */
  readonly checkedOut: "branch" | "other" | "detached" | "bare";
  /** A worktree in which the branch is being rebased, or another one than the project's in which it is checked out. */
  readonly elsewhere: string | null;
  /** The worktree, the project's own folder included, that has a branch `factory` checked out. */
  readonly oldElsewhere: string | null;
}

/**
 * `branch-missing` where the project has branches but not this one, and does not stand on it unborn either;
 * `project-unusable` where nobody can tell what is checked out.
 */
export async function readHeads(located: Located, branch: string): Promise<Result<Heads>> {
  const git = gitAt(located);
  const [refs, standing] = await Promise.all([
    git.feed(["for-each-ref", "--format=%(refname) %(objectname)", "refs/heads/", ...PRODUCT_REFS]),
    readWorktreeStates(located),
  ]);
  if (!refs.ok) return refs;
  if (!standing.ok) return standing;
  const tips = new Map<string, Oid>();
  const products = new Map<string, Oid>();
  for (const line of refs.value.toString("utf8").split("\n")) {
    const [ref = "", oid = ""] = line.split(" ");
    if (ref.startsWith("refs/heads/")) tips.set(ref.slice("refs/heads/".length), oid as Oid);
    if (isProductRef(ref)) products.set(ref, oid as Oid);
  }
  const own = standing.value.find(({ own }) => own)?.branch ?? null;
  const others = [...tips.keys()].filter((name) => !isProductRef(`refs/heads/${name}`));
  const mayBeBorn = branch === DETACHED || isProductRef(`refs/heads/${branch}`) || own === branch;
  if (!mayBeBorn && !tips.has(branch) && others.length > 0) {
    return failed({ reason: "branch-missing", branch, branches: others });
  }
  if (own !== null && own !== branch && !tips.has(own) && tips.size > 0) {
    const detail = `its HEAD is on the branch "${own}", which has no commit, so nobody knows what its files are`;
    const remedy = `git switch ${branch}`;
    return failed({ reason: "project-unusable", path: located.workTree ?? located.gitDir, detail, remedy });
  }
  const tip = branch === DETACHED ? await readTip(located, branch) : success(tips.get(branch) ?? null);
  if (!tip.ok) return tip;
  const holds = (name: string) =>
    standing.value.find((one) => one.branch === name || one.rebased.includes(name));
  return success({
    branch: tip.value,
    product: products.get(productRef(branch)) ?? null,
    old: branch === OLD_BRANCH ? null : (tips.get(OLD_BRANCH) ?? null),
    others: [...new Set(products.values())].sort(),
    checkedOut:
      located.workTree === null ? "bare" : own === null ? "detached" : own === branch ? "branch" : "other",
    elsewhere: standing.value.find((one) => isHeldIn(one, branch))?.path ?? null,
    oldElsewhere: holds(OLD_BRANCH)?.path ?? null,
  });
}

/** The commit of a branch, or what is checked out where no branch is; null where the branch is unborn. */
export async function readTip(located: Located, branch: string): Promise<Result<Oid | null>> {
  const name = branch === DETACHED ? "HEAD" : `refs/heads/${branch}`;
  const answer = await gitAt(located).ask(["rev-parse", "-q", "--verify", `${name}^{commit}`], "", [0, 1]);
  if (!answer.ok) return answer;
  const oid = answer.value.stdout.toString("latin1").trim();
  return success(oid === "" ? null : (oid as Oid));
}

const PRODUCT_REFS = ["refs/factory/", "refs/remotes/*/factory"];

/** Our own refs, branches of pull requests here and as others pushed them, and the branch of the first version. */
export function isProductRef(ref: string): boolean {
  return /^refs\/(heads\/|remotes\/[^/]+\/)?factory(\/|$)/.test(ref);
}

/** Whether a branch must stay where it is for it. Its own HEAD is followed, by our own doing; a rebase is nobody's to follow. */
function isHeldIn({ own, branch, rebased }: WorktreeState, name: string): boolean {
  return (!own && branch === name) || rebased.includes(name);
}
