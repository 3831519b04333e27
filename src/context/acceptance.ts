// How are the criteria of a task shown to those who are told nothing else of it? By the name that its tests carry.

import type { Task } from "../model/task.ts";
import type { Segment } from "../model/window.ts";

export function taggedAcceptance(task: Pick<Task, "id" | "acceptance">): Segment[] {
  return task.acceptance.map(({ id, text, place }) => {
    return { kind: "acceptance", name: `${task.id}.${id}`, text, place };
  });
}
