// What does a planner see of the backlog until now? Every task as it is written, and in brief.

import { localIdOf } from "../../model/address.ts";
import type { Feature } from "../../model/feature.ts";
import { briefTaskYaml } from "../edit/task-yaml.ts";
import { splitBacklog } from "../merge/backlog-text.ts";

export interface PreviousEntry {
  readonly id: string;
  readonly text: string;
  readonly brief: string;
  readonly reached: boolean;
}

/** None where the text cannot be told apart by tasks. */
export function previousTasks(
  backlog: string,
  { tasks }: Pick<Feature, "tasks">,
  reached: ReadonlySet<string>,
): readonly PreviousEntry[] {
  const texts = new Map(splitBacklog(backlog)?.entries.map(({ id, text }) => [id, text]));
  return tasks.flatMap((task): PreviousEntry[] => {
    const id = localIdOf(task.id);
    const text = texts.get(id)?.trimEnd();
    if (text === undefined) return [];
    return [{ id, text, brief: briefTaskYaml(task).trimEnd(), reached: reached.has(id) }];
  });
}
