// How does a branch of products get to the remote? By the person's own git, with their credentials, settings and hooks, as if
// they had typed it, and never over what people committed there.

import { randomUUID } from "node:crypto";
import { failed, type Result, success } from "../model/result.ts";
import type { Oid } from "../model/tree.ts";
import { runProcess } from "../platform/process.ts";
import { gitAt, type Located } from "./locate.ts";
import { missingOf } from "./objects.ts";
import { heldByNobody } from "./offer.ts";
import type { Repository } from "./repository.ts";

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
