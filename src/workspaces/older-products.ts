// Where a path holds an older product: did a person go back to it, or did a merge take it from another line?

import { type Result, success } from "../model/result.ts";
import { sameEntry, type TreeEntry } from "../model/tree.ts";
import type { Git } from "./git.ts";
import type { Put } from "./puts.ts";

/** Whether a person went back: what is there now is what stood there before the newest product, or before that. */
export function isBelow(puts: readonly Put[], newest: Put, now: TreeEntry): boolean {
  const seen = new Set<Put>();
  for (let put: Put | undefined = newest; put !== undefined && !seen.has(put); ) {
    seen.add(put);
    const before: TreeEntry | null | undefined = put.before;
    if (before == null) return false;
    if (sameEntry(before, now)) return true;
    put = puts.find(({ entry, held }) => held && sameEntry(entry ?? undefined, before));
  }
  return false;
}

/**
 * The product of another line that put this very content there, where a merge took that instead of the newest; null where all
 * who put it came before the newest, so that a person went back. In a shallow clone nobody can tell, and it counts as theirs.
 */
export async function productOfOtherLine(
  git: Git,
  newest: Put,
  { now, puts }: { readonly now: TreeEntry; readonly puts: readonly Put[] },
): Promise<Result<Put | null>> {
  if (newest.commit === null) return success(null);
  const isShallow = await git.line("rev-parse", "--is-shallow-repository");
  if (!isShallow.ok || isShallow.value === "true") return isShallow.ok ? success(null) : isShallow;
  for (const put of puts) {
    if (!put.held || put.commit === null || !sameEntry(put.entry ?? undefined, now)) continue;
    const before = await git.ask(["merge-base", "--is-ancestor", put.commit, newest.commit], "", [0, 1]);
    if (!before.ok) return before;
    if (before.value.code === 1) return success(put);
  }
  return success(null);
}
