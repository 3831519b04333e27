// What in a new plan of a feature must a person have seen? Of tasks that there are already, whatever gives more away than
// they do now. A person who edited a requirement wants other criteria of whatever comes from it; they have not said
// that it may write elsewhere. Tasks that are new are as the first plan was: `checkpoints` say who sees them first.

import type { TaskId } from "../../model/address.ts";
import type { FeatureDiff } from "../../model/feature-diff.ts";
import type { Task } from "../../model/task.ts";
import type { Widening } from "../../model/widening.ts";
import { wideningsOf, wideningsOfLoss } from "./find-widenings.ts";

export interface PlanWidening {
  readonly task: TaskId;
  readonly widening: Widening;
}

/** `edited`: requirements that a person is known to have said otherwise, or taken away, since the last plan. */
export function planWidenings(
  before: readonly Task[],
  after: readonly Task[],
  edited: ReadonlySet<string>,
): readonly PlanWidening[] {
  // A plan that names such a path waits as a whole, whatever it named before.
  const isSensitive = () => false;
  const planned = new Map(after.map((task) => [task.id, task]));
  return before.flatMap((task) => {
    const now = planned.get(task.id);
    const all = now === undefined ? wideningsOfLoss(task) : wideningsOf(task, now, isSensitive);
    const isMeant = task.requirements.some((id) => edited.has(id));
    return all
      .filter(({ kind }) => !isMeant || !MEANT.has(kind))
      .map((widening) => ({ task: task.id, widening }));
  });
}

/** What an edited requirement is for. */
const MEANT: ReadonlySet<Widening["kind"]> = new Set([
  "criterion-reworded",
  "criterion-dropped",
  "requirement-dropped",
] as const);

/** Where nobody knows what was asked for before, everything reads as added, and nothing as edited. */
export function editedRequirements({ requirements }: Pick<FeatureDiff, "requirements">): ReadonlySet<string> {
  return new Set(requirements.filter(({ change }) => change !== "added").map(({ id }) => id));
}
