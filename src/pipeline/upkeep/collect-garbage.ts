// What of `.factory/` serves nobody any more? First a list, then it is removed, so that a dry run tells the same. Run
// under the build lock: whatever lies in a folder of attempts then was left by a build that died.

import { join } from "node:path";
import type { Digest } from "../../model/digest.ts";
import { type Result, success } from "../../model/result.ts";
import type { SlotRecord } from "../../model/slot.ts";
import { specFolders } from "../../model/spec-folders.ts";
import { FETCHED, fetchedFolder } from "../../model/workspace.ts";
import { bytesBelow } from "../../platform/disk-usage.ts";
import { listIfThere } from "../../platform/files.ts";
import { stampOf } from "../../platform/stamp.ts";
import { failureText } from "../../report/failure-text.ts";
import { Blobs } from "../../store/blobs.ts";
import { callRequests } from "../../store/calls.ts";
import { findTemps } from "../../store/durable.ts";
import { DISK } from "../../store/durable-io.ts";
import { type SweepReport, sweep } from "../../store/sweep-blobs.ts";
import { type StoredTrace, Traces } from "../../store/traces.ts";
import { dispose } from "../../workspaces/worktree.ts";
import { type HeldBlobs, heldBlobs } from "../planning/held-blobs.ts";
import type { Sources } from "../reading/sources.ts";
import { type KnownSlot, knownSlots } from "./known-slots.ts";
import { supersededTraces } from "./superseded-traces.ts";

export type GarbageKind =
  | "worktree"
  | "draft"
  | "temporary"
  | "slot"
  | "clone"
  | "templates"
  | "trace"
  | "cache";

export interface Garbage {
  readonly kind: GarbageKind;
  /** Absolute. */
  readonly path: string;
  readonly bytes: number;
}

export interface CollectOrder {
  /** Sound: a lock that cannot be read would name nothing. */
  readonly sources: Sources;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly dryRun: boolean;
  readonly includePaid: boolean;
}

export interface Collection {
  readonly garbage: readonly Garbage[];
  readonly blobs: SweepReport;
  /** What was left alone because it could not be judged, in words. */
  readonly kept: readonly string[];
}

/** Somebody may be about to use what is younger: `factory new`, or a trace that is written after its blobs. */
const GRACE_MS = 24 * 60 * 60 * 1000;

/** A slot can hold as much as the project's dependencies. */
const SLOT_MS = 14 * 24 * 60 * 60 * 1000;

const CACHE_MS = 30 * 24 * 60 * 60 * 1000;

export async function collectGarbage(order: CollectOrder): Promise<Result<Collection>> {
  const { sources, now, dryRun } = order;
  const factory = join(sources.root, ".factory");
  const temps = tempsOf(sources, now);
  if (!temps.ok) return temps;
  const slots = knownSlots(factory);
  if (!slots.ok) return slots;
  const stored = await new Traces(join(factory, "store"), DISK).all();
  if (!stored.ok) return stored;
  const traces = supersededTraces(stored.value, sources, order.includePaid).filter((path) =>
    isOlder(path, now - GRACE_MS),
  );
  const features = foldersIn(join(factory, "tasks"));
  if (!features.ok) return features;
  const held = heldBlobs(sources.root, features.value);
  if (!held.ok) return held;
  const paths: readonly (readonly [GarbageKind, Result<readonly string[]>])[] = [
    ["worktree", namesIn(factory, "worktrees")],
    ["draft", flattened(features.value.map(draftsIn))],
    ["temporary", temps],
    ["slot", success(unusedSlots(sources, slots.value, now))],
    ["clone", clonesOfNobody(sources, factory)],
    ["templates", templatesOfNobody(sources, now)],
    ["trace", success(traces)],
    ["cache", cachesOf(join(factory, "store"), now)],
    ["cache", remainsOf(join(factory, "git"), now)],
    ["cache", mapsOfNobody(sources, factory)],
    ["cache", sources.workspace.store === undefined ? namesIn(factory, "store", "unsent") : success([])],
  ];
  const garbage: Garbage[] = [];
  for (const [kind, list] of paths) {
    if (!list.ok) return list;
    garbage.push(...list.value.map((path) => ({ kind, path, bytes: bytesBelow(path) })));
  }
  if (!dryRun) {
    for (const { path } of garbage) {
      const removed = await dispose(path);
      if (!removed.ok) return removed;
    }
  }
  const left = stored.value.filter(({ path }) => !traces.includes(path));
  const blobs = await sweepBlobs(order, join(factory, "store"), left, held.value);
  if (!blobs.ok) return blobs;
  return success({
    garbage,
    blobs: blobs.value.report,
    kept: [...unknownSlots(slots.value), ...blobs.value.kept],
  });
}

