// Which tasks of a feature does an edit touch? Those whose windows it can change, told by what the edit changed: rather
// one too many than one too few. It knows nothing of other features, nor of what comes after a task.

import type { TaskId } from "../../model/address.ts";
import type { Feature } from "../../model/feature.ts";
import type { Task } from "../../model/task.ts";
import { compareFeatures } from "./compare.ts";

/** Settings that no window shows and no route hangs on. */
const HEADINGS: ReadonlySet<string> = new Set(["title"]);

/** Tasks of `before`; `after` is null where the feature is gone, or nobody can tell what it says. */
export function touchedTasks(before: Feature, after: Feature | null): readonly TaskId[] {
  const all = before.tasks.map(({ id }) => id);
  if (after === null) return all;
  const { change, settings, requirements, constraints, params, tasks } = compareFeatures(before, after);
  const forAll = [...settings.filter(({ id }) => !HEADINGS.has(id)), ...constraints, ...params];
  if (change !== null || forAll.length > 0) return all;
  const edited = new Set(tasks.map(({ id }) => id));
  const items = new Set(requirements.map(({ id }) => id));
  const isTouched = (task: Task) => edited.has(task.id) || task.requirements.some((id) => items.has(id));
  return before.tasks.filter(isTouched).map(({ id }) => id);
}
