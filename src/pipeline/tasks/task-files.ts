// What can a person or a script follow of a task while it runs? The files of `.factory/tasks/<feature>/`.

import { existsSync } from "node:fs";
import { join } from "node:path";
import { featureOf, localIdOf, type TaskId } from "../../model/address.ts";
import type { Digest, Json } from "../../model/digest.ts";
import type { PastFailure } from "../../model/verdict.ts";
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
  /** `preparing`: its project is set up, and the gates are tried before they are believed. */
  readonly phase:
    | "preparing"
    | "drafting"
    | "inspecting"
    | "reviewing"
    | "rebasing"
    | "done"
    | "failed"
    | "blocked";
  readonly attempt: number;
  readonly agent: string;
  readonly key: Digest;
  /** Counts the times that a person asked to try again (`factory retry`). */
  readonly round: number;
  /** Attempts that failed at this key. */
  readonly failed: number;
  /** Negative evidence of failed attempts at this key. */
  readonly lessons: readonly string[];
  /** Digest of the environment in which all that was learnt; null where an earlier version did not write it down. */
  readonly environment: Digest | null;
  /** How the last build failed that tried this key in this environment; null where none did. */
  readonly failure: PastFailure | null;
  /** Negative evidence that a rebase put into the backlog, each with the environment in which it was learnt. */
  readonly learnt: readonly Learnt[];
  readonly window_bytes: number;
  /** What the agent asked instead of an end; null where nothing is open. */
  readonly question: string | null;
}

export interface Learnt {
  readonly text: string;
  readonly environment: Digest;
}

/** A missing record is not one that cannot be read. */
export type StatusReading =
  | { readonly kind: "known"; readonly status: TaskStatus }
  | { readonly kind: "none" }
  | { readonly kind: "unreadable"; readonly path: string };

export function statusJson(status: TaskStatus): string {
  return `${JSON.stringify(status as unknown as Json, null, 2)}\n`;
}

/** Forgets what failed attempts taught, and makes calls that were answered before new ones. */
export async function beginAnew(root: string, task: TaskId): Promise<void> {
  const before = statusOf(root, task);
  if (before === null) return;
  const anew = { ...before, lessons: [], failed: 0, failure: null, question: null, round: before.round + 1 };
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
  const reading = readStatus(root, task);
  return reading.kind === "known" ? reading.status : null;
}

/** For those to whom "nothing was tried" and "nobody can tell" are not the same. */
export function readStatus(root: string, task: TaskId): StatusReading {
  const unreadable = { kind: "unreadable", path: shown(task, "status.json") } as const;
  const read = readFileCapped(taskFile(root, task, "status.json"), LIMIT);
  if (!read.ok)
    return "code" in read.failure && read.failure.code === "ENOENT" ? { kind: "none" } : unreadable;
  try {
    const status = JSON.parse(Buffer.from(read.value).toString("utf8")) as Partial<TaskStatus> | null;
    if (typeof status !== "object" || status === null || typeof status.key !== "string") return unreadable;
    const { lessons, round, failed, question, environment } = status;
    return {
      kind: "known",
      status: {
        ...(status as TaskStatus),
        lessons: texts(lessons),
        round: counted(round),
        failed: counted(failed),
        environment: typeof environment === "string" ? environment : null,
        failure: pastFailure(status.failure),
        learnt: Array.isArray(status.learnt) ? status.learnt.filter(isLearnt) : [],
        question: typeof question === "string" && question !== "" ? question : null,
      },
    };
  } catch {
    // Half a record: a disk that was full, or a person's hand.
    return unreadable;
  }
}

/** Path of the notes from the workspace's root; null where there are none. */
export function notesOf(root: string, task: TaskId): string | null {
  return existsSync(taskFile(root, task, "notes.md")) ? shown(task, "notes.md") : null;
}

function shown(task: TaskId, kind: TaskFileKind): string {
  return `.factory/tasks/${featureOf(task)}/${localIdOf(task)}.${kind}`;
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((one): one is string => typeof one === "string") : [];
}

function isLearnt(value: unknown): value is Learnt {
  const { text, environment } = (value ?? {}) as Partial<Learnt>;
  return typeof text === "string" && typeof environment === "string";
}

/** Null where it is not of the shape that is written. */
function pastFailure(value: unknown): PastFailure | null {
  if (typeof value !== "object" || value === null) return null;
  const { at, times, gate, reason, message } = value as Partial<Record<keyof PastFailure, unknown>>;
  if (typeof reason !== "string" || typeof message !== "string") return null;
  return {
    at: typeof at === "string" && !Number.isNaN(Date.parse(at)) ? at : null,
    times: counted(times),
    gate: typeof gate === "string" ? gate : null,
    reason,
    message,
  };
}

function counted(value: unknown): number {
  return typeof value === "number" && Number.isSafeInteger(value) && value > 0 ? value : 0;
}