/** None where there is no such folder. One that cannot be looked into stops the collection before anything is removed. */
function namesIn(...folder: readonly string[]): Result<readonly string[]> {
  const path = join(...folder);
  const entries = listIfThere(path);
  return entries.ok ? success(entries.value.map(({ name }) => join(path, name))) : entries;
}

function foldersIn(folder: string): Result<readonly string[]> {
  const entries = listIfThere(folder);
  if (!entries.ok) return entries;
  const folders = entries.value.filter(({ kind }) => kind === "folder");
  return success(folders.map(({ name }) => join(folder, name)));
}

/** All of them; fails with the first that cannot be looked into. */
function flattened(lists: readonly Result<readonly string[]>[]): Result<readonly string[]> {
  const found: string[] = [];
  for (const list of lists) {
    if (!list.ok) return list;
    found.push(...list.value);
  }
  return success(found);
}

/** Of what cannot be told how old it is, nobody knows that it is old. */
function isOlder(path: string, at: number): boolean {
  const { size, mtimeMs } = stampOf(path);
  return size >= 0 && mtimeMs <= at;
}

/** Scratch folders of attempts, beside the files that people read. */
function draftsIn(feature: string): Result<readonly string[]> {
  const folders = foldersIn(feature);
  return folders.ok ? success(folders.value.filter((path) => /\.draft-\d+$/.test(path))) : folders;
}

/** Temporary files of the store and beside specs, and what a `factory new` that was killed had begun. */
function tempsOf({ root, workspace }: Sources, now: number): Result<readonly string[]> {
  const found: string[] = [];
  const specs = specFolders(workspace.projects);
  for (const folder of [".factory/store", ".factory/tasks", ".factory/journal", ...specs]) {
    const temps = findTemps(join(root, folder), now, GRACE_MS);
    if (!temps.ok) return temps;
    found.push(...temps.value);
  }
  const inside = flattened(specs.map((folder) => namesIn(root, folder)));
  if (!inside.ok) return inside;
  const begun = inside.value.filter(
    (path) => /[\\/]\.new-[^\\/]+-\d+$/.test(path) && isOlder(path, now - GRACE_MS),
  );
  return success([...found.filter((path) => !begun.some((folder) => path.startsWith(folder))), ...begun]);
}

/** Of projects that left projects.yaml, and those in which nobody worked for long: the next lease makes new ones. */
function unusedSlots({ workspace }: Sources, slots: readonly KnownSlot[], now: number): readonly string[] {
  const ids = new Set(workspace.projects.map(({ id }) => id));
  return slots
    .filter(({ unknown }) => unknown === null)
    .filter(({ record }) => record === null || !ids.has(record.project) || !isStillOfUse(record, now))
    .flatMap(({ record, paths }) =>
      isHaunted(record, now) ? paths.filter((path) => !path.endsWith(".json")) : paths,
    );
}

/** Its number is kept back for a day: what a killed build left may still write to the path that it knows. */
function isHaunted(record: SlotRecord | null, now: number): boolean {
  return record !== null && !record.lastLease.ended && record.lastLease.at > now - GRACE_MS;
}

/** Another version may know what they are for, and a disk that cannot be read may come back. */
function unknownSlots(slots: readonly KnownSlot[]): readonly string[] {
  return slots.flatMap(({ number, unknown }) => {
    return unknown === null ? [] : [`slot ${number}: ${failureText(unknown, "slots").message}`];
  });
}

/** What a killed build left is used by nobody: something of it may have gone on writing there. */
function isStillOfUse({ lastLease }: SlotRecord, now: number): boolean {
  return lastLease.ended && lastLease.at > now - SLOT_MS;
}

/** Clones of projects that left projects.yaml, with the files beside them that share their name. */
function clonesOfNobody({ workspace }: Sources, factory: string): Result<readonly string[]> {
  const folder = join(factory, "git");
  const mine = workspace.projects.map(({ id }) => join(folder, `${id}.`));
  const present = namesIn(folder);
  if (!present.ok) return present;
  return success(present.value.filter((path) => !mine.some((prefix) => path.startsWith(prefix))));
}

