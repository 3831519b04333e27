// What happened to a folder along the history of a repository? One process for the whole story, however long it is:
// first parents alone, so that what a branch did shows as the merge that brought it in. Nothing is checked out.

import { type Result, success } from "../model/result.ts";
import type { Origin } from "../model/spec-version.ts";
import type { Oid } from "../model/tree.ts";
import type { Git } from "./git.ts";

export interface FileChange {
  readonly path: string;
  /** As git writes it, such as `100644`; `000000` where the file is gone. */
  readonly mode: string;
  /** Null where the file is gone. */
  readonly oid: Oid | null;
  /** Where it lay before; null where it was not renamed, or renames were not asked for. */
  readonly from: string | null;
}

export interface FolderCommit extends Origin {
  readonly changes: readonly FileChange[];
}

const RAW = ["--raw", "--no-abbrev", "-z", "--first-parent", "-m", "--format=%H%n%an%n%at%n%s"];
/** How alike two files are, in per cent, where one is taken for the other under a new name. */
const LIKENESS = 75;

/** Commits that changed something below `folder`, a path in the repository, up to `tip`; the oldest first. */
export async function folderHistory(
  git: Git,
  tip: string,
  folder: string,
): Promise<Result<readonly FolderCommit[]>> {
  const log = await git.feed([
    "log",
    ...RAW,
    "--no-renames",
    "--end-of-options",
    tip,
    ...(folder === "" ? [] : ["--", folder]),
  ]);
  return log.ok ? success(parseLog(log.value.toString("utf8")).reverse()) : log;
}

/** Files that one commit moved, wherever in the repository. */
export async function movesOf(git: Git, commit: Oid): Promise<Result<readonly FileChange[]>> {
  const moves = [`--find-renames=${LIKENESS}%`, "--diff-filter=R"];
  const log = await git.feed(["log", "--max-count=1", ...RAW, ...moves, "--end-of-options", commit]);
  return log.ok ? success(parseLog(log.value.toString("utf8"))[0]?.changes ?? []) : log;
}

/** Commits as `<header> NUL`, changes as `:<modes and ids and kind> NUL <path> NUL`, of a rename with two paths. */
function parseLog(text: string): FolderCommit[] {
  const commits: { origin: Origin; changes: FileChange[] }[] = [];
  const tokens = text.split("\0");
  for (let at = 0; at < tokens.length; at++) {
    const token = (tokens[at] ?? "").replace(/^\n+/, "");
    if (token === "") continue;
    if (!token.startsWith(":")) {
      commits.push({ origin: originOf(token), changes: [] });
      continue;
    }
    const [, mode = "", , oid = "", kind = ""] = token.split(" ");
    const isMove = kind.startsWith("R") || kind.startsWith("C");
    const first = tokens[++at] ?? "";
    const path = isMove ? (tokens[++at] ?? "") : first;
    const from = kind.startsWith("R") ? first : null;
    commits.at(-1)?.changes.push({ path, mode, oid: kind === "D" ? null : (oid as Oid), from });
  }
  return commits.map(({ origin, changes }) => ({ ...origin, changes }));
}

function originOf(header: string): Origin {
  const [commit = "", author = "", at = "0", ...subject] = header.split("\n");
  return { commit: commit as Oid, author, at: Number(at) * 1000, subject: subject.join(" ") };
}
