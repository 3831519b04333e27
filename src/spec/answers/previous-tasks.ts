// What does a planner see of the backlog until now? Every task as it is written, and in brief.

import { localIdOf } from "../../model/address.ts";
import type { Feature } from "../../model/feature.ts";
import { splitBacklog } from "../merge/backlog-text.ts";
import { yamlText } from "../yaml/yaml.ts";

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
  return tasks.flatMap(({ id, title, requirements, filesHint }): PreviousEntry[] => {
    const local = localIdOf(id);
    const text = texts.get(local);
    if (text === undefined) return [];
    const brief = yamlText({ id: local, title, requirements, scope: { files_hint: filesHint } });
    return [{ id: local, text: text.trimEnd(), brief: brief.trimEnd(), reached: reached.has(local) }];
  });
}
