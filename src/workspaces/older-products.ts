// Where a path does not hold the newest product: did a person go back, or write the file anew, or did a merge take what another
// line had?

import { type Result, success } from "../model/result.ts";
import { type Oid, sameEntry, type TreeEntry } from "../model/tree.ts";
import { isShallow } from "./ancestry.ts";
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
  const ends = await isShallow(git);
  if (!ends.ok || ends.value) return ends.ok ? success(null) : ends;
  for (const put of puts) {
    if (!put.held || put.commit === null || !sameEntry(put.entry ?? undefined, now)) continue;
    const before = await git.ask(["merge-base", "--is-ancestor", put.commit, newest.commit], "", [0, 1]);
    if (!before.ok) return before;
    if (before.value.code === 1) return success(put);
  }
  return success(null);
}

/** Whether somebody made the file again after a product had taken it away: no merge that kept an edit does that. */
export async function isWrittenAnew(
  git: Git,
  { path, tip, removal }: { readonly path: string; readonly tip: Oid; readonly removal: Put },
): Promise<Result<boolean>> {
  if (removal.commit === null || path.includes("\n")) return success(true);
  const args = ["log", "--stdin", "--max-count=1", "--full-history", "--no-merges", "--diff-filter=A"];
  const range = [tip, `^${removal.commit}`, "--", path, ""].join("\n");
  const log = await git.feed([...args, `--ancestry-path=${removal.commit}`, "--format=%H"], range);
  return log.ok ? success(log.value.length > 0) : log;
}
