// Which results does a feature's lock select when its spec goes back to an earlier version? Those of the lock that was
// committed with that version; and where that names none, those of any lock of the past whose key is wanted now.

import { join } from "node:path";
import { localIdOf } from "../../model/address.ts";
import type { BuildOptions } from "../../model/build-options.ts";
import { digestOfBytes } from "../../model/digest.ts";
import { type Result, success } from "../../model/result.ts";
import type { SpecVersion } from "../../model/spec-version.ts";
import type { Lock, LockEntry } from "../../model/trace.ts";
import type { Oid } from "../../model/tree.ts";
import { listIfThere, readIfThere } from "../../platform/files.ts";
import { writeDurably } from "../../store/durable.ts";
import {
  emptyLock,
  LOCK_NAME,
  type LockOnDisk,
  lockPath,
  readLock,
  readLockOnDisk,
  writeLock,
} from "../../store/locks.ts";
import { readBlobs } from "../../workspaces/objects.ts";
import { evaluate } from "../line/evaluate.ts";
import type { TaskState } from "../line/walk.ts";
import type { FeatureHistory } from "../past/feature-history.ts";
import type { BuildEnvironment } from "../run/build-environment.ts";
import { isCommitted } from "./restore-documents.ts";

const LIMIT = 64 * 1024 * 1024;

/** Puts the version's own lock in place. What people were handed stays theirs, whatever the spec says. */
export async function restoreLock(
  root: string,
  history: FeatureHistory,
  version: SpecVersion,
): Promise<Result<void>> {
  const { feature, folder, archive } = history;
  const onDisk = readLockOnDisk(root, folder);
  if (!onDisk.ok) return onDisk;
  if (onDisk.value !== null && !isCommitted(onDisk.value.bytes, archive)) {
    const kept = await keepLock(root, feature, onDisk.value.bytes);
    if (!kept.ok) return kept;
  }
  const past = await lockAt(history, version);
  if (!past.ok) return past;
  return writeLock(root, folder, onTopOf(ownLock(onDisk.value, feature), past.value ?? emptyLock(feature)));
}

/**
 * Selects, for tasks that an agent would have to draft, what any lock of the past knows of their keys. A key shows only
 * when the tasks below it have their results, so it is asked again until nothing more is found.
 */
export async function fitLock(
  environment: BuildEnvironment,
  history: FeatureHistory,
  options: BuildOptions,
): Promise<Result<void>> {
  const { feature, folder } = history;
  const quiet = { ...environment, tell: () => {} };
  const { root } = environment;
  let past: readonly Lock[] | null = null;
  for (;;) {
    const evaluation = await evaluate(quiet, options);
    // Whatever stops it stops the build, which tells why.
    if (!evaluation.ok) return success(undefined);
    const due = evaluation.value.taskStates.filter(
      ({ task, job }) => task.feature === feature && job?.judgement.work === "draft",
    );
    if (due.length === 0) return success(undefined);
    if (past === null) {
      const locks = await pastLocks(root, history);
      if (!locks.ok) return locks;
      past = locks.value;
    }
    const found = new Map<string, LockEntry>();
    for (const taskState of due) {
      const entry = await entryFor(taskState, past);
      if (!entry.ok) return entry;
      if (entry.value !== null) found.set(localIdOf(taskState.task.id), entry.value);
    }
    if (found.size === 0) return success(undefined);
    const onDisk = readLockOnDisk(root, folder);
    if (!onDisk.ok) return onDisk;
    const lock = ownLock(onDisk.value, feature) ?? emptyLock(feature);
    const written = await writeLock(root, folder, {
      ...lock,
      tasks: { ...lock.tasks, ...Object.fromEntries(found) },
    });
    if (!written.ok) return written;
  }
}

/** Null where no lock knows the key, or nobody has its outputs any more. */
async function entryFor({ task, job }: TaskState, past: readonly Lock[]): Promise<Result<LockEntry | null>> {
  if (job === null) return success(null);
  for (const lock of past) {
    const entry = lock.tasks[localIdOf(task.id)];
    if (entry?.key !== job.key || entry.project !== task.project) continue;
    const located = await job.state.contents.locate(entry.outputs);
    if (!located.ok) return located;
    if (located.value.lost.length === 0) return success({ ...entry, yielding: [] });
  }
  return success(null);
}

async function lockAt(history: FeatureHistory, { last }: SpecVersion): Promise<Result<Lock | null>> {
  const { archive } = history;
  const oid = archive.filesAt.get(last)?.get(LOCK_NAME)?.oid;
  if (oid === undefined || archive.git === null) return success(null);
  const content = await readBlobs(archive.git, [oid]);
  return content.ok ? pastLockIn(content.value[0] as Uint8Array, history) : content;
}

/** The newest first: those that were never committed, then those of history. */
async function pastLocks(root: string, history: FeatureHistory): Promise<Result<readonly Lock[]>> {
  const { feature, archive } = history;
  const folder = keptFolder(root, feature);
  const entries = listIfThere(folder);
  if (!entries.ok) return entries;
  const kept: Uint8Array[] = [];
  for (const { name } of entries.value) {
    const read = readIfThere(join(folder, name), LIMIT);
    if (!read.ok) return read;
    if (read.value !== null) kept.push(read.value);
  }
  const all = [...archive.filesAt.values()].flatMap((files) => files.get(LOCK_NAME)?.oid ?? []).reverse();
  const oids: Oid[] = [...new Set(all)];
  const contents = archive.git === null ? success([]) : await readBlobs(archive.git, oids);
  if (!contents.ok) return contents;
  const locks: Lock[] = [];
  for (const bytes of [...kept, ...contents.value]) {
    const lock = pastLockIn(bytes, history);
    if (!lock.ok) return lock;
    if (lock.value !== null) locks.push(lock.value);
  }
  return success(locks);
}

/** So that going forward again finds what was selected, also where it was never committed. */
function keepLock(root: string, feature: string, bytes: Uint8Array): Promise<Result<void>> {
  const name = `${digestOfBytes(bytes).slice(0, 16)}.lock`;
  return writeDurably(join(keptFolder(root, feature), name), bytes);
}

function keptFolder(root: string, feature: string): string {
  return join(root, ".factory", "replaced", feature, "locks");
}

/** Null for the lock of another feature, as from before this one was renamed. */
function ownLock(onDisk: LockOnDisk | null, feature: string): Lock | null {
  return onDisk?.lock.feature === feature ? onDisk.lock : null;
}

type Whose = Pick<FeatureHistory, "feature" | "folder">;

function lockIn(bytes: Uint8Array, { feature, folder }: Whose): Result<Lock | null> {
  const lock = readLock(bytes, lockPath(folder));
  return lock.ok ? success(lock.value.feature === feature ? lock.value : null) : lock;
}

/** Null also for what never was a lock, say one that was committed with conflicts: nobody can mend history. */
function pastLockIn(bytes: Uint8Array, whose: Whose): Result<Lock | null> {
  const lock = lockIn(bytes, whose);
  return lock.ok || lock.failure.reason !== "invalid-spec" ? lock : success(null);
}

/** A task of which the version's lock says nothing keeps what it has now, as after any other edit. */
function onTopOf(present: Lock | null, past: Lock): Lock {
  const tasks: Record<string, LockEntry> = { ...present?.tasks };
  for (const [id, entry] of Object.entries(past.tasks)) {
    const now = tasks[id]?.project === entry.project ? (tasks[id] as LockEntry).released : [];
    tasks[id] = { ...entry, released: [...new Set([...entry.released, ...now])].sort(), yielding: [] };
  }
  return { ...past, tasks };
}
