// How does a product become a branch of its own, here and at the remote, for people to merge? Nobody's commits on it are
// overwritten. It is pushed by the person's own git, with their credentials, settings and hooks, as if they had typed it.

import { randomUUID } from "node:crypto";
import type { CodeCommit } from "../model/blame.ts";
import { failed, type Result, success } from "../model/result.ts";
import type { Oid } from "../model/tree.ts";
import { runProcess } from "../platform/process.ts";
import { codeCommits } from "./git-blame.ts";
import { readHeads } from "./heads.ts";
import { gitAt, type Located } from "./locate.ts";
import { MERGE_TRAILER } from "./merge.ts";
import { OUTPUT_TRAILER, REMOVED_TRAILER } from "./puts.ts";
import type { Repository } from "./repository.ts";

/** Fails with `offer-taken` where somebody committed to the branch what no product brought there. */
export async function offerBranch(repository: Repository, name: string, head: Oid): Promise<Result<null>> {
  const now = await readHeads(repository.located, name);
  if (!now.ok) return now;
  const { branch: from } = now.value;
  if (from !== null && from !== head) {
    const foreign = await holdsForeign(repository, from);
    if (!foreign.ok) return foreign;
    if (foreign.value) return failed({ reason: "offer-taken", head: name });
  }
  return repository.publishBranch(name, { from, to: head });
}

/** Where the branch of a request stands; null where there is none. */
export async function offeredHead(repository: Repository, name: string): Promise<Result<Oid | null>> {
  const heads = await readHeads(repository.located, name);
  return heads.ok ? success(heads.value.branch) : heads;
}

/** Whether it holds a commit that is neither of the project's branch nor of a product. */
async function holdsForeign(repository: Repository, branch: Oid): Promise<Result<boolean>> {
  const trailers = [OUTPUT_TRAILER, REMOVED_TRAILER, MERGE_TRAILER]
    .map((key) => `%(trailers:key=${key})`)
    .join("");
  const answer = await gitAt(repository.located).feed(
    ["log", "--stdin", "--no-merges", `--format=%H${trailers}%x00`],
    sinceTip(repository, branch),
  );
  if (!answer.ok) return answer;
  const records = answer.value.toString("utf8").split("\0").slice(0, -1);
  return success(records.some((record) => !record.includes("Factory-")));
}

/** Digests of the specs that the branch was built from last, by feature; also where a squash kept the messages. */
export async function specsOnBranch(
  repository: Repository,
  features: readonly string[],
): Promise<Result<ReadonlyMap<string, string>>> {
  const specs = new Map<string, string>();
  const { branch: tip } = repository.openedAt;
  if (tip === null) return success(specs);
  for (const feature of features) {
    const line = `Factory-Spec: ${feature}@`;
    const args = ["log", "-1", "--fixed-strings", `--grep=${line}`, "--format=%B", "--end-of-options", tip];
    const answer = await gitAt(repository.located).feed(args);
    if (!answer.ok) return answer;
    const message = answer.value.toString("utf8");
    const at = message.lastIndexOf(line);
    const [digest] = /^[0-9a-f]+/.exec(message.slice(at + line.length)) ?? [];
    if (at >= 0 && digest !== undefined) specs.set(feature, digest);
  }
  return success(specs);
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

const PUSH_MS = 10 * 60_000;
const OUTPUT_LIMIT = 64 * 1024;

export interface Push {
  readonly project: Located;
  /** Branch to push. */
  readonly head: string;
  /** Branch whose remote it is. */
  readonly branch: string;
  readonly signal: AbortSignal;
}

/** Name of the remote that has it now; null where the project has none. */
export async function pushBranch({ project, head, branch, signal }: Push): Promise<Result<string | null>> {
  const remote = await remoteOf(project, branch);
  if (!remote.ok || remote.value === null) return remote;
  const ref = `refs/heads/${head}`;
  // What we pushed last, or nothing: whatever else is there is somebody's.
  const known = await gitAt(project).ask(
    ["rev-parse", "-q", "--verify", `refs/remotes/${remote.value}/${head}`],
    "",
    [0, 1],
  );
  if (!known.ok) return known;
  const lease = known.value.stdout.toString("latin1").trim();
  const ended = await runProcess({
    file: "git",
    args: [
      "push",
      "--quiet",
      `--force-with-lease=${ref}:${lease}`,
      "--end-of-options",
      remote.value,
      `${ref}:${ref}`,
    ],
    cwd: project.workTree ?? project.gitDir,
    env: { ...process.env, GIT_TERMINAL_PROMPT: "0" } as Record<string, string>,
    timeoutMs: PUSH_MS,
    outputLimit: OUTPUT_LIMIT,
    signal,
    marker: randomUUID(),
  });
  if (ended.end === "cancelled") return failed({ reason: "cancelled" });
  if (ended.end === "exited" && ended.code === 0) return success(remote.value);
  const detail = ended.end === "timeout" ? "it took too long, and was ended" : ended.output.trim();
  return failed({ reason: "push-refused", head, remote: remote.value, detail });
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
