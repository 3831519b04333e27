// Where does a project stand, for whoever waits until that changes? Its branch, and what kept a product from being merged
// into it. It does not know who waits, nor what they do then.

import type { Failure } from "../model/failure.ts";
import { type Result, success } from "../model/result.ts";
import type { Oid } from "../model/tree.ts";
import { readHeads } from "./heads.ts";
import { gitInFolderOf, type Located } from "./locate.ts";

export interface BranchState {
  /** Null where the branch is unborn. */
  readonly tip: Oid | null;
  /** What kept the last merge back is still there. */
  readonly isBlocked: boolean;
}

/** One is enough to be in the way, and a command line is not endless. */
const MOST_PATHS = 100;

/** `kept` is how the last merge failed. Only what people take out of the way in the project itself is looked at. */
export async function branchStateOf(
  located: Located,
  branch: string,
  kept: Failure | null,
): Promise<Result<BranchState>> {
  const heads = await readHeads(located, branch);
  if (!heads.ok) return heads;
  const { branch: tip, elsewhere } = heads.value;
  if (kept?.reason === "branch-elsewhere") return success({ tip, isBlocked: elsewhere === kept.worktree });
  if (kept?.reason !== "dirty-worktree" || located.workTree === null)
    return success({ tip, isBlocked: false });
  const paths = kept.paths.slice(0, MOST_PATHS);
  const status = ["--literal-pathspecs", "status", "--porcelain", "--untracked-files=all", "--", ...paths];
  const answer = await gitInFolderOf(located).feed(status);
  return answer.ok ? success({ tip, isBlocked: answer.value.length > 0 }) : answer;
}
