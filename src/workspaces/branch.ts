// Into which branch of a project does a build bring its product? What is declared; where nothing is, the one that people
// work on: in a repository that holds its own specs what is checked out, so that a spec and its code go together, and
// elsewhere what the remote calls its default.

import { CURRENT } from "../model/project.ts";
import { type Result, success } from "../model/result.ts";
import { gitAt, type Located } from "./locate.ts";

/** Stands for a branch where a commit is checked out and no branch, as CI does it: it can be looked at, and not built into. */
export const DETACHED = "HEAD";

/** Where a repository begins that has no branch of any name. */
export const FIRST_BRANCH = "main";

/** `holdsSpecs` is true of a repository in which the workspace lies, too. */
export async function branchOf(
  located: Located,
  declared: string | null,
  holdsSpecs: boolean,
): Promise<Result<string>> {
  if (declared !== null && declared !== CURRENT) return success(declared);
  const checkedOut = await headOf(located, "HEAD");
  if (!checkedOut.ok) return checkedOut;
  const current = checkedOut.value?.replace(/^refs\/heads\//, "") ?? DETACHED;
  if (declared === CURRENT || holdsSpecs) return success(current);
  const remote = await headOf(located, "refs/remotes/origin/HEAD");
  if (!remote.ok) return remote;
  if (remote.value !== null) return success(remote.value.replace(/^refs\/remotes\/origin\//, ""));
  const first = await gitAt(located).ask(
    ["show-ref", "--verify", "-q", `refs/heads/${FIRST_BRANCH}`],
    "",
    [0, 1],
  );
  if (!first.ok) return first;
  return success(first.value.code === 0 || current === DETACHED ? FIRST_BRANCH : current);
}

/** How many commits its remote has that the branch has not, as last fetched; zero where it follows none. */
export async function commitsBehind(located: Located, branch: string): Promise<Result<number>> {
  const format = "--format=%(upstream:track,nobracket)";
  const answer = await gitAt(located).feed(["for-each-ref", format, `refs/heads/${branch}`]);
  if (!answer.ok) return answer;
  return success(Number(/behind (\d+)/.exec(answer.value.toString("utf8").split("\n")[0] ?? "")?.[1] ?? 0));
}

/** The ref that another one stands for, there or not; null where it stands for none. */
async function headOf(located: Located, ref: string): Promise<Result<string | null>> {
  const answer = await gitAt(located).ask(["symbolic-ref", "-q", ref], "", [0, 1]);
  if (!answer.ok) return answer;
  const target = answer.value.stdout.toString("utf8").trim();
  return success(target === "" ? null : target);
}
