// `factory gc`: take away what `.factory/` holds for nobody. What cost money stays unless a person says otherwise.

import { relative } from "node:path";
import { success } from "../../model/result.ts";
import { withLock } from "../../pipeline/commands/locked-build.ts";
import { validSources } from "../../pipeline/commands/valid-sources.ts";
import { readOutlines } from "../../pipeline/reading/read-whole.ts";
import { type Collection, collectGarbage, type GarbageKind } from "../../pipeline/upkeep/collect-garbage.ts";
import { collectRemote, type RemoteCollection } from "../../pipeline/upkeep/collect-remote.ts";
import { now } from "../../platform/clock.ts";
import { count, size } from "../../report/figures.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import type { Invocation } from "../invocation.ts";

const NAMES: Readonly<Record<GarbageKind, string>> = {
  worktree: "leftover worktree",
  draft: "scratch folder",
  temporary: "temporary file",
  slot: "unused slot",
  clone: "clone file",
  templates: "unpinned templates",
  trace: "superseded trace",
  cache: "old cache file",
};

export async function run(invocation: Invocation): Promise<ExitCode> {
  // Read before the lock too, so that a folder that is no workspace gets no `.factory/`.
  const sound = await validSources(invocation, readOutlines);
  if (!sound.ok) return invocation.refuse(sound.failure);
  const dryRun = invocation.flag("dryRun");
  const collection = await withLock(invocation, async () => {
    const sources = await validSources(invocation, readOutlines);
    if (!sources.ok) return sources;
    return collectGarbage({
      sources: sources.value,
      now: now(),
      dryRun,
      includePaid: invocation.flag("paid"),
    });
  });
  if (!collection.ok) return invocation.refuse(collection.failure);
  const remote = invocation.flag("remote")
    ? await collectRemote({ workspace: sound.value.workspace, environment: process.env, now: now(), dryRun })
    : success(null);
  if (!remote.ok) return invocation.refuse(remote.failure);
  if (invocation.json)
    invocation.printJson(documentOf(invocation.root, dryRun, collection.value, remote.value));
  else {
    invocation.print(textOf(invocation.root, dryRun, collection.value));
    if (remote.value !== null) invocation.print([remoteText(dryRun, remote.value)]);
  }
  return EXIT.done;
}

function remoteText(dryRun: boolean, { store, removed }: RemoteCollection): string {
  if (removed === null) return `store ${store}: its server lists nothing, so it decides itself what it keeps`;
  const { objects, bytes, kept } = removed;
  const gone = `${count(objects, "object")} (${size(bytes)}) ${dryRun ? "would be removed" : "removed"}`;
  return `store ${store}: ${gone}, ${kept} younger than 30 days; what was paid for stays`;
}

function textOf(root: string, dryRun: boolean, { garbage, blobs, kept }: Collection): string[] {
  const lines = garbage.map(({ kind, path, bytes }) => {
    return `${NAMES[kind].padEnd(18)} ${size(bytes).padStart(9)}  ${relative(root, path)}`;
  });
  if (blobs.blobs > 0)
    lines.push(`${count(blobs.blobs, "blob").padEnd(18)} ${size(blobs.bytes).padStart(9)}`);
  const bytes = garbage.reduce((sum, one) => sum + one.bytes, blobs.bytes);
  const nothing = garbage.length === 0 && blobs.blobs === 0;
  const total = nothing ? "nothing to clean up" : `${size(bytes)} ${dryRun ? "would be freed" : "freed"}`;
  return [...lines, ...kept.map((what) => `left alone: ${what}`), total];
}

function documentOf(
  root: string,
  dryRun: boolean,
  { garbage, blobs, kept }: Collection,
  remote: RemoteCollection | null,
) {
  return {
    schema: 1,
    dry_run: dryRun,
    removed: garbage.map(({ kind, path, bytes }) => ({ kind, path: relative(root, path), bytes })),
    blobs: { removed: blobs.blobs, bytes: blobs.bytes, kept: blobs.kept },
    left_alone: kept,
    ...(remote === null ? {} : { remote: { store: remote.store, removed: remote.removed } }),
  };
}
