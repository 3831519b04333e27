// How does a project that lives elsewhere get here? As a repository that is begun in an empty folder, told where it comes
// from, and filled by one fetch. It is the only time that the factory speaks to another machine's git: what is pulled
// and pushed later is a person's business.

import { failed, type Result, success } from "../model/result.ts";
import type { Git } from "./git.ts";

/** Where a project comes from. */
export interface Remote {
  readonly url: string;
  readonly signal: AbortSignal;
}

/**
 * Fails with `git` where the repository cannot be had, and with `branch-missing` where it has branches and not this one.
 * Of an empty repository the branch stays unborn.
 */
export async function fetchProject(git: Git, branch: string, { url, signal }: Remote): Promise<Result<null>> {
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
  const refs = await git.line(
    "for-each-ref",
    "--format=%(refname:lstrip=3) %(objectname)",
    "refs/remotes/origin/",
  );
  if (!refs.ok) return refs;
  const tips = new Map(
    refs.value.split("\n").flatMap((line): [string, string][] => {
      const [name = "", oid = ""] = line.split(" ");
      return name === "" ? [] : [[name, oid]];
    }),
  );
  const tip = tips.get(branch);
  if (tip === undefined && tips.size > 0) {
    return failed({ reason: "branch-missing", branch, branches: [...tips.keys()] });
  }
  const follows = [
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

async function inTurn(git: Git, commands: readonly (readonly string[])[]): Promise<Result<null>> {
  for (const args of commands) {
    const done = await git.feed(args);
    if (!done.ok) return done;
  }
  return success(null);
}
