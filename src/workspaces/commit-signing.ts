// How is a commit signed? By the git of whoever builds, as it is set in their project: key, format and program are theirs. It
// runs in the project and writes into the engine's clone, without a terminal: what would wait there for a passphrase fails.

import { join } from "node:path";
import type { CommitStyle } from "../model/commit-rules.ts";
import { failed, type Result, success } from "../model/result.ts";
import type { Oid } from "../model/tree.ts";
import type { HowToCommit } from "./commit-style.ts";
import type { Git } from "./git.ts";
import { gitInFolderOf } from "./locate.ts";
import { type CommitText, commitCommand } from "./objects.ts";

/** Long enough to touch a key, or to type a passphrase into a window of its own. */
const SIGNING_MS = 2 * 60_000;

/** A commit with a signature; fails with `signing-failed`, in the words of the program. */
export async function signedCommit(
  clone: Git,
  commit: CommitText & { readonly style: CommitStyle },
  { project, signal }: Pick<HowToCommit, "project" | "signal">,
): Promise<Result<Oid>> {
  const { args, env } = commitCommand(commit);
  const git = gitInFolderOf(project).at({ objects: join(clone.place.gitDir, "objects") });
  const [command = "", ...rest] = args;
  const ended = await git.running(["-c", "i18n.commitEncoding=UTF-8", command, "-S", ...rest], {
    ...{ input: commit.message, timeoutMs: SIGNING_MS, signal },
    // The live view has the terminal: a program that draws on it would wait for keys that go elsewhere.
    env: { ...env, GPG_TTY: "" },
  });
  if (ended.end === "cancelled") return failed({ reason: "cancelled" });
  const oid = ended.lines.at(-1)?.trim() ?? "";
  if (ended.end === "exited" && ended.code === 0 && /^[0-9a-f]{40,64}$/.test(oid)) return success(oid as Oid);
  return failed({ reason: "signing-failed", detail: ended.output.trim(), waited: ended.end === "timeout" });
}

interface Unsigned {
  readonly base: Oid | null;
  readonly last: Oid;
  /** Of each commit after `base`, the oldest first. */
  readonly messages: readonly string[];
}

/** The same commits anew, each with its signature. */
export async function signedChain(clone: Git, chain: Unsigned, how: HowToCommit): Promise<Result<Oid>> {
  const { base, last, messages } = chain;
  const { date, style } = how;
  const range = [last, ...(base === null ? [] : [`^${base}`]), ""].join("\n");
  const trees = await clone.feed(["log", "--stdin", "--reverse", "--topo-order", "--format=%T"], range);
  if (!trees.ok) return trees;
  let parent = base;
  for (const [index, tree] of trees.value.toString("latin1").trim().split("\n").entries()) {
    const parents: readonly Oid[] = parent === null ? [] : [parent];
    const commit = { tree: tree as Oid, parents, message: messages[index] ?? "", date, style };
    const signed = await signedCommit(clone, commit, how);
    if (!signed.ok) return signed;
    parent = signed.value;
  }
  return success(parent ?? last);
}
