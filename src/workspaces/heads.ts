// Where do the two branches of a project stand, and who has them checked out? Read from the project itself at
// every question: people move their branches when they like.

import { readFile, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { failed, type Result, success } from "../model/result.ts";
import type { Oid } from "../model/tree.ts";
import { namesIn, onDisk, unlessMissing } from "./disk.ts";
import type { Git } from "./git.ts";
import { gitAt, type Located } from "./locate.ts";

export const FACTORY_BRANCH = "factory";

export interface Heads {
  /** Null where the branch is unborn. */
  readonly branch: Oid | null;
  /** Null where the project has no branch `factory`. */
  readonly factory: Oid | null;
  /** What the project's own folder shows. */
  readonly checkedOut: "branch" | "other" | "detached" | "bare";
  /** A worktree in which the branch is being rebased, or another one than the project's in which it is checked out. */
  readonly elsewhere: string | null;
  /** The worktree, the project's own folder included, that has `factory` checked out. */
  readonly factoryElsewhere: string | null;
}

/** `branch-missing` where the project has branches but not this one, and does not stand on it unborn either. */
export async function readHeads(located: Located, branch: string): Promise<Result<Heads>> {
  const git = gitAt(located);
  const [refs, standing] = await Promise.all([
    git.feed(["for-each-ref", "--format=%(refname) %(objectname)", "refs/heads/"]),
    readStandings(located, git),
  ]);
  if (!refs.ok) return refs;
  if (!standing.ok) return standing;
  const tips = new Map<string, Oid>();
  for (const line of refs.value.toString("utf8").split("\n")) {
    const [ref = "", oid = ""] = line.split(" ");
    if (ref !== "") tips.set(ref.slice("refs/heads/".length), oid as Oid);
  }
  const own = standing.value.find(({ own }) => own)?.branches[0] ?? null;
  const others = [...tips.keys()].filter((name) => name !== FACTORY_BRANCH);
  if (!tips.has(branch) && others.length > 0 && own !== branch) {
    return failed({ reason: "branch-missing", branch, branches: others });
  }
  const holds = (name: string) => standing.value.find(({ branches }) => branches.includes(name));
  return success({
    branch: tips.get(branch) ?? null,
    factory: tips.get(FACTORY_BRANCH) ?? null,
    checkedOut:
      located.workTree === null ? "bare" : own === null ? "detached" : own === branch ? "branch" : "other",
    elsewhere: standing.value.find((one) => isHeldIn(one, branch))?.path ?? null,
    factoryElsewhere: holds(FACTORY_BRANCH)?.path ?? null,
  });
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