/** Of filters and ignore rules: what a build that was killed had begun, and what no build has asked for in long. */
function remainsOf(folder: string, now: number): Result<readonly string[]> {
  const folders = foldersIn(folder);
  if (!folders.ok) return folders;
  const kept = folders.value.filter((path) => /\.(?:smudged|ignores)$/.test(path));
  const present = flattened(kept.map((path) => namesIn(path)));
  if (!present.ok) return present;
  const isBegun = (path: string) => /\.smudged[\\/]new-[^\\/]+$|\.ignores[\\/][0-9a-f]+\.[^\\/]+$/.test(path);
  return success(present.value.filter((path) => isBegun(path) || isOlder(path, now - CACHE_MS)));
}

/** Fetched templates that projects.yaml pins no more, and what a fetch that was killed had begun. */
function templatesOfNobody({ root, workspace }: Sources, now: number): Result<readonly string[]> {
  const pinned = new Set(workspace.templates.map((source) => join(root, fetchedFolder(source))));
  const present = namesIn(root, FETCHED);
  if (!present.ok) return present;
  return success(present.value.filter((path) => !pinned.has(path) && isOlder(path, now - GRACE_MS)));
}

/** Of projects that left projects.yaml, and the drawn maps that earlier versions kept and that nothing reads any more. */
function mapsOfNobody({ workspace }: Sources, factory: string): Result<readonly string[]> {
  const read = new Set(workspace.projects.map(({ id }) => `${id}.json`));
  const folder = join(factory, "maps");
  const entries = listIfThere(folder);
  if (!entries.ok) return entries;
  const maps = entries.value.filter(
    ({ name, kind }) => kind === "file" && /^[^.].*\.(?:md|json)$/.test(name),
  );
  return success(maps.flatMap(({ name }) => (read.has(name) ? [] : [join(folder, name)])));
}

/**
 * Passed checks, parsed features and trials of gates, which are made again where they are missed; whether one is in use shows in
 * no other file.
 */
function cachesOf(store: string, now: number): Result<readonly string[]> {
  const nested = flattened([foldersIn(join(store, "marks")), foldersIn(join(store, "features"))]);
  if (!nested.ok) return nested;
  const present = flattened([...nested.value, join(store, "trials")].map((folder) => namesIn(folder)));
  return present.ok ? success(present.value.filter((path) => isOlder(path, now - CACHE_MS))) : present;
}

async function sweepBlobs(
  { sources, now, dryRun, includePaid }: CollectOrder,
  store: string,
  traces: readonly StoredTrace[],
  held: HeldBlobs,
): Promise<Result<{ readonly report: SweepReport; readonly kept: readonly string[] }>> {
  const calls = callRequests(store);
  if (!calls.ok) return calls;
  const traced = traces.flatMap(({ trace }) => trace.outputs.flatMap(({ digest }) => digest ?? []));
  const roots = new Set<Digest>([...calls.value.requests, ...traced, ...held.digests]);
  for (const lock of sources.locks.all()) {
    for (const digest of [lock.planning?.plan, lock.planning?.backlog, lock.planning?.request]) {
      if (digest) roots.add(digest);
    }
    for (const { outputs } of Object.values(lock.tasks)) {
      for (const { digest, base } of outputs) {
        if (digest !== null) roots.add(digest);
        if (base !== null) roots.add(base);
      }
    }
  }
  // What was set aside as damaged, such as a trace, may name what was paid for.
  const aside = namesIn(store, "quarantine");
  if (!aside.ok) return aside;
  const doubts = [
    ...(calls.value.complete ? [] : ["a part of the journal of calls cannot be read"]),
    ...(aside.value.length === 0 ? [] : [`what is in ${join(store, "quarantine")} may name them`]),
    ...held.unclear.map((path) => `${path} may name them, and cannot be read`),
  ];
  const paid = includePaid && doubts.length === 0;
  const order = { roots, graceMs: GRACE_MS, now, dryRun, includePaid: paid };
  const report = await sweep(new Blobs(store, DISK), order);
  if (!report.ok) return report;
  const kept = includePaid ? doubts.map((doubt) => `paid blobs: ${doubt}`) : [];
  return success({ report: report.value, kept });
}
