// How does a product become a branch of its own, for people to merge, and what do they read of it there? Nobody's commits
// on it are overwritten.

import type { CodeCommit } from "../model/blame.ts";
import { failed, type Result, success } from "../model/result.ts";
import { type Oid, sameEntry, type Tree } from "../model/tree.ts";
import { codeCommits } from "./git-blame.ts";
import { readHeads } from "./heads.ts";
import { gitAt } from "./locate.ts";
import { offeredByPeople } from "./offered-by-people.ts";
import { type Named, namedIn } from "./puts.ts";
import type { Repository } from "./repository.ts";

/** Fails with `offer-taken` where the branch holds what people committed, and the project's branch does not. */
export async function offerBranch(repository: Repository, name: string, head: Oid): Promise<Result<null>> {
  const now = await readHeads(repository.located, name);
  if (!now.ok) return now;
  const { branch: from } = now.value;
  if (from !== null && from !== head) {
    const free = await heldByNobody(repository, { head: name, oid: from, remote: null });
    if (!free.ok) return free;
  }
  return repository.publishBranch(name, { from, to: head });
}

/** Fails with `offer-taken` where it holds what people committed, here or at the remote. */
export async function heldByNobody(
  repository: Repository,
  { head, oid, remote }: { readonly head: string; readonly oid: Oid; readonly remote: string | null },
): Promise<Result<null>> {
  const theirs = await offeredByPeople(repository.asGit, oid, repository.openedAt.branch);
  if (!theirs.ok) return theirs;
  if (theirs.value === null) return success(null);
  return failed({ reason: "offer-taken", head, remote, branch: repository.branch, ...theirs.value });
}

/** Where the branch of a request stands; null where there is none. */
export async function offeredHead(repository: Repository, name: string): Promise<Result<Oid | null>> {
  const heads = await readHeads(repository.located, name);
  return heads.ok ? success(heads.value.branch) : heads;
}

/**
 * Digests of the specs that the branch was built from last, by feature: as its own history says, also where a squash kept the
 * messages. Where none did, as our ref says of the commit that put what the branch has of products, `product`.
 */
export async function specsOnBranch(
  repository: Repository,
  features: readonly string[],
  product: Tree,
): Promise<Result<ReadonlyMap<string, string>>> {
  const specs = new Map<string, string>();
  const { branch: tip, product: remembered } = repository.openedAt;
  if (tip === null) return success(specs);
  for (const feature of features) {
    const own = await specsIn(repository, feature, tip, "newest");
    if (!own.ok) return own;
    const told = own.value[0];
    if (told !== undefined) specs.set(feature, told.digest);
    if (told !== undefined || remembered === null) continue;
    const all = await specsIn(repository, feature, remembered, "all");
    if (!all.ok) return all;
    const isThere = ({ path, entry }: Named) => sameEntry(product.get(path), entry ?? undefined);
    const match = all.value.find(({ outputs }) => outputs.length > 0 && outputs.every(isThere));
    if (match !== undefined) specs.set(feature, match.digest);
  }
  return success(specs);
}

interface BuiltFrom {
  /** The first digits of the spec's digest. */
  readonly digest: string;
  readonly outputs: readonly Named[];
}

/** What commits up to `tip` say of a feature, the newest first. */
async function specsIn(
  repository: Repository,
  feature: string,
  tip: Oid,
  which: "newest" | "all",
): Promise<Result<readonly BuiltFrom[]>> {
  const line = `Factory-Spec: ${feature}@`;
  const most = which === "newest" ? ["-1"] : [];
  const args = [
    "log",
    "-z",
    ...most,
    "--fixed-strings",
    `--grep=${line}`,
    "--format=%B",
    "--end-of-options",
    tip,
  ];
  const answer = await gitAt(repository.located).feed(args);
  if (!answer.ok) return answer;
  const messages = answer.value.toString("utf8").split("\0");
  return success(
    messages.flatMap((message) => {
      const at = message.lastIndexOf(line);
      const [digest] = at < 0 ? [] : (/^[0-9a-f]+/.exec(message.slice(at + line.length)) ?? []);
      return digest === undefined ? [] : [{ digest, outputs: namedIn(message) }];
    }),
  );
}

/** Commits of a product that the branch of the project does not hold, the oldest first. */
export async function offeredCommits(
  repository: Repository,
  name: string,
): Promise<Result<readonly CodeCommit[]>> {
  const git = gitAt(repository.located);
  const args = ["rev-list", "--stdin", "--reverse", "--no-merges"];
  const list = await git.feed(args, sinceTip(repository, `refs/heads/${name}`));
  if (!list.ok) return list;
  const oids = list.value.toString("latin1").split("\n").filter(Boolean) as Oid[];
  const commits = await codeCommits(git, oids);
  return commits.ok ? success(oids.flatMap((oid) => commits.value.get(oid) ?? [])) : commits;
}

function sinceTip({ openedAt: { branch: tip } }: Repository, revision: string): string {
  return [revision, ...(tip === null ? [] : [`^${tip}`]), ""].join("\n");
}
