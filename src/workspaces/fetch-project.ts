// How does a project that lives elsewhere get here? As a repository that is begun in an empty folder, told where it comes
// from, and filled by one fetch. It is the only time that the factory speaks to another machine's git: what is pulled
// and pushed later is a person's business.

import { failed, type Result, success } from "../model/result.ts";
import { FIRST_BRANCH } from "./branch.ts";
import type { Git } from "./git.ts";

/** Where a project comes from. */
export interface Remote {
  readonly url: string;
  readonly signal: AbortSignal;
}

/**
 * Fails with `git` where the repository cannot be had, and with `branch-missing` where it has branches and not this one;
 * without a name it is the one that the remote calls its default.
 * Of an empty repository the branch stays unborn.
 */
export async function fetchProject(
  git: Git,
  named: string | null,
  { url, signal }: Remote,
): Promise<Result<null>> {
  const begun = await inTurn(git, [
    ["config", "remote.origin.url", url],
    ["config", "remote.origin.fetch", "+refs/heads/*:refs/remotes/origin/*"],
  ]);
  if (!begun.ok) return begun;
  const fetched = await git.transfer(
    ["fetch", "-q", "--no-recurse-submodules", "--end-of-options", "origin"],
    signal,
  );
  if (!fetched.ok) return fetched;
  const standard = named === null ? await defaultOf(git, signal) : success(null);
  if (!standard.ok) return standard;
  const branch = named ?? standard.value ?? FIRST_BRANCH;
  const refs = await git.line(
    "for-each-ref",
    "--format=%(refname:lstrip=3) %(objectname)",
    "refs/remotes/origin/",
  );
  if (!refs.ok) return refs;
  const tips = new Map(
    refs.value.split("\n").flatMap((line): [string, string][] => {
      const [name = "", oid = ""] = line.split(" ");
      return name === "" || name === "HEAD" ? [] : [[name, oid]];
    }),
  );
  const tip = tips.get(branch);
  if (tip === undefined && tips.size > 0) {
    return failed({ reason: "branch-missing", branch, branches: [...tips.keys()] });
  }
  const follows = [
    ["symbolic-ref", "HEAD", `refs/heads/${branch}`],

    ["config", `branch.${branch}.remote`, "origin"],
    ["config", `branch.${branch}.merge`, `refs/heads/${branch}`],
  ];
  if (tip === undefined) return inTurn(git, follows);
  return inTurn(git, [
    ...follows,
    ["update-ref", `refs/heads/${branch}`, tip],
    ["read-tree", tip],
    ["checkout-index", "-a", "-u", "-q"],
  ]);
}

/** What the remote calls its default branch; null where it says none, as an empty repository does. */
async function defaultOf(git: Git, signal: AbortSignal): Promise<Result<string | null>> {
  const asked = await git.transfer(["remote", "set-head", "origin", "--auto"], signal);
  // git's answer where the remote names none; that it cannot be asked is another one.
  const namesNone = !asked.ok && asked.failure.reason === "git" && asked.failure.code === 1;
  if (!asked.ok && !namesNone) return asked;
  const told = await git.ask(["symbolic-ref", "-q", "refs/remotes/origin/HEAD"], "", [0, 1]);
  if (!told.ok) return told;
  const ref = told.value.stdout.toString("utf8").trim();
  return success(ref === "" ? null : ref.replace(/^refs\/remotes\/origin\//, ""));
}

async function inTurn(git: Git, commands: readonly (readonly string[])[]): Promise<Result<null>> {
  for (const args of commands) {
    const done = await git.feed(args);
    if (!done.ok) return done;
  }
  return success(null);
}
