// How did a task fail in builds that are over? Told for as long as what it failed on is what stands now: the failure of an
// older spec, or of gates that are others today, says nothing of this one.

import { plainReason } from "../../engine/action-manifest.ts";
import { type Digest, digestOf, type Json } from "../../model/digest.ts";
import type { Failure } from "../../model/failure.ts";
import { isWhole, type Task } from "../../model/task.ts";
import type { PastFailure, Reason } from "../../model/verdict.ts";
import { evidence } from "../../report/build-text.ts";
import { negativeEvidence } from "../../report/negative-evidence.ts";
import type { Run } from "../run/run.ts";
import type { Assignment } from "./assignment.ts";
import { blamedParts } from "./blamed-parts.ts";
import { environmentOf } from "./task-environment.ts";
import { notesOf, readStatus, type TaskStatus } from "./task-files.ts";

export function pastFailure(run: Run, task: Task, failure: Failure, times: number): PastFailure {
  const at = run.clock();
  const blamed =
    isWhole(task) && failure.reason === "gates-failed" ? blamedParts(run, task, failure.results) : [];
  const parts = blamed.flatMap((node) => run.graph.tasks[node]?.id ?? []);
  return {
    ...(parts.length === 0 ? {} : { parts }),
    ...(isWhole(task) ? { made: madeOf(run, task) } : {}),
    at: new Date(at).toISOString(),
    times,
    gate: gateOf(failure),
    reason: failure.reason,
    message: evidence(failure, task.id),
  };
}

/** What the parts of a whole have made, at any depth: other results are another question. */
export function madeOf({ graph, selected }: Pick<Run, "graph" | "selected">, whole: Task): Digest {
  const outputsOf = (task: Task): Json[] =>
    (task.parts ?? []).flatMap((id) => {
      const part = graph.tasks[graph.indexOf.get(id) ?? -1];
      const own = (selected.entry(id)?.outputs ?? []).map(({ path, digest }) => [path, digest]);
      return [...own, ...(part === undefined ? [] : outputsOf(part))];
    });
  return digestOf("made/1", outputsOf(whole));
}

function gateOf(failure: Failure): string | null {
  if (failure.reason === "gate-broken") return failure.gate;
  if (failure.reason !== "gates-failed") return null;
  return failure.results.find(({ passed }) => !passed)?.gate ?? null;
}

/**
 * Whether the answers themselves were no good, so that they must not be read again. What the wire, the budget, an
 * interrupt or a kill cut short is gone through once more from its beginning: every answer is there already, so it costs
 * nothing until the point where it was cut.
 */
export function isOfAnswers(failure: Failure): boolean {
  return negativeEvidence(failure) !== null || failure.reason === "agent-answer";
}

/** Whether what a record says was learnt is about what stands now. */
export function isOfToday(status: TaskStatus, order: Assignment): boolean {
  if (status.key !== order.key) return false;
  return status.environment === null || status.environment === environmentOf(order);
}

/** A reason beside the verdict, which is the engine's: that it failed, that nobody can tell, or null for no record. */
export function failureReason({ sources }: Pick<Run, "sources">, order: Assignment): Reason | null {
  const { root } = sources;
  const { task } = order;
  const reading = readStatus(root, task.id);
  if (reading.kind === "none") return null;
  if (reading.kind === "unreadable")
    return { ...plainReason("record-unreadable", task.id), file: reading.path };
  const { status } = reading;
  const failure = status.failure ?? unwritten(status);
  if (failure === null || !isOfToday(status, order)) return null;
  const reason = plainReason("failed-before", failure.gate ?? failure.reason);
  return { ...reason, file: notesOf(root, task.id), failure };
}

/** An earlier version counted, and wrote down no more. */
function unwritten({ phase, failed }: TaskStatus): PastFailure | null {
  if (phase !== "failed" || failed === 0) return null;
  return { at: null, times: failed, gate: null, reason: "unexpected", message: "" };
}
