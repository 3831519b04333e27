// Is all of a branch here? A partial clone leaves files on its server until somebody looks at them. What works on the
// repository itself may not fetch, and would find out when it is too late, so it is looked at before anything is begun.

import type { Failure } from "../model/failure.ts";
import { FETCH_FILES } from "../model/fetch-commands.ts";
import { failed, type Result, success } from "../model/result.ts";
import type { Oid } from "../model/tree.ts";
import { gitAt, type Located } from "./locate.ts";
import { readTree } from "./objects.ts";

/** How git remembers that some objects are elsewhere; a repository without such a line has them all. */
const PROMISES = "^(extensions\\.partialclone|remote\\..*\\.promisor)$";
/** How many files one line can name. */
const NAMED = 3;

/** Whether a server keeps some of the objects until somebody looks at them. */
export async function isPartial(located: Located): Promise<Result<boolean>> {
  const promised = await gitAt(located).ask(["config", "--get-regexp", PROMISES], "", [0, 1]);
  return promised.ok ? success(promised.value.code === 0) : promised;
}

/** `project-unusable` where files of the branch are elsewhere. */
export async function holdsAll(located: Located, tip: Oid | null): Promise<Result<null>> {
  if (tip === null) return success(null);
  const git = gitAt(located);
  const partial = await isPartial(located);
  if (!partial.ok) return partial;
  if (!partial.value) return success(null);
  const args = ["rev-list", "--objects", "--no-object-names", "--no-walk", "--missing=print", tip];
  const listed = await git.feed(args);
  if (!listed.ok) return listed;
  const lines = listed.value.toString("latin1").split("\n");
  const missing = new Set(lines.filter((line) => line.startsWith("?")).map((line) => line.slice(1)));
  if (missing.size === 0) return success(null);
  const tree = await readTree(git, tip);
  // A folder may be elsewhere, too, and then nobody knows what is in it.
  const paths = tree.ok ? [...tree.value].flatMap(([path, { oid }]) => (missing.has(oid) ? [path] : [])) : [];
  const named = paths.slice(0, NAMED).join(", ");
  const what = paths.length === 0 ? `${missing.size} of its files and folders` : named;
  const more = paths.length > NAMED ? ` and ${paths.length - NAMED} more` : "";
  return failed(leftOnServer(located, `${what}${more}`));
}

/** `what` is named as a person knows it: paths, or what they belong to. */
export function leftOnServer({ workTree, gitDir }: Located, what: string): Failure {
  const detail = `it is a partial clone, and git does not have ${what} here`;
  return { reason: "project-unusable", path: workTree ?? gitDir, detail, remedy: FETCH_FILES };
}
