// What does the `factory.lock` of a feature say? The selected result of every task, as text that git can merge task by
// task. It alone knows where a lock lies. It does not know whether the results are still wanted or their blobs at hand.

import { join } from "node:path";
import type { Json } from "../model/digest.ts";
import { failed, type Result, success } from "../model/result.ts";
import type { Lock, LockEntry, PlanningRecord, Yielding } from "../model/trace.ts";
import { readIfThere } from "../platform/files.ts";
import { removeDurably, writeDurably } from "./durable.ts";
import { lockProblem } from "./lock-shape.ts";

/** Of the file, beside the documents of its feature. */
export const LOCK_NAME = "factory.lock";

const FORMAT = 1;
const MOST_BYTES = 64 * 1024 * 1024;
const MERGE_MARK = /^(?:<{7}|>{7}|\|{7}) /m;

/** Of the feature in that folder; both from the workspace root. */
export function lockPath(folder: string): string {
  return `${folder}/${LOCK_NAME}`;
}

/** Whether that is the path of a lock. */
export function isLock(path: string): boolean {
  return path.endsWith(`/${LOCK_NAME}`);
}

export function emptyLock(feature: string): Lock {
  return { version: 1, feature, tasks: {} };
}

/** A lock as it lies there. */
export interface LockOnDisk {
  readonly bytes: Uint8Array;
  readonly lock: Lock;
}

/** Null where there is none. One that cannot be read or understood is a failure: it would be written over. */
export function readLockOnDisk(root: string, folder: string): Result<LockOnDisk | null> {
  const present = readIfThere(join(root, lockPath(folder)), MOST_BYTES);
  if (!present.ok || present.value === null) return present as Result<null>;
  const lock = readLock(present.value, lockPath(folder));
  return lock.ok ? success({ bytes: present.value, lock: lock.value }) : lock;
}

/** Whoever watches the sources, and must know which changes are ours. */
export interface Watching {
  /** `text` is null where the file goes. */
  wrote(path: string, text: string | null): void;
}

/** Writes the lock of the feature in `folder`, where its text is another one; one that says nothing is no file. */
export async function writeLock(
  root: string,
  folder: string,
  lock: Lock,
  watching: Watching | null = null,
): Promise<Result<void>> {
  const isEmpty = Object.keys(lock.tasks).length === 0 && lock.planning === undefined;
  const text = isEmpty ? null : lockText(lock);
  watching?.wrote(lockPath(folder), text);
  const path = join(root, lockPath(folder));
  const present = readIfThere(path, MOST_BYTES);
  if (!present.ok) return present;
  const standing = present.value === null ? null : Buffer.from(present.value).toString("utf8");
  if (standing === text) return success(undefined);
  return text === null ? removeDurably(path) : writeDurably(path, text);
}

/** Sorted, so that the same lock is the same text; one line per output and read, so that a diff names what moved. */
export function lockText(lock: Lock): string {
  const tasks = Object.keys(lock.tasks)
    .sort()
    .map((id) => `    ${JSON.stringify(id)}: ${entryText(lock.tasks[id] as LockEntry)}`);
  return `{
  "feature": ${JSON.stringify(lock.feature)},${planningText(lock.planning)}
  "tasks": ${block("{", tasks, "  }")},
  "version": ${FORMAT}
}
`;
}

/**
 * The lock in `bytes`, whose file is `path` (from the workspace root). Fails with `invalid-spec` where it is no lock,
 * say after a merge with conflicts, and with `newer-format` where a later version wrote it.
 */
export function readLock(bytes: Uint8Array, path: string): Result<Lock> {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString();
  const mark = MERGE_MARK.exec(text);
  if (mark !== null)
    return invalid(path, lineAt(text, mark.index), "the file has unresolved merge conflicts");
  let value: Json;
  try {
    value = JSON.parse(text) as Json;
  } catch (error) {
    const at = /position (\d+)/.exec((error as Error).message)?.[1];
    const line = lineAt(text, at === undefined ? text.length : Number(at));
    return invalid(path, line, "the file is not JSON");
  }
  const version = versionOf(value);
  if (version !== null && version > FORMAT) {
    return failed({ reason: "newer-format", path, found: version, known: FORMAT });
  }
  const problem = lockProblem(value);
  if (problem === null) return success(withNamedEdits(value as unknown as Lock));
  const task = problem.task === null ? -1 : text.indexOf(`\n    ${JSON.stringify(problem.task)}:`) + 1;
  return invalid(path, lineAt(text, Math.max(0, task)), problem.message);
}

/** What an earlier version let give way names a path and no edit, so nobody knows which one was meant: it is asked again. */
function withNamedEdits(lock: Lock): Lock {
  const isNamed = (one: Yielding) => typeof one !== "string";
  const entries = Object.entries(lock.tasks);
  if (entries.every(([, { yielding }]) => yielding.every(isNamed))) return lock;
  const named = entries.map(([id, entry]) => [id, { ...entry, yielding: entry.yielding.filter(isNamed) }]);
  return { ...lock, tasks: Object.fromEntries(named) };
}

function planningText(planning: PlanningRecord | undefined): string {
  if (planning === undefined) return "";
  const { approved, backlog, key, plan, request } = planning;
  const members = Object.entries({ approved, backlog, key, plan, request });
  return `\n  "planning": ${block(
    "{",
    members.map(([name, digest]) => `    "${name}": ${JSON.stringify(digest)}`),
    "  }",
  )},`;
}

function entryText(entry: LockEntry): string {
  const outputs = [...entry.outputs].sort((a, b) => (a.path < b.path ? -1 : 1));
  const agent = entry.agent === undefined ? "" : `"agent": ${JSON.stringify(entry.agent)},\n      `;
  return `{
      ${agent}"key": "${entry.key}",
      "outputs": ${block(
        "[",
        outputs.map(
          ({ base, digest, inserted, mode, path }) =>
            `        ${JSON.stringify({ path, mode, digest, base, inserted })}`,
        ),
        "      ]",
      )},
      "project": ${JSON.stringify(entry.project)},
      "reads": ${block(
        "[",
        entry.reads.map(
          ({ kind, subject, digest }) => `        ${JSON.stringify({ kind, subject, digest })}`,
        ),
        "      ]",
      )},
      "released": ${paths(entry.released)},
      "verification": "${entry.verification}",
      "yielding": ${block(
        "[",
        [...entry.yielding]
          .sort((a, b) => (a.path < b.path ? -1 : 1))
          .map(({ path, blob }) => `        ${JSON.stringify({ path, blob })}`),
        "      ]",
      )}
    }`;
}

function paths(list: readonly string[]): string {
  return block(
    "[",
    [...list].sort().map((path) => `        ${JSON.stringify(path)}`),
    "      ]",
  );
}

function block(open: string, lines: readonly string[], close: string): string {
  return lines.length === 0 ? `${open}${close.trim()}` : `${open}\n${lines.join(",\n")}\n${close}`;
}

function versionOf(value: Json): number | null {
  if (value === null || typeof value !== "object" || !("version" in value)) return null;
  return typeof value.version === "number" ? value.version : null;
}

function lineAt(text: string, index: number): number {
  return text.slice(0, index).split("\n").length;
}

function invalid(path: string, line: number, message: string): Result<never> {
  const fix = "Take either side of the file and run `factory build`.";
  return failed({
    reason: "invalid-spec",
    diagnostics: [
      { severity: "error", code: "invalid-lock", message, target: null, file: path, line, column: null, fix },
    ],
  });
}
