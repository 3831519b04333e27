// What did people commit to a branch on which products are offered, that the project's branch does not have? A commit is
// believed to be of a product in the very contents that its message names: one that was amended is a person's, too.

import { type Result, success } from "../model/result.ts";
import { type Oid, sameEntry, type Tree } from "../model/tree.ts";
import type { Git } from "./git.ts";
import { codeCommits } from "./git-blame.ts";
import { mergedTree } from "./merge.ts";
import { readTree } from "./objects.ts";
import { pastBlobs } from "./past-blobs.ts";
import { type Change, changesIn, namedIn } from "./puts.ts";

/** A commit of people's, as git's own lists show it. */
export interface PeoplesCommit {
  readonly commit: Oid;
  readonly subject: string;
}

/**
 * The newest one whose content is nowhere in the history of `tip`; null where nothing of people's would be lost with
 * `head`. A squash or a rebase brings the content under another id.
 */
export async function offeredByPeople(
  git: Git,
  head: Oid,
  tip: Oid | null,
): Promise<Result<PeoplesCommit | null>> {
  const written = await writtenByPeople(git, head, tip);
  if (!written.ok) return written;
  const { commits, touched } = written.value;
  if (commits.length === 0) return success(null);
  const offered = await readTree(git, head);
  if (!offered.ok) return offered;
  const known = await knownTo(git, tip, { offered: offered.value, touched });
  if (!known.ok) return known;
  const newest = commits.find(({ paths }) => paths.some((path) => !known.value(path)));
  if (newest === undefined) return success(null);
  const told = await codeCommits(git, [newest.commit]);
  if (!told.ok) return told;
  return success({ commit: newest.commit, subject: told.value.get(newest.commit)?.subject ?? "" });
}

interface Written {
  readonly commit: Oid;
  /** Whose content, or absence, no product brought. */
  readonly paths: readonly string[];
}

const MARK = "\x01";

interface Offered {
  /** Those of people, the newest first. A merge wrote what none of its parents has. */
  readonly commits: readonly Written[];
  /** All paths that the branch changes, products' and people's. */
  readonly touched: ReadonlySet<string>;
}

async function writtenByPeople(git: Git, head: Oid, tip: Oid | null): Promise<Result<Offered>> {
  const log = await git.feed(
    [
      "log",
      "--stdin",
      "-z",
      "--topo-order",
      "-c",
      "--no-renames",
      "--raw",
      "--no-abbrev",
      "--no-show-signature",
      `--format=${MARK}%H${MARK}%T${MARK}%P${MARK}%B${MARK}`,
    ],
    [head, ...(tip === null ? [] : [`^${tip}`]), ""].join("\n"),
  );
  if (!log.ok) return log;
  const commits: Written[] = [];
  const touched = new Set<string>();
  for (const record of log.value.toString("utf8").split(`\0${MARK}`)) {
    const fields = record.replace(/^\x01/, "").split(MARK);
    const [commit = "", tree = "", parents = "", message = "", changes = ""] = fields;
    const changed = changesIn(changes);
    for (const { path } of changed) touched.add(path);
    if (commit === "" || mergedTree(message) === tree) continue;
    const named = namedIn(message).filter(({ below }) => below === undefined);
    const isNamed = ({ path, after }: Change) =>
      named.some((put) => put.path === path && sameEntry(put.entry ?? undefined, after ?? undefined));
    const paths = changed.flatMap((change) => (isNamed(change) ? [] : [change.path]));
    if (paths.length === 0) continue;
    const byItself = await isGitsOwn(git, parents.split(" "), tree);
    if (!byItself.ok) return byItself;
    if (!byItself.value) commits.push({ commit: commit as Oid, paths });
  }
  return success({ commits, touched });
}

/** A merge as git makes it by itself, such as a host's button "Update branch". False where this git cannot tell. */
async function isGitsOwn(git: Git, parents: readonly string[], tree: string): Promise<Result<boolean>> {
  if (parents.length !== 2) return success(false);
  const answer = await git.ask(
    ["merge-tree", "--write-tree", "--end-of-options", ...parents],
    "",
    [0, 1, 129],
  );
  if (!answer.ok) return answer;
  return success(answer.value.code === 0 && answer.value.stdout.toString("latin1").trim() === tree);
}

/**
 * Whether the history of `tip` has what the branch holds at a path. That a path is gone is known where all else that the
 * branch brings is: then it was merged, under whatever id.
 */
async function knownTo(
  git: Git,
  tip: Oid | null,
  { offered, touched }: { readonly offered: Tree; readonly touched: ReadonlySet<string> },
): Promise<Result<(path: string) => boolean>> {
  if (tip === null) return success(() => false);
  const now = await readTree(git, tip);
  if (!now.ok) return now;
  const past = await pastBlobs(git, [tip], [...touched]);
  if (!past.ok) return past;
  const had = (path: string, oid: Oid) => (past.value.get(path) ?? []).includes(oid);
  const isMerged = [...touched].every((path) => {
    const entry = offered.get(path);
    return entry === undefined || had(path, entry.oid);
  });
  return success((path) => {
    const entry = offered.get(path);
    return entry === undefined ? isMerged && !now.value.has(path) : had(path, entry.oid);
  });
}
