// How does a person say yes to a new text of a task, or to a draft that its reviewer could not judge? The text goes into the
// spec as a rewrite would have written it, where the spec still is what it was written over, and the next build begins with it.

import { link } from "../../engine/graph.ts";
import { featureOf, type TaskId } from "../../model/address.ts";
import type { Failure } from "../../model/failure.ts";
import { failed, type Result, success } from "../../model/result.ts";
import { writeDurably } from "../../store/durable.ts";
import { type Place, readWhole } from "../reading/read-whole.ts";
import { knownTargets, unknownTarget } from "../reading/unknown-target.ts";
import { reviseSource } from "./revise-source.ts";
import { approveDraft } from "./task-files.ts";
import { dropProposal, proposalPath, waitingRevision } from "./task-proposal.ts";

/**
 * The file that was written; null where it is the draft that a reviewer could not judge. Fails with `usage` where there is
 * no such task, or nothing waits.
 */
export async function approveTask(place: Place, id: TaskId): Promise<Result<string | null>> {
  const { root } = place;
  const reading = await readWhole(place);
  if (!reading.ok) return reading;
  const { sources } = reading.value;
  const graph = link(sources.features);
  const task = graph.tasks[graph.indexOf.get(id) ?? -1];
  const feature = graph.features.get(featureOf(id));
  if (task === undefined || feature === undefined) {
    return failed(unknownTarget("task", id, knownTargets(graph, sources.workspace.projects)));
  }
  const taken = await approveDraft(root, id);
  if (!taken.ok) return taken;
  if (taken.value) return success(null);
  const waiting = waitingRevision(root, task, feature);
  if (!waiting.ok) return waiting;
  if (waiting.value === null) {
    const message = `no draft and no new text of ${id} waits for a person, or the spec has changed since the text was written`;
    return failed({
      reason: "usage",
      message,
      fix: "Run `factory build`: it starts from the spec as it is.",
    });
  }
  const revised = reviseSource({ sources, graph }, task, waiting.value);
  if (!revised.ok) return failed(asFailure(id, revised.failure));
  const { path, after, file } = revised.value;
  const written = await writeDurably(path, after);
  if (!written.ok) return written;
  // Over another text now, it counts no more, also where it cannot be taken away.
  const dropped = await dropProposal(root, id);
  return dropped.ok ? success(file) : dropped;
}

function asFailure(task: TaskId, failure: Failure | readonly string[]): Failure {
  if (!Array.isArray(failure)) return failure as Failure;
  return {
    reason: "usage",
    message: `${proposalPath(task)} cannot be used: ${failure.join(" ")}`,
    fix: `Fix the file, or drop it with \`factory retry ${task}\`.`,
  };
}
