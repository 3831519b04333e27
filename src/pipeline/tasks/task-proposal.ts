// Which new text of a task waits for a person? It lies beside the other files of the task, bound to what it was written
// over: an edit of the spec, `factory retry` and `factory approve` end it.

import { featureOf, localIdOf, type TaskId } from "../../model/address.ts";
import type { Failure } from "../../model/failure.ts";
import type { Feature } from "../../model/feature.ts";
import { failed, type Result, success } from "../../model/result.ts";
import type { Task } from "../../model/task.ts";
import type { Widening } from "../../model/widening.ts";
import { readIfThere } from "../../platform/files.ts";
import { wideningText } from "../../report/widening-text.ts";
import { proposalBase, proposalText, readProposal } from "../../spec/answers/proposal-text.ts";
import { wideningsOf } from "../../spec/compare/find-widenings.ts";
import type { TaskRevision } from "../../spec/edit/edit-task.ts";
import { removeDurably, writeDurably } from "../../store/durable.ts";
import type { IsSensitive } from "./sensitive-files.ts";

const LIMIT = 1024 * 1024;

/** From the workspace root. */
export function proposalPath(task: TaskId): string {
  return `.factory/tasks/${featureOf(task)}/${localIdOf(task)}.proposal.yaml`;
}

export interface Proposing {
  readonly task: Task;
  readonly feature: Feature;
  readonly revision: TaskRevision;
  readonly widenings: readonly Widening[];
}

/** Writes it down. The failure that tells of it; or `io`, where it could not be kept. */
export async function propose(root: string, proposing: Proposing): Promise<Failure> {
  const { task, feature, revision, widenings } = proposing;
  const head = [
    `A new text of ${task.id} by the rebase agent. It waits for a person, because it`,
    ...widenings.map((widening) => `- ${wideningText(widening)}`),
    `\`factory approve ${task.id}\` writes it into the spec; \`factory retry ${task.id}\`, or an edit of the spec, drops it.`,
  ];
  const text = proposalText(task, proposalBase(task, feature), revision, head);
  const written = await writeDurably(`${root}/${proposalPath(task.id)}`, text, { mode: 0o600 });
  return written.ok ? waits(task.id, widenings) : written.failure;
}

/** What keeps a task from being written until a person decides; null where nothing does. */
export function waitingChange(
  root: string,
  task: Task,
  feature: Feature | undefined,
  isSensitive: IsSensitive,
): Result<Failure | null> {
  const waiting = feature === undefined ? success(null) : waitingRevision(root, task, feature);
  if (!waiting.ok || waiting.value === null) return waiting as Result<null>;
  return success(waits(task.id, wideningsOf(task, revised(task, waiting.value), isSensitive)));
}

/** As far as it shows in widenings. */
function revised(task: Task, { filesHint, acceptance, context }: TaskRevision): Task {
  return {
    ...task,
    context: { ...task.context, ...context },
    filesHint: filesHint ?? task.filesHint,
    acceptance: acceptance?.map((criterion) => ({ ...criterion, place: task.place })) ?? task.acceptance,
  };
}

function waits(target: TaskId, widenings: readonly Widening[]): Failure {
  const changes = widenings.map((widening) => ({ task: target, widening }));
  return { reason: "change-waits", target, proposal: proposalPath(target), changes };
}

/** What waits for the task as it is written now; null where nothing does. Fails where that cannot be told. */
export function waitingRevision(root: string, task: Task, feature: Feature): Result<TaskRevision | null> {
  const path = proposalPath(task.id);
  const read = readIfThere(`${root}/${path}`, LIMIT);
  if (!read.ok || read.value === null) return read as Result<null>;
  const proposal = readProposal(Buffer.from(read.value).toString("utf8"), path, task);
  if (!proposal.ok) return failed(unreadable(task.id, proposal.failure));
  if (proposal.value.base !== proposalBase(task, feature)) return success(null);
  const { revision } = proposal.value;
  return revision.ok ? revision : failed(unreadable(task.id, revision.failure));
}

function unreadable(task: TaskId, sentences: readonly string[]): Failure {
  return {
    reason: "usage",
    message: `${proposalPath(task)} cannot be read: ${sentences.join(" ")}`,
    fix: `Fix the file, or drop it with \`factory retry ${task}\`.`,
  };
}

export async function dropProposal(root: string, task: TaskId): Promise<Result<void>> {
  return removeDurably(`${root}/${proposalPath(task)}`);
}
