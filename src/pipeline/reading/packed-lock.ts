// How does a lock wait in the index? As one line of tuples, which is unpacked when somebody asks for it: a build that
// looks at a few tasks needs few locks.

import type { Digest } from "../../model/digest.ts";
import type { InsertedLines } from "../../model/inserted-lines.ts";
import type { FileMode, Output } from "../../model/output.ts";
import type { Lock, LockEntry, PlanningRecord } from "../../model/trace.ts";

type PackedOutput = readonly [
  path: string,
  mode: FileMode,
  digest: Digest | null,
  base: Digest | null,
  inserted?: readonly InsertedLines[],
];

type PackedEntry = readonly [
  id: string,
  project: string,
  key: Digest,
  verification: Digest,
  outputs: readonly PackedOutput[],
  rest: Pick<LockEntry, "reads" | "released" | "yielding" | "agent"> | null,
];

interface PackedLock {
  readonly feature: string;
  readonly tasks: readonly PackedEntry[];
  readonly planning?: PlanningRecord;
}

/** One line of JSON, also where there is no lock. */
export function packLock(lock: Lock | null): string {
  if (lock === null) return "null";
  const tasks = Object.entries(lock.tasks).map(([id, entry]) => packEntry(id, entry));
  const { feature, planning } = lock;
  const packed: PackedLock = { feature, tasks, ...(planning === undefined ? {} : { planning }) };
  return JSON.stringify(packed);
}

function packEntry(id: string, entry: LockEntry): PackedEntry {
  const { project, key, verification, reads, released, yielding, agent } = entry;
  const outputs = entry.outputs.map(({ path, mode, digest, base, inserted }): PackedOutput => {
    return inserted === undefined ? [path, mode, digest, base] : [path, mode, digest, base, inserted];
  });
  const rest = { reads, released, yielding, ...(agent === undefined ? {} : { agent }) };
  const plain = reads.length + released.length + yielding.length === 0 && agent === undefined;
  return [id, project, key, verification, outputs, plain ? null : rest];
}

const NOTHING_ELSE = { reads: [], released: [], yielding: [] } as const;

export function unpackLock(text: string): Lock | null {
  const packed = JSON.parse(text) as PackedLock | null;
  if (packed === null) return null;
  const tasks = packed.tasks.map((task) => [task[0], unpackEntry(task)] as const);
  const { feature, planning } = packed;
  const lock = { version: 1, feature, tasks: Object.fromEntries(tasks) } as const;
  return planning === undefined ? lock : { ...lock, planning };
}

function unpackEntry([, project, key, verification, outputs, rest]: PackedEntry): LockEntry {
  const unpacked = outputs.map(([path, mode, digest, base, inserted]): Output => {
    return inserted === undefined ? { path, mode, digest, base } : { path, mode, digest, base, inserted };
  });
  return { project, key, verification, outputs: unpacked, ...(rest ?? NOTHING_ELSE) };
}
