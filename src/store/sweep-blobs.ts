// Which blobs can go? Those that nothing names, that cost nothing and that are not fresh. It does not know what names
// a blob: the caller brings the roots (locks of all branches, traces, unresolved calls). Run under the build lock.

import { statSync } from "node:fs";
import { join } from "node:path";
import type { Digest } from "../model/digest.ts";
import { type Result, success } from "../model/result.ts";
import { fileFailure, systemCode } from "../platform/file-failure.ts";
import { listIfThere } from "../platform/files.ts";
import type { Blobs, Tier } from "./blobs.ts";
import { removeDurably } from "./durable.ts";

export interface SweepOrder {
  readonly roots: ReadonlySet<Digest>;
  /** Blobs younger than this at `now` stay: a build may have stored them for a trace that it writes next. */
  readonly graceMs: number;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly dryRun: boolean;
  /** Also what was paid for. Only ever by a person's explicit word. */
  readonly includePaid: boolean;
}

export interface SweepReport {
  /** Blobs removed, or that would be. */
  readonly blobs: number;
  readonly bytes: number;
  readonly kept: number;
}

/** Both tiers are listed before anything goes: what cannot be looked at stops the sweep while all is still there. */
export async function sweep(blobs: Blobs, order: SweepOrder): Promise<Result<SweepReport>> {
  const derived = listTier(blobs, "derived");
  if (!derived.ok) return derived;
  const paid = listTier(blobs, "paid");
  if (!paid.ok) return paid;
  const all = [
    ...derived.value.map((blob) => ({ ...blob, mayGo: true })),
    ...paid.value.map((blob) => ({ ...blob, mayGo: order.includePaid })),
  ];
  const report = { blobs: 0, bytes: 0, kept: 0 };
  for (const { path, digest, bytes, at, mayGo } of all) {
    if (!mayGo || at > order.now - order.graceMs || order.roots.has(digest)) {
      report.kept += 1;
      continue;
    }
    const removed = order.dryRun ? success(undefined) : await removeDurably(path, { derived: true });
    if (!removed.ok) return removed;
    report.blobs += 1;
    report.bytes += bytes;
  }
  return success(report);
}

interface StoredBlob {
  readonly path: string;
  readonly digest: Digest;
  readonly bytes: number;
  readonly at: number;
}

function listTier(blobs: Blobs, tier: Tier): Result<readonly StoredBlob[]> {
  const folder = blobs.folderOf(tier);
  const shards = listIfThere(folder);
  if (!shards.ok) return shards;
  const found: StoredBlob[] = [];
  for (const { name: shard } of shards.value) {
    // A file that somebody put there is no shard, and stays.
    if (!/^[0-9a-f]{2}$/.test(shard)) continue;
    const names = listIfThere(join(folder, shard));
    if (!names.ok) return names;
    for (const { name } of names.value) {
      // Temporary files are not blobs; `sweepTemps` has its own rule for them.
      if (!/^[0-9a-f]{62}$/.test(name)) continue;
      const path = join(folder, shard, name);
      try {
        const { size, mtimeMs } = statSync(path);
        found.push({ path, digest: `${shard}${name}` as Digest, bytes: size, at: mtimeMs });
      } catch (error) {
        if (systemCode(error) !== "ENOENT") return fileFailure(path, "look at", error);
      }
    }
  }
  return success(found);
}
