// What can a person or a script follow of a task while it runs? The files of `.factory/tasks/<feature>/`.

import { join } from "node:path";
import { featureOf, localIdOf, type TaskId } from "../../model/address.ts";
import type { Digest, Json } from "../../model/digest.ts";
import { readFileCapped } from "../../platform/files.ts";
import { ownRedactor } from "../../platform/redact.ts";
import { writeDurably } from "../../store/durable.ts";

const LIMIT = 1024 * 1024;

export type TaskFileKind = "status.json" | "notes.md" | "context.md" | "log";

function taskFile(root: string, task: TaskId, kind: TaskFileKind): string {
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
  readonly phase: "drafting" | "inspecting" | "reviewing" | "rebasing" | "done" | "failed" | "blocked";
  readonly attempt: number;
  readonly agent: string;
  readonly key: Digest;
  /** Counts the times that a person asked to try again (`factory retry`). */
  readonly round: number;
  /** Attempts that failed at this key. */
  readonly failed: number;
  /** Negative evidence of failed attempts at this key. */
  readonly lessons: readonly string[];
  readonly window_bytes: number;
  /** What the agent asked instead of an end; null where nothing is open. */
  readonly question: string | null;
}

export function statusJson(status: TaskStatus): string {
  return `${JSON.stringify(status as unknown as Json, null, 2)}\n`;
}

/** Forgets what failed attempts taught, and makes calls that were answered before new ones. */
export async function beginAnew(root: string, task: TaskId): Promise<void> {
  const before = statusOf(root, task);
  if (before === null) return;
  const anew = { ...before, lessons: [], failed: 0, question: null, round: before.round + 1 };
  await writeTaskFile(root, task, "status.json", statusJson(anew));
}

/** A person has answered: what was asked is part of the spec now. */
export async function closeQuestion(root: string, task: TaskId): Promise<void> {
  const before = statusOf(root, task);
  if (before === null) return;
  await writeTaskFile(root, task, "status.json", statusJson({ ...before, question: null }));
}

/** What the last build left; null where there is nothing that can be read. */
export function statusOf(root: string, task: TaskId): TaskStatus | null {
  const read = readFileCapped(taskFile(root, task, "status.json"), LIMIT);
  if (!read.ok) return null;
  try {
    const status = JSON.parse(Buffer.from(read.value).toString("utf8")) as Partial<TaskStatus>;
    const { lessons, round, failed, question } = status;
    return {
      ...(status as TaskStatus),
      lessons: Array.isArray(lessons) ? lessons.filter((lesson) => typeof lesson === "string") : [],
      round: counted(round),
      failed: counted(failed),
      question: typeof question === "string" && question !== "" ? question : null,
    };
  } catch {
    // A status file is for reading along; a broken one teaches nothing.
    return null;
  }
}

function counted(value: unknown): number {
  return typeof value === "number" && Number.isSafeInteger(value) && value > 0 ? value : 0;
}
