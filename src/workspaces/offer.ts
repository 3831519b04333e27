// How does a product become a branch of its own, here and at the remote, for people to merge? Nobody's commits on it are
// overwritten. It is pushed by the person's own git, with their credentials, settings and hooks, as if they had typed it.

import { randomUUID } from "node:crypto";
import type { CodeCommit } from "../model/blame.ts";
import { failed, type Result, success } from "../model/result.ts";
import { type Oid, sameEntry, type Tree } from "../model/tree.ts";
import { runProcess } from "../platform/process.ts";
import { codeCommits } from "./git-blame.ts";
import { readHeads } from "./heads.ts";
import { gitAt, type Located } from "./locate.ts";
import { missingOf } from "./objects.ts";
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

async function heldByNobody(
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

const REMOTE_MS = 10 * 60_000;
const OUTPUT_LIMIT = 64 * 1024;

/**
 * Name of the remote that has the branch now; null where the project has none. The remote is asked what it holds, and the
 * push replaces just that: what was fetched last may be older, and may hold commits of people.
 */
export async function pushBranch(
  repository: Repository,
  head: string,
  signal: AbortSignal,
): Promise<Result<string | null>> {
  const { located } = repository;
  const remote = await remoteOf(located, repository.branch);
  if (!remote.ok || remote.value === null) return remote;
  const push = { located, head, remote: remote.value, signal };
  const there = await heldThere(repository, push);
  if (!there.ok) return there;
  const ref = `refs/heads/${head}`;
  const lease = `--force-with-lease=${ref}:${there.value ?? ""}`;
  const pushed = await askRemote(push, [
    "push",
    "--quiet",
    lease,
    "--end-of-options",
    remote.value,
    `${ref}:${ref}`,
  ]);
  return pushed.ok ? success(remote.value) : pushed;
}

interface Push {
  readonly located: Located;
  /** Branch to push. */
  readonly head: string;
  /** Name of the remote. */
  readonly remote: string;
  readonly signal: AbortSignal;
}

/** The commit that may be replaced at the remote; null where the branch is not there. */
async function heldThere(repository: Repository, push: Push): Promise<Result<Oid | null>> {
  const { located, head, remote } = push;
  const ref = `refs/heads/${head}`;
  const url = await gitAt(located).ask(["remote", "get-url", "--push", "--", remote], "", [0]);
  if (!url.ok) return url;
  const address = url.value.stdout.toString("utf8").trim();
  const listed = await askRemote(push, ["ls-remote", "--quiet", "--end-of-options", address, ref]);
  if (!listed.ok) return listed;
  const line = listed.value.split("\n").find((text) => text.endsWith(`\t${ref}`));
  if (line === undefined) return success(null);
  const oid = line.slice(0, line.indexOf("\t")) as Oid;
  const missing = await missingOf(gitAt(located), [oid]);
  if (!missing.ok) return missing;
  if (missing.value.size > 0) {
    const fetched = await askRemote(push, [
      "fetch",
      "--quiet",
      "--no-tags",
      "--end-of-options",
      address,
      ref,
    ]);
    if (!fetched.ok) return fetched;
  }
  const free = await heldByNobody(repository, { head, oid, remote });
  return free.ok ? success(oid) : free;
}

/** What the person's own git prints when it talks to the remote, as if they had typed the command. */
async function askRemote(
  { located, head, remote, signal }: Push,
  args: readonly string[],
): Promise<Result<string>> {
  const ended = await runProcess({
    file: "git",
    args,
    cwd: located.workTree ?? located.gitDir,
    env: { ...process.env, GIT_TERMINAL_PROMPT: "0" } as Record<string, string>,
    timeoutMs: REMOTE_MS,
    outputLimit: OUTPUT_LIMIT,
    signal,
    marker: randomUUID(),
  });
  if (ended.end === "cancelled") return failed({ reason: "cancelled" });
  if (ended.end === "exited" && ended.code === 0) return success(ended.output);
  const detail = ended.end === "timeout" ? "it took too long, and was ended" : ended.output.trim();
  return failed({ reason: "push-refused", head, remote, detail });
}

async function remoteOf(project: Located, branch: string): Promise<Result<string | null>> {
  const git = gitAt(project);
  const own = await git.ask(["config", "--get", `branch.${branch}.remote`], "", [0, 1]);
  if (!own.ok) return own;
  const named = own.value.stdout.toString("utf8").trim();
  if (named !== "" && named !== ".") return success(named);
  const all = await git.ask(["remote"], "", [0]);
  if (!all.ok) return all;
  const remotes = all.value.stdout.toString("utf8").split("\n").filter(Boolean);
  return success(remotes.find((name) => name === "origin") ?? null);
}
