// What can a person or a script follow of a task while it runs? The files of `.factory/tasks/<feature>/`.

import { existsSync } from "node:fs";
import { join } from "node:path";
import { featureOf, localIdOf, type TaskId } from "../../model/address.ts";
import type { Digest, Json } from "../../model/digest.ts";
import type { Failure } from "../../model/failure.ts";
import type { Output, Read } from "../../model/output.ts";
import { failed, type Result, success } from "../../model/result.ts";
import type { Reviewed } from "../../model/review.ts";
import type { PastFailure } from "../../model/verdict.ts";
import { now } from "../../platform/clock.ts";
import { readIfThere } from "../../platform/files.ts";
import { ownRedactor, type Redact } from "../../platform/redact.ts";
import { writeDurably } from "../../store/durable.ts";

const LIMIT = 1024 * 1024;

export type TaskFileKind = "status.json" | "notes.md" | "context.md" | "diff" | "log";

function taskFile(root: string, task: TaskId, kind: TaskFileKind): string {
  return join(root, ".factory", "tasks", featureOf(task), `${localIdOf(task)}.${kind}`);
}

/** Written for people and scripts; losing one loses nothing, so a full disk here does not stop a build. */
export async function writeTaskFile(
  root: string,
  task: TaskId,
  kind: TaskFileKind,
  text: string,
  redact: Redact,
): Promise<void> {
  await writeTo(taskFile(root, task, kind), redact(text));
}

function writeStatus(root: string, task: TaskId, status: TaskStatus): Promise<Result<void>> {
  return writeTo(taskFile(root, task, "status.json"), ownRedactor()(statusJson(status)));
}

function writeTo(path: string, text: string): Promise<Result<void>> {
  return writeDurably(path, text, { derived: true, mode: 0o600 });
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
  /** Negative evidence that a rewrite put into the backlog, each with the environment in which it was learnt. */
  readonly learnt: readonly Lesson[];
  readonly window_bytes: number;
  /** What the agent asked instead of an end; null where nothing is open. */
  readonly question: string | null;
  /** What the agent said at the end of its last draft at this key; null where it said nothing. */
  readonly said: string | null;
  /** The last review of a draft at this key; null where there was none. */
  readonly review: Reviewed | null;
  /** The draft that its reviewer could not judge, until a person decides; null where none waits. */
  readonly undecided: UndecidedDraft | null;
  /** The last draft at this key that nobody has judged to the end; null once it was accepted or refused. */
  readonly unjudged: HeldDraft | null;
}

/** What was drafted and paid for. */
export interface HeldDraft {
  readonly outputs: readonly Output[];
  readonly reads: readonly Read[];
  readonly agent?: string;
}

/** It has passed its gates. */
export interface UndecidedDraft extends HeldDraft {
  /** A person has said that it is good. */
  readonly approved: boolean;
}

export interface Lesson {
  readonly text: string;
  readonly environment: Digest;
}

/** A missing record is not one that cannot be read. */
export type StatusRecord =
  | { readonly kind: "known"; readonly status: TaskStatus }
  | { readonly kind: "none" }
  | { readonly kind: "unreadable"; readonly path: string; readonly failure: Failure };

export function statusJson(status: TaskStatus): string {
  return `${JSON.stringify(status as unknown as Json, null, 2)}\n`;
}

/** Forgets what failed attempts taught, and makes calls that were answered before new ones. */
export async function beginAnew(root: string, task: TaskId): Promise<Result<void>> {
  const reading = readStatus(root, task);
  if (reading.kind === "none") return success(undefined);
  const before = reading.kind === "known" ? reading.status : unknownStatus(task);
  const anew = {
    ...before,
    lessons: [],
    failed: 0,
    failure: null,
    question: null,
    ...UNREVIEWED,
    round: before.round + 1,
  };
  return writeStatus(root, task, anew);
}

/** In place of one that nobody can read: how many rounds there were is not known, so this one is later than any. */
function unknownStatus(task: TaskId): TaskStatus {
  return {
    task,
    phase: "failed",
    attempt: 0,
    agent: "",
    key: "" as Digest,
    round: Math.floor(now() / 1000),
    failed: 0,
    lessons: [],
    environment: null,
    failure: null,
    learnt: [],
    window_bytes: 0,
    question: null,
    ...UNREVIEWED,
  };
}

