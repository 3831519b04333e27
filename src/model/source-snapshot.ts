// What did the sources say at one moment? The digest of every file that a build would read, without any content.

import { type Digest, digestOf } from "./digest.ts";

/** By path from the root of the workspace; a file that was not there has no entry. */
export type SourceSnapshot = ReadonlyMap<string, Digest>;

/** Equal for equal snapshots alone. */
export function snapshotName(snapshot: SourceSnapshot): Digest {
  return digestOf(
    "source-snapshot/1",
    [...snapshot].sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}

/** Paths that were added, removed or changed, sorted. */
export function changedFiles(before: SourceSnapshot, after: SourceSnapshot): readonly string[] {
  const changed = [...after.keys()].filter((path) => before.get(path) !== after.get(path));
  return [...changed, ...[...before.keys()].filter((path) => !after.has(path))].sort();
}
