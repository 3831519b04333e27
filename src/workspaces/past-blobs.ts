// Which contents did paths have along a history? For what the store has lost: every product was committed once, so git
// still has it. One process, whatever was asked for.

import { type Result, success } from "../model/result.ts";
import type { Oid } from "../model/tree.ts";
import type { Git } from "./git.ts";

/** Blobs by path, the newest first, as any commit up to one of `tips` left them. A path with a line break has none. */
export async function pastBlobs(
  git: Git,
  tips: readonly Oid[],
  paths: readonly string[],
): Promise<Result<ReadonlyMap<string, readonly Oid[]>>> {
  const found = new Map<string, Oid[]>();
  const named = paths.filter((path) => !path.includes("\n"));
  if (named.length === 0) return success(found);
  // Side by side merged lines may each have had a content that the merge did not take.
  const args = [
    "log",
    "--stdin",
    "--full-history",
    "--no-renames",
    "--raw",
    "--no-abbrev",
    "-z",
    "--format=",
  ];
  const log = await git.feed(args, [...tips, "--", ...named, ""].join("\n"));
  if (!log.ok) return log;
  const tokens = log.value.toString("utf8").split("\0");
  for (let at = 0; at + 1 < tokens.length; at += 2) {
    const [, mode = "", , oid = "", kind = ""] = (tokens[at] ?? "").trim().split(" ");
    const path = tokens[at + 1] ?? "";
    const known = found.get(path) ?? [];
    // The commit of a submodule is no content of this repository.
    if (mode === "160000") continue;
    if (kind !== "D" && !known.includes(oid as Oid)) found.set(path, [...known, oid as Oid]);
  }
  return success(found);
}