const UNREVIEWED = { said: null, review: null, undecided: null, unjudged: null } as const;

/** A person takes the draft that its reviewer could not judge. False where none waits. */
export async function approveDraft(root: string, task: TaskId): Promise<Result<boolean>> {
  const status = statusOf(root, task);
  if (!status.ok) return status;
  if (status.value === null || status.value.undecided === null) return success(false);
  const undecided = { ...status.value.undecided, approved: true };
  const written = await writeStatus(root, task, { ...status.value, undecided });
  return written.ok ? success(true) : written;
}

/** A person has answered: what was asked is part of the spec now. */
export async function closeQuestion(root: string, task: TaskId): Promise<void> {
  const before = statusOf(root, task);
  if (!before.ok || before.value === null) return;
  await writeStatus(root, task, { ...before.value, question: null });
}

/** What the last build left; null where there is nothing. Where nobody can tell, the failure says why. */
export function statusOf(root: string, task: TaskId): Result<TaskStatus | null> {
  const reading = readStatus(root, task);
  if (reading.kind === "unreadable") return failed(reading.failure);
  return success(reading.kind === "known" ? reading.status : null);
}

/** For those who tell of it. */
export function readStatus(root: string, task: TaskId): StatusRecord {
  const path = shown(task, "status.json");
  const read = readIfThere(taskFile(root, task, "status.json"), LIMIT);
  if (!read.ok) return { kind: "unreadable", path, failure: read.failure };
  if (read.value === null) return { kind: "none" };
  const damaged = { kind: "unreadable", path, failure: { reason: "record-damaged", path, task } } as const;
  try {
    const status = JSON.parse(Buffer.from(read.value).toString("utf8")) as Partial<TaskStatus> | null;
    if (typeof status !== "object" || status === null || typeof status.key !== "string") return damaged;
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
        learnt: Array.isArray(status.learnt) ? status.learnt.filter(isLesson) : [],
        question: typeof question === "string" && question !== "" ? question : null,
        said: typeof status.said === "string" ? status.said : null,
        review: isReviewed(status.review) ? status.review : null,
        undecided: isUndecided(status.undecided) ? status.undecided : null,
        unjudged: isHeld(status.unjudged) ? status.unjudged : null,
      },
    };
  } catch {
    // Half a record: a disk that was full, or a person's hand.
    return damaged;
  }
}

/** Path of the notes from the workspace's root; null where there are none. */
export function notesOf(root: string, task: TaskId): string | null {
  return existsSync(taskFile(root, task, "notes.md")) ? shown(task, "notes.md") : null;
}

/** Path of a file of the task from the workspace's root. */
export function shown(task: TaskId, kind: TaskFileKind): string {
  return `.factory/tasks/${featureOf(task)}/${localIdOf(task)}.${kind}`;
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((one): one is string => typeof one === "string") : [];
}

function isLesson(value: unknown): value is Lesson {
  const { text, environment } = (value ?? {}) as Partial<Lesson>;
  return typeof text === "string" && typeof environment === "string";
}

function isReviewed(value: unknown): value is Reviewed {
  const { verdict, findings, unseen } = (value ?? {}) as Partial<Reviewed>;
  return typeof verdict === "string" && Array.isArray(findings) && Array.isArray(unseen);
}

function isUndecided(value: unknown): value is UndecidedDraft {
  return isHeld(value) && typeof (value as Partial<UndecidedDraft>).approved === "boolean";
}

function isHeld(value: unknown): value is HeldDraft {
  const { outputs, reads } = (value ?? {}) as Partial<HeldDraft>;
  return Array.isArray(outputs) && Array.isArray(reads);
}

/** Null where it is not of the shape that is written. */
function pastFailure(value: unknown): PastFailure | null {
  if (typeof value !== "object" || value === null) return null;
  const { at, times, gate, reason, message, parts, made } = value as Partial<
    Record<keyof PastFailure, unknown>
  >;
  if (typeof reason !== "string" || typeof message !== "string") return null;
  return {
    ...(Array.isArray(parts) ? { parts: parts.filter((id) => typeof id === "string") } : {}),
    ...(typeof made === "string" ? { made } : {}),
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
