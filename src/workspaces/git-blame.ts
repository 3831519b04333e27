// From which commit does each line of a file come? git says so, in the engine's clone: no text conversion, filter or
// configuration of the project takes part. It does not know what the trailers mean.

import type { CodeCommit, LineRange } from "../model/blame.ts";
import { type Result, success } from "../model/result.ts";
import type { Oid } from "../model/tree.ts";
import type { Git } from "./git.ts";
import { IDENTITY } from "./git-environment.ts";
import { MERGE_TRAILER } from "./merge.ts";
import { SCAFFOLD_TRAILER } from "./project-repository.ts";
import { OUTPUT_TRAILER, REMOVED_TRAILER } from "./puts.ts";

export interface BlameQuestion {
  readonly commit: Oid;
  readonly path: string;
  /** Null for the whole file. Lines count from 1, and there has to be such a line. */
  readonly line: number | null;
}

/** Of a file that is renamed, also what it was called before. */
export async function blameLines(
  git: Git,
  { commit, path, line }: BlameQuestion,
): Promise<Result<readonly LineRange[]>> {
  const part = line === null ? [] : ["-L", `${line},${line}`];
  const args = ["blame", "--porcelain", "--no-textconv", ...part, commit, "--", path];
  const answer = await git.feed(args);
  if (!answer.ok) return answer;
  const ranges: LineRange[] = [];
  for (const text of answer.value.toString("latin1").split("\n")) {
    // What the lines hold begins with a tab, and what is told of a commit with a word.
    const [, oid, at] = /^([0-9a-f]{40,64}) \d+ (\d+)/.exec(text) ?? [];
    if (oid === undefined) continue;
    const number = Number(at);
    const before = ranges.at(-1);
    if (before?.commit === oid && before.last + 1 === number)
      ranges[ranges.length - 1] = { ...before, last: number };
    else ranges.push({ first: number, last: number, commit: oid as Oid });
  }
  return success(ranges);
}

/** The newest commit that changed the path, for files that have no lines. */
export async function lastChange(git: Git, commit: Oid, path: string): Promise<Result<Oid | null>> {
  const answer = await git.feed(["log", "--max-count=1", "--format=%H", commit, "--", path]);
  if (!answer.ok) return answer;
  const oid = answer.value.toString("latin1").trim();
  return success(oid === "" ? null : (oid as Oid));
}

const FORMAT = "--format=%H%n%cn <%ce>%n%an%n%at%n%s%n%(trailers:only,unfold)%x01%B";

export async function codeCommits(
  git: Git,
  commits: readonly Oid[],
): Promise<Result<ReadonlyMap<Oid, CodeCommit>>> {
  const found = new Map<Oid, CodeCommit>();
  if (commits.length === 0) return success(found);
  const answer = await git.feed(
    ["log", "--no-walk=unsorted", "--stdin", "-z", FORMAT],
    `${commits.join("\n")}\n`,
  );
  if (!answer.ok) return answer;
  for (const record of answer.value.toString("utf8").split("\0")) {
    const [told = "", message = ""] = record.split("\x01");
    const [commit = "", committer, author = "", at = "0", subject = "", ...rest] = told.split("\n");
    if (commit === "") continue;
    const trailers = rest.flatMap((line): [string, string][] => {
      const colon = line.indexOf(": ");
      return colon < 0 ? [] : [[line.slice(0, colon), line.slice(colon + 2)]];
    });
    found.set(commit as Oid, {
      commit: commit as Oid,
      author,
      at: Number(at) * 1000,
      subject,
      byFactory: committer === `${IDENTITY.name} <${IDENTITY.email}>` || isProduct(message, trailers),
      trailers: Object.fromEntries(trailers),
    });
  }
  return success(found);
}

const OURS = [OUTPUT_TRAILER, REMOVED_TRAILER, MERGE_TRAILER, SCAFFOLD_TRAILER];

/** A commit of a product, a merge of one or a scaffold, whoever signed it: a squash of several names several tasks. */
function isProduct(message: string, trailers: readonly (readonly [name: string, fact: string])[]): boolean {
  const named = trailers.some(([name]) => OURS.includes(name));
  return named && [...message.matchAll(/^ *Factory-Task: /gm)].length <= 1;
}
