// How do planned documents reach the specs? All of them or none: what is to be written is noted down first, so that a
// build which was killed in between is finished by the next one, and no half of a plan passes for a person's.

import { join } from "node:path";
import { type Digest, digestOfBytes, isDigest } from "../../model/digest.ts";
import { type Result, success } from "../../model/result.ts";
import { SPECS } from "../../model/spec-folders.ts";
import type { PlanningRecord } from "../../model/trace.ts";
import { listIfThere, readIfThere } from "../../platform/files.ts";
import type { Blobs } from "../../store/blobs.ts";
import { removeDurably, writeDurably } from "../../store/durable.ts";
import { emptyLock, readLockOnDisk, writeLock } from "../../store/locks.ts";

const LIMIT = 64 * 1024 * 1024;

export interface PlanFile {
  readonly name: "PLAN.md" | "BACKLOG.yaml" | "context.md";
  /** Digest of what it takes the place of; null: of no file. */
  readonly before: Digest | null;
  /** Digest of what it will say; the text is in the store. */
  readonly after: Digest;
}

interface Intent {
  readonly feature: string;
  /** Of the feature, from the workspace root. */
  readonly folder: string;
  readonly record: PlanningRecord;
  readonly files: readonly PlanFile[];
}

export interface PlanWriting {
  readonly feature: string;
  readonly folder: string;
  readonly record: PlanningRecord;
  /** New texts with the texts that they take the place of. */
  readonly files: readonly {
    readonly name: PlanFile["name"];
    readonly before: string | null;
    readonly after: string;
  }[];
}

/** Writes the files that change, and the record into the feature's lock. Fails with `io`. */
export async function writePlan(root: string, blobs: Blobs, writing: PlanWriting): Promise<Result<void>> {
  const files: PlanFile[] = [];
  for (const { name, before, after } of writing.files) {
    const kept = await blobs.put(after, { paid: true });
    if (!kept.ok) return kept;
    if (before === after) continue;
    files.push({ name, before: before === null ? null : digestOfBytes(before), after: kept.value });
  }
  const { feature, folder, record } = writing;
  const intent: Intent = { feature, folder, record, files };
  if (files.length === 0) return writeRecord(root, intent);
  const noted = await writeDurably(intentPath(root, feature), JSON.stringify(intent));
  return noted.ok ? carryOut(root, blobs, intent) : noted;
}

/** Finishes what a killed build had begun to write. The features whose folders were touched. */
export async function finishPlans(root: string, blobs: Blobs): Promise<Result<readonly string[]>> {
  const entries = listIfThere(intentsFolder(root));
  if (!entries.ok) return entries;
  const finished: string[] = [];
  for (const { name } of entries.value.filter((entry) => entry.name.endsWith(".json"))) {
    const intent = readIntent(join(intentsFolder(root), name));
    if (!intent.ok) return intent;
    if (intent.value === null) continue;
    const done = await carryOut(root, blobs, intent.value);
    if (!done.ok) return done;
    finished.push(intent.value.feature);
  }
  return success(finished);
}

async function carryOut(root: string, blobs: Blobs, intent: Intent): Promise<Result<void>> {
  for (const { name, before, after } of intent.files) {
    const path = join(root, intent.folder, name);
    const now = readIfThere(path, LIMIT);
    if (!now.ok) return now;
    const digest = now.value === null ? null : digestOfBytes(now.value);
    // Whoever changed it since we looked has the last word; the record is the base that it is merged with.
    if (digest !== before) continue;
    const text = await blobs.get(after);
    if (!text.ok) return text;
    const written = await writeDurably(path, text.value);
    if (!written.ok) return written;
  }
  const recorded = await writeRecord(root, intent);
  return recorded.ok ? removeDurably(intentPath(root, intent.feature)) : recorded;
}

/** Into the lock as it is on disk: its tasks are not planning's business. */
export async function writeRecord(
  root: string,
  { feature, folder, record }: Omit<Intent, "files">,
): Promise<Result<void>> {
  const onDisk = readLockOnDisk(root, folder);
  if (!onDisk.ok) return onDisk;
  return writeLock(root, folder, { ...(onDisk.value?.lock ?? emptyLock(feature)), planning: record });
}

/** Of what is being written. */
export function intentsFolder(root: string): string {
  return join(root, ".factory", "planning");
}

function intentPath(root: string, feature: string): string {
  return join(intentsFolder(root), `${feature}.json`);
}

/** Null for what is no note of ours: it was written whole or not at all, so it never was one. */
function readIntent(path: string): Result<Intent | null> {
  const read = readIfThere(path, LIMIT);
  if (!read.ok || read.value === null) return read as Result<null>;
  try {
    const noted = JSON.parse(Buffer.from(read.value).toString("utf8")) as Omit<Intent, "folder"> &
      Partial<Intent>;
    // Earlier versions knew one folder of features, and named none.
    const intent = { folder: `${SPECS}/${noted.feature}`, ...noted };
    return success(intent.files.every(({ after }) => isDigest(after)) ? intent : null);
  } catch {
    return success(null);
  }
}
