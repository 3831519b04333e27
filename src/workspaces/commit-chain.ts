// How do many commits come about at the cost of one? As one stream to git's fast-import, each commit told by what it
// differs from the one before. It moves no ref that anybody looks at.

import { randomUUID } from "node:crypto";
import type { Identity } from "../model/commit-rules.ts";
import { type Result, success } from "../model/result.ts";
import { changedPaths, type Oid, type Tree } from "../model/tree.ts";
import { signedChain } from "./commit-signing.ts";
import type { HowToCommit } from "./commit-style.ts";
import type { Git } from "./git.ts";

export interface CommitChain {
  /** Commit that the chain goes on from; null begins a history. */
  readonly tip: Oid | null;
  /** Tree of `tip`. */
  readonly start: Tree;
  /** At least one; blobs of the trees are already written. */
  readonly chain: readonly { readonly tree: Tree; readonly message: string }[];
}

/** The last commit of the chain, all of which are signed where the style says so. */
export async function writeChain(
  git: Git,
  { tip, start, chain }: CommitChain,
  how: HowToCommit,
): Promise<Result<Oid>> {
  const { style, date } = how;
  const ref = `refs/factory/chain-${randomUUID()}`;
  const who = ({ name, email }: Identity) => `${name} <${email}> ${date} +0000`;
  const parts: string[] = [];
  let before = start;
  for (const [index, { tree, message }] of chain.entries()) {
    parts.push(
      `commit ${ref}\nmark :${index + 1}\nauthor ${who(style.author)}\ncommitter ${who(style.committer)}\n`,
    );
    parts.push(`data ${Buffer.byteLength(message)}\n${message}\n`);
    if (index === 0 && tip !== null) parts.push(`from ${tip}\n`);
    parts.push(changesBetween(before, tree), "\n");
    before = tree;
  }
  parts.push(`get-mark :${chain.length}\ndone\n`);
  const answer = await git.feed(["fast-import", "--quiet", "--done"], parts.join(""));
  if (!answer.ok) return answer;
  const removed = await git.feed(["update-ref", "-d", ref]);
  if (!removed.ok) return removed;
  const last = answer.value.toString("latin1").trim() as Oid;
  if (!style.sign) return success(last);
  return signedChain(git, { base: tip, last, messages: chain.map(({ message }) => message) }, how);
}

/** Removals go first: a file may take the place of a folder. */
function changesBetween(before: Tree, after: Tree): string {
  const changed = changedPaths(before, after);
  const removed = changed.filter((path) => !after.has(path)).map((path) => `D ${quoted(path)}\n`);
  const laid = changed.flatMap((path) => {
    const entry = after.get(path);
    return entry === undefined ? [] : [`M ${entry.mode} ${entry.oid} ${quoted(path)}\n`];
  });
  return [...removed, ...laid].join("");
}

/** As git reads a path in quotes: backslash, quote and line feed are what would end or bend it. */
function quoted(path: string): string {
  return `"${path.replace(/\\/g, "\\\\").replace(/"/g, '\\"').replace(/\n/g, "\\n")}"`;
}
