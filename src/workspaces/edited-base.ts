// Which product did a person's edit begin with, where the branch never showed that product? A squash or a rebase brings a
// product and an edit of it at once: then the newest product that the branch did show is an older one, and no true base.

import { type Result, success } from "../model/result.ts";
import type { Oid, TreeEntry } from "../model/tree.ts";
import type { Git } from "./git.ts";
import { missingOf, readBlobs } from "./objects.ts";
import type { Put } from "./puts.ts";

/** Products wait one after the other, and only the newest can have come by a squash. */
const MOST_UNSHOWN = 16;

export interface EditedPath {
  readonly now: TreeEntry;
  /** The newest product whose very content the branch held at that path. */
  readonly shown: Put;
  /** All products of the path, the newest first, and those that the branch holds before others. */
  readonly puts: readonly Put[];
  /** Contents that the branch ever had there. */
  readonly past: readonly Oid[];
}

/**
 * What a message in the branch tells of a newer product is believed. What only a ref of ours tells is taken where the content
 * is nearer to it: a product that still waits is further away than the one that was edited.
 */
export async function baseOfEdit(git: Git, path: EditedPath): Promise<Result<Put>> {
  const { now, shown, puts } = path;
  const seen = new Set(path.past);
  const unshown = puts.filter(({ entry }) => entry !== null && !seen.has(entry.oid));
  const told = unshown.find(({ held }) => held);
  if (told !== undefined && shown.held && puts.indexOf(told) < puts.indexOf(shown)) return success(told);
  const files = [shown, ...unshown.slice(0, MOST_UNSHOWN)].flatMap((put) =>
    put.entry === null || put.entry.mode === "160000" ? [] : [{ put, oid: put.entry.oid }],
  );
  if (files.length < 2 || now.mode === "160000") return success(shown);
  const oids = [now.oid, ...files.map(({ oid }) => oid)];
  const missing = await missingOf(git, oids);
  if (!missing.ok) return missing;
  // Without what is edited nothing can be compared, and the older base is no worse.
  if (missing.value.has(now.oid)) return success(shown);
  const here = files.filter(({ oid }) => !missing.value.has(oid));
  const contents = await readBlobs(git, [now.oid, ...here.map(({ oid }) => oid)]);
  if (!contents.ok) return contents;
  const [current, ...others] = contents.value as [Uint8Array, ...Uint8Array[]];
  const ranked = here.map(({ put }, at) => ({ put, far: distance(current, others[at]!) }));
  const nearest = ranked.reduce((best, one) => (one.far < best.far ? one : best), {
    put: shown,
    far: ranked.find(({ put }) => put === shown)?.far ?? Number.POSITIVE_INFINITY,
  });
  return success(nearest.put);
}

/** Lines that only one of the two has. */
function distance(one: Uint8Array, other: Uint8Array): number {
  const counts = new Map<string, number>();
  for (const [content, step] of [
    [one, 1],
    [other, -1],
  ] as const) {
    for (const line of Buffer.from(content).toString("latin1").split("\n"))
      counts.set(line, (counts.get(line) ?? 0) + step);
  }
  return [...counts.values()].reduce((sum, count) => sum + Math.abs(count), 0);
}
