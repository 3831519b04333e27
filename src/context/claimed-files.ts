// Which files do other features write already? Whoever cuts tasks would else find out by a refusal that two tasks want the
// same file and neither comes before the other.

import type { Task } from "../model/task.ts";
import type { Segment } from "../model/window.ts";

/** Of one window, in bytes. */
const TOLD = 2048;

const WAITING = "(once a person approves its new plan)";
const NEW_AND_WAITING = "(once a person approves the plan that adds it; nothing can depend on it before)";

type Claimant = Pick<Task, "id" | "project" | "filesHint" | "parts">;

export interface OtherTasks {
  /** Tasks of other features, as they are. */
  readonly tasks: readonly Claimant[];
  /** Tasks of other features as plans have them that wait for a person. */
  readonly waiting: readonly Claimant[];
}

/**
 * One line for each file or glob that tasks of other features claim in one of the projects, those that `plan` names first,
 * as many as there is room for.
 */
export function claimedFiles(
  { tasks, waiting }: OtherTasks,
  projects: readonly string[],
  plan: string,
): Segment[] {
  const claims = new Map<string, { readonly path: string; readonly tasks: Map<string, string> }>();
  const ids = new Set<string>(tasks.map(({ id }) => id));
  const add = ({ id, project, filesHint, parts }: Claimant, told: string) => {
    if (!projects.includes(project) || parts !== undefined) return;
    for (const path of filesHint) {
      const name = projects.length > 1 ? `${project}/${path}` : path;
      const known = claims.get(name) ?? { path, tasks: new Map() };
      claims.set(name, known);
      if (!known.tasks.has(id)) known.tasks.set(id, told);
    }
  };
  for (const task of tasks) add(task, task.id);
  for (const task of waiting) add(task, `${task.id} ${ids.has(task.id) ? WAITING : NEW_AND_WAITING}`);
  const sorted = [...claims].sort(
    ([a, one], [b, other]) =>
      Number(plan.includes(other.path)) - Number(plan.includes(one.path)) || (a < b ? -1 : 1),
  );
  let room = TOLD;
  return sorted.flatMap(([name, { tasks: claimants }]): Segment[] => {
    const text = [...claimants.values()].join(", ");
    room -= Buffer.byteLength(name + text);
    return room < 0 ? [] : [{ kind: "claimed", name, text, place: null }];
  });
}
