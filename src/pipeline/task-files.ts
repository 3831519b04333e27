// What can a person or a script follow of a task while it runs? The files of `.factory/tasks/<feature>/`.

import { join } from "node:path";
import { featureOf, localIdOf, type TaskId } from "../model/address.ts";
import type { Digest, Json } from "../model/digest.ts";
import { readFileCapped } from "../platform/files.ts";
import { ownRedactor } from "../platform/redact.ts";
import { writeDurably } from "../store/durable.ts";

const LIMIT = 1024 * 1024;

export type TaskFileKind = "status.json" | "notes.md" | "context.md" | "log";

export function taskFile(root: string, task: TaskId, kind: TaskFileKind): string {
  return join(root, ".factory", "tasks", featureOf(task), `${localIdOf(task)}.${kind}`);
}

/** Written for people and scripts; losing one loses nothing, so a full disk here does not stop a build. */
export async function writeTaskFile(
  root: string,
  task: TaskId,
  kind: TaskFileKind,
  text: string,
): Promise<void> {
  await writeDurably(taskFile(root, task, kind), ownRedactor()(text), { derived: true, mode: 0o600 });
}

export interface TaskStatus {
  readonly task: TaskId;
  readonly phase: "drafting" | "inspecting" | "done" | "failed" | "blocked";
  readonly attempt: number;
  readonly agent: string;
  readonly key: Digest;
  /** Negative evidence of failed attempts at this key. */
  readonly lessons: readonly string[];
  readonly window_bytes: number;
}

export function statusJson(status: TaskStatus): string {
  return `${JSON.stringify(status as unknown as Json, null, 2)}\n`;
}

/** What earlier builds learnt at the same key. */
export function lessonsOf(root: string, task: TaskId, key: Digest): readonly string[] {
  const read = readFileCapped(taskFile(root, task, "status.json"), LIMIT);
  if (!read.ok) return [];
  try {
    const status = JSON.parse(Buffer.from(read.value).toString("utf8")) as Partial<TaskStatus>;
    if (status.key !== key || !Array.isArray(status.lessons)) return [];
    return status.lessons.filter((lesson): lesson is string => typeof lesson === "string");
  } catch {
    // A status file is for reading along; a broken one teaches nothing.
    return [];
  }
}
