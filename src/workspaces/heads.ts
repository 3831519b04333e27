// Where do a project's branch and our own refs stand, and who has the branch checked out? Read from the project itself at
// every question: people move their branches when they like.

import { readFile, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { failed, type Result, success } from "../model/result.ts";
import type { Oid } from "../model/tree.ts";
import { DETACHED } from "./branch.ts";
import { namesIn, onDisk, unlessMissing } from "./disk.ts";
import type { Git } from "./git.ts";
import { gitAt, type Located } from "./locate.ts";

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

/** `branch-missing` where the project has branches but not this one, and does not stand on it unborn either. */
export async function readHeads(located: Located, branch: string): Promise<Result<Heads>> {
  const git = gitAt(located);
  const [refs, standing] = await Promise.all([
    git.feed(["for-each-ref", "--format=%(refname) %(objectname)", "refs/heads/", ...PRODUCT_REFS]),
    readStandings(located, git),
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
  const own = standing.value.find(({ own }) => own)?.branches[0] ?? null;
  const others = [...tips.keys()].filter((name) => !isProductRef(`refs/heads/${name}`));
  const mayBeBorn = branch === DETACHED || isProductRef(`refs/heads/${branch}`) || own === branch;
  if (!mayBeBorn && !tips.has(branch) && others.length > 0) {
    return failed({ reason: "branch-missing", branch, branches: others });
  }
  const tip = branch === DETACHED ? await headCommit(git) : success(tips.get(branch) ?? null);
  if (!tip.ok) return tip;
  const holds = (name: string) => standing.value.find(({ branches }) => branches.includes(name));
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

/** What is checked out where no branch is. */
async function headCommit(git: Git): Promise<Result<Oid | null>> {
  const answer = await git.ask(["rev-parse", "-q", "--verify", "HEAD^{commit}"], "", [0, 1]);
  if (!answer.ok) return answer;
  const oid = answer.value.stdout.toString("latin1").trim();
  return success(oid === "" ? null : (oid as Oid));
}

const PRODUCT_REFS = ["refs/factory/", "refs/remotes/*/factory"];

/** Our own refs, branches of pull requests here and as others pushed them, and the branch of the first version. */
export function isProductRef(ref: string): boolean {
  return /^refs\/(heads\/|remotes\/[^/]+\/)?factory(\/|$)/.test(ref);
}

/** Whether the main repository of a linked worktree, or a folder that is no worktree, has no files of its own. */
async function isBare({ gitDir, commonDir, workTree }: Located, git: Git): Promise<Result<boolean>> {
  if (workTree !== null && gitDir === commonDir) return success(false);
  const answer = await git.ask(["config", "--type=bool", "--get", "core.bare"], "", [0, 1]);
  return answer.ok ? success(answer.value.stdout.toString("latin1").trim() === "true") : answer;
}

async function readStandings(located: Located, git: Git): Promise<Result<readonly Standing[]>> {
  const bare = await isBare(located, git);
  if (!bare.ok) return bare;
  return onDisk(located.commonDir, "read the worktrees", () => readWorktrees(located, bare.value));
}

interface Standing {
  readonly path: string;
  readonly own: boolean;
  /** The branch of HEAD first, then one that is being rebased, as neither may move underneath. */
  readonly branches: readonly (string | null)[];
}

/** At the end of a rebase git wants the branch to be where it was, so it may not move in the project's own folder either. */
function isHeldIn({ own, branches }: Standing, branch: string): boolean {
  return (own ? branches.slice(1) : branches).includes(branch);
}

// By hand, because one half-made worktree makes `git worktree list` fail in the whole repository.
async function readWorktrees(located: Located, bare: boolean): Promise<readonly Standing[]> {
  const found: Standing[] = [];
  const { gitDir, commonDir, workTree } = located;
  // HEAD of a bare repository is nobody's folder.
  if (workTree !== null && gitDir === commonDir) found.push(await standingOf(located, commonDir, workTree));
  else if (basename(commonDir) === ".git" && !bare) {
    found.push(await standingOf(located, commonDir, dirname(commonDir)));
  }
  const folder = join(located.commonDir, "worktrees");
  for (const name of await namesIn(folder)) {
    const linked = join(folder, name);
    const link = (await unlessMissing(readFile(join(linked, "gitdir"), "utf8")))?.trim() ?? "";
    if (link === "") continue;
    // One that is locked may lie on a drive that is not there now: its owner says that it is no leftover.
    const marks = [link, join(linked, "locked")].map((path) => unlessMissing(stat(path)));
    const isHeld = (await Promise.all(marks)).some((mark) => mark !== null);
    if (isHeld) found.push(await standingOf(located, linked, dirname(link)));
  }
  return found;
}

async function standingOf(located: Located, gitDir: string, path: string): Promise<Standing> {
  const branches = await Promise.all([
    branchIn(join(gitDir, "HEAD"), "ref: "),
    ...["rebase-merge", "rebase-apply"].map((rebase) => branchIn(join(gitDir, rebase, "head-name"), "")),
  ]);
  return { path, own: gitDir === located.gitDir, branches };
}

async function branchIn(file: string, prefix: string): Promise<string | null> {
  const text = (await unlessMissing(readFile(file, "utf8")))?.trim() ?? "";
  const start = `${prefix}refs/heads/`;
  return text.startsWith(start) ? text.slice(start.length) : null;
}
