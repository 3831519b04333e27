// Which files do other features write already? Whoever cuts tasks would else find out by a refusal that two tasks want the
// same file and neither comes before the other.

import type { Task } from "../model/task.ts";
import type { Segment } from "../model/window.ts";

/** Of one window, in bytes. */
const TOLD = 2048;

/**
 * One line for each file or glob that tasks of other features claim in one of the projects, those that `plan` names first,
 * as many as there is room for.
 */
export function claimedFiles(
  others: readonly Pick<Task, "id" | "project" | "filesHint" | "parts">[],
  projects: readonly string[],
  plan: string,
): Segment[] {
  const claims = new Map<string, { readonly path: string; readonly tasks: string[] }>();
  for (const { id, project, filesHint, parts } of others) {
    if (!projects.includes(project) || parts !== undefined) continue;
    for (const path of filesHint) {
      const name = projects.length > 1 ? `${project}/${path}` : path;
      const known = claims.get(name);
      if (known === undefined) claims.set(name, { path, tasks: [id] });
      else known.tasks.push(id);
    }
  }
  const sorted = [...claims].sort(
    ([a, one], [b, other]) =>
      Number(plan.includes(other.path)) - Number(plan.includes(one.path)) || (a < b ? -1 : 1),
  );
  let room = TOLD;
  return sorted.flatMap(([name, { tasks }]): Segment[] => {
    const text = tasks.join(", ");
    room -= Buffer.byteLength(name + text);
    return room < 0 ? [] : [{ kind: "claimed", name, text, place: null }];
  });
}
