// Which results were made while a version of a feature stood, and what did they cost? Told by the locks in history and by
// the traces in the store. What neither knows any more is unknown, and never nothing.

import { join } from "node:path";
import { taskId } from "../../model/address.ts";
import { type Result, success } from "../../model/result.ts";
import type { VersionResult, VersionWithResults } from "../../model/spec-version.ts";
import type { Lock } from "../../model/trace.ts";
import type { Oid } from "../../model/tree.ts";
import { compareFeatures } from "../../spec/compare/compare.ts";
import { renamed } from "../../spec/compare/semantic-digest.ts";
import { LOCK_NAME, readLock, readLockOnDisk } from "../../store/locks.ts";
import { Traces } from "../../store/traces.ts";
import { readBlobs } from "../../workspaces/objects.ts";
import type { FeatureHistory } from "../past/feature-history.ts";
import { workOn } from "../past/recorded-work.ts";

/** The oldest first. */
export async function withResults(
  root: string,
  history: FeatureHistory,
): Promise<Result<VersionWithResults[]>> {
  const { feature, versions } = history;
  const locks = await locksOf(root, history);
  if (!locks.ok) return locks;
  const traces = Traces.reader(join(root, ".factory", "store"));
  const seen = new Set<string>();
  const told: VersionWithResults[] = [];
  for (const [index, version] of versions.entries()) {
    const before = versions[index - 1]?.feature ?? null;
    const diff = compareFeatures(
      before === null ? null : renamed(before, feature),
      renamed(version.feature, feature),
    );
    const results: VersionResult[] = [];
    const lock = locks.value[index] ?? null;
    for (const [id, { key }] of Object.entries(lock?.tasks ?? {})) {
      // A result that an earlier version selected was made then.
      if (lock === null || seen.has(`${id} ${key}`)) continue;
      seen.add(`${id} ${key}`);
      const task = taskId(lock.feature, id);
      const work = await workOn(traces, task, key);
      results.push({ task, key, usd: work?.usd ?? null, recorded: work !== null });
    }
    told.push({ version, diff, results });
  }
  return success(told);
}

/** In the order of the versions; null where a version left none that can be read. The last one's is as it is now. */
async function locksOf(
  root: string,
  { folder, versions, archive }: FeatureHistory,
): Promise<Result<readonly (Lock | null)[]>> {
  const oids = versions.map(({ last }) => archive.filesAt.get(last)?.get(LOCK_NAME)?.oid ?? null);
  const wanted = [...new Set(oids.filter((oid): oid is Oid => oid !== null))];
  const contents = archive.git === null ? success([]) : await readBlobs(archive.git, wanted);
  if (!contents.ok) return contents;
  const texts = new Map(wanted.map((oid, index) => [oid, contents.value[index] as Uint8Array]));
  const onDisk = readLockOnDisk(root, folder);
  if (!onDisk.ok && onDisk.failure.reason === "io") return onDisk;
  const present = onDisk.ok ? (onDisk.value?.lock ?? null) : undefined;
  return success(
    versions.map((_, index) => {
      const isLast = index === versions.length - 1;
      const oid = oids[index] ?? null;
      if (isLast && present !== null) return present ?? null;
      return oid === null ? null : parse(texts.get(oid) as Uint8Array);
    }),
  );
}

function parse(bytes: Uint8Array): Lock | null {
  const lock = readLock(bytes, LOCK_NAME);
  return lock.ok ? lock.value : null;
}
