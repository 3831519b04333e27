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
  /** Contents that the branch ever had there. */
  readonly past: readonly Oid[];
  /** Whether a lock told, at any time, that a task made this there. */
  readonly wasTold: (content: Uint8Array) => Promise<Result<boolean>>;
}

/**
 * Only what a merge left there, a commit of a product that was replayed on another, or what holds a product that the branch
 * never showed, as where a squash kept only a title: whoever takes lines back by hand may come to the same, and means it.
 * False, too, where too few of the products are known to tell.
 */
export async function isMergeOfProducts(git: Git, tip: Oid, merged: MergedPath): Promise<Result<boolean>> {
  const { path, now, puts } = merged;
  const held = newestOf(puts.filter((put) => put.held));
  if (!isFile(now) || held.length < 2 || path.includes("\n")) return success(false);
  const missing = await missingOf(git, [now.oid, ...held]);
  if (!missing.ok) return missing;
  if (missing.value.has(now.oid)) return success(false);
  const here = held.filter((oid) => !missing.value.has(oid));
  const contents = await readBlobs(git, [now.oid, ...here]);
  if (!contents.ok) return contents;
  const [current, ...products] = contents.value as [Uint8Array, ...Uint8Array[]];
  const format = now.oid.length === 40 ? "sha1" : "sha256";
  const rests = restsOf(current, products).map((rest) => ({ ...rest, oid: blobOid(rest.content, format) }));
  if (isMerged(current, products) || rests.some(({ oid }) => missing.value.has(oid))) {
    const came = await cameByGit(git, tip, path);
    if (!came.ok || came.value) return came;
  }
  const onNewest = rests.filter(({ ours }) => here[ours] === held[0]);
  return holdsUnshown(onNewest, { ...merged, held });
}

/** A later product may name an earlier one that it replaced: that stands where it was put first. */
function newestOf(puts: readonly Put[]): readonly Oid[] {
  const files = puts.flatMap(({ entry }) => (entry !== null && isFile(entry) ? [entry.oid] : []));
  return [...new Set<Oid>(files.reverse())].reverse().slice(0, MOST_PRODUCTS);
}

/** A product of another line that this branch never showed is in nobody's hand: only git can have brought its lines. */
async function holdsUnshown(
  rests: readonly (Rest & { readonly oid: Oid })[],
  { held, past, puts, wasTold }: MergedPath & { readonly held: readonly Oid[] },
): Promise<Result<boolean>> {
  const elsewhere = new Set(newestOf(puts.filter((put) => !put.held)));
  for (const { oid, content } of rests) {
    if (held.includes(oid) || past.includes(oid)) continue;
    if (elsewhere.has(oid)) return success(true);
    const told = await wasTold(content);
    if (!told.ok || told.value) return told;
  }
  return success(false);
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

/** What is left of a content once the changes that made one product of an older one are taken out. */
interface Rest {
  readonly content: Uint8Array;
  /** Which product's changes, by its place. */
  readonly ours: number;
}

/**
 * A rebase leaves of a product's own content only its id in the message, and that is proof enough: what is left of the current
 * content once the changes of the other product are taken out has this id, or somebody wrote a line of it.
 */
function restsOf(current: Uint8Array, products: readonly Uint8Array[]): readonly Rest[] {
  return products.flatMap((base, oldest) =>
    products.slice(0, oldest).flatMap((product, ours) => {
      const content = mergeText(product, current, base);
      return content === null ? [] : [{ content, ours }];
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
