// Which blobs can go? Those that nothing names, that cost nothing and that are not fresh. It does not know what names
// a blob: the caller brings the roots (locks of all branches, traces, unresolved calls). Run under the build lock.

import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Digest } from "../model/digest.ts";
import { type Result, success } from "../model/result.ts";
import { fileFailure, systemCode } from "../platform/file-failure.ts";
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

export async function sweep(blobs: Blobs, order: SweepOrder): Promise<Result<SweepReport>> {
  const report = { blobs: 0, bytes: 0, kept: 0 };
  for (const tier of ["derived", "paid"] as const) {
    const listed = listTier(blobs, tier);
    if (!listed.ok) return listed;
    for (const { path, digest, bytes, at } of listed.value) {
      const goes = (tier === "derived" || order.includePaid) && at <= order.now - order.graceMs;
      if (!goes || order.roots.has(digest)) {
        report.kept += 1;
        continue;
      }
      const removed = order.dryRun ? success(undefined) : await removeDurably(path, { derived: true });
      if (!removed.ok) return removed;
      report.blobs += 1;
      report.bytes += bytes;
    }
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
  try {
    return success(
      readdirSync(folder).flatMap((shard) =>
        readdirSync(join(folder, shard))
          // Temporary files are not blobs; `sweepTemps` has its own rule for them.
          .filter((name) => /^[0-9a-f]{62}$/.test(name))
          .map((name): StoredBlob => {
            const path = join(folder, shard, name);
            const { size, mtimeMs } = statSync(path);
            return { path, digest: `${shard}${name}` as Digest, bytes: size, at: mtimeMs };
          }),
      ),
    );
  } catch (error) {
    return systemCode(error) === "ENOENT" ? success([]) : fileFailure(folder, "list", error);
  }
}
