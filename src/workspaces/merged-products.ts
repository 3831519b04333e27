// Is a content what git makes of two products? Where two people built at the same time, a merge or a rebase takes some lines of
// each: no product ever put that content there, and yet nobody wrote a line of it.

import { type Result, success } from "../model/result.ts";
import type { Oid, TreeEntry } from "../model/tree.ts";
import type { Git } from "./git.ts";
import { mergeText } from "./merge-text.ts";
import { blobOid, missingOf, readBlobs } from "./objects.ts";
import { namedIn, type Put } from "./puts.ts";

/** Who merges has the newest ones of both lines, and the one before them. */
const MOST_PRODUCTS = 6;

interface MergedPath {
  readonly path: string;
  readonly now: TreeEntry;
  /** All products of the path, the newest first. */
  readonly puts: readonly Put[];
}

/**
 * Only what a merge left there, or a commit of a product that was replayed on another: whoever takes lines back by hand may
 * come to the same, and means it. False, too, where too few of the products are known to tell.
 */
export async function isMergeOfProducts(
  git: Git,
  tip: Oid,
  { path, now, puts }: MergedPath,
): Promise<Result<boolean>> {
  const files = puts.flatMap(({ held, entry }) =>
    held && entry !== null && isFile(entry) ? [entry.oid] : [],
  );
  // A later product may name an earlier one that it replaced: that stands where it was put first.
  const newest = [...new Set<Oid>(files.reverse())].reverse().slice(0, MOST_PRODUCTS);
  if (!isFile(now) || newest.length < 3 || path.includes("\n")) return success(false);
  const missing = await missingOf(git, [now.oid, ...newest]);
  if (!missing.ok) return missing;
  if (missing.value.has(now.oid)) return success(false);
  const here = newest.filter((oid) => !missing.value.has(oid));
  const contents = await readBlobs(git, [now.oid, ...here]);
  if (!contents.ok) return contents;
  const [current, ...products] = contents.value as [Uint8Array, ...Uint8Array[]];
  const format = now.oid.length === 40 ? "sha1" : "sha256";
  const isMerge = isMerged(current, products) || isMergedWithOneOf(missing.value, format, current, products);
  return isMerge ? cameByGit(git, tip, path) : success(false);
}

/** The base is older than both of what was merged. */
function isMerged(current: Uint8Array, products: readonly Uint8Array[]): boolean {
  return products.some((base, oldest) =>
    products.slice(0, oldest).some((theirs, at) =>
      products.slice(0, at).some((ours) => {
        const merged = mergeText(base, ours, theirs);
        return merged !== null && Buffer.from(merged).equals(current);
      }),
    ),
  );
}

/**
 * A rebase leaves of a product's own content only its id in the message, and that is proof enough: what is left of the current
 * content once the changes of the other product are taken out has this id, or somebody wrote a line of it.
 */
function isMergedWithOneOf(
  missing: ReadonlySet<Oid>,
  format: "sha1" | "sha256",
  current: Uint8Array,
  products: readonly Uint8Array[],
): boolean {
  return products.some((base, oldest) =>
    products.slice(0, oldest).some((ours) => {
      const theirs = mergeText(ours, current, base);
      return theirs !== null && missing.has(blobOid(theirs, format));
    }),
  );
}

async function cameByGit(git: Git, tip: Oid, path: string): Promise<Result<boolean>> {
  const args = ["log", "--stdin", "--max-count=1", "--full-history", "--format=%P%n%B"];
  const log = await git.feed(args, [tip, "--", path, ""].join("\n"));
  if (!log.ok) return log;
  const text = log.value.toString("utf8");
  const [parents = ""] = text.split("\n", 1);
  const isReplayed = () => namedIn(text).some((named) => named.path === path && named.entry !== null);
  return success(parents.includes(" ") || isReplayed());
}

function isFile({ mode }: TreeEntry): boolean {
  return mode !== "160000";
}
