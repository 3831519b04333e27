// What does a part know of the whole that it belongs to? Who writes its last tests has to know what will be asked of all parts
// together; all others have enough with their own.

import type { TaskId } from "../model/address.ts";
import { isProvedByTests, taggedCriteria } from "../model/proof.ts";
import { criterionTag, isWhole, type Task } from "../model/task.ts";
import type { Segment } from "../model/window.ts";

interface Tasks {
  readonly tasks: readonly Task[];
  readonly indexOf: ReadonlyMap<TaskId, number>;
}

/** One for each criterion of the wholes around it, the innermost first; none where others come after it that can write tests. */
export function wholeSegments(graph: Tasks, task: Task): Segment[] {
  const found: Segment[] = [];
  let inner = task;
  for (let whole = taskOf(graph, task.whole); whole !== null; whole = taskOf(graph, whole.whole)) {
    if (!isLast(graph, inner, whole)) return found;
    for (const { id, text, place } of taggedCriteria(whole)) {
      const tag = criterionTag(whole.id, id);
      const told = `${tag} is proved by a test of that name, when all parts of ${whole.id} (${whole.title}) are done: ${text}`;
      found.push({ kind: "constraint", name: `${whole.id} ${id}`, text: told, place });
    }
    inner = whole;
  }
  return found;
}

/** Whether it can write tests, and no other part that can comes after it. */
function isLast(graph: Tasks, part: Task, whole: Task): boolean {
  const testing = (whole.parts ?? []).flatMap((id) => {
    const one = taskOf(graph, id);
    return one !== null && isProvedByTests(one) ? [one] : [];
  });
  return testing.includes(part) && testing.every((other) => !comesAfter(graph, other, part));
}

function comesAfter(graph: Tasks, later: Task, earlier: Task): boolean {
  const open = [later];
  const seen = new Set<TaskId>();
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    for (const id of at.dependsOn) {
      if (id === earlier.id) return true;
      const next = taskOf(graph, id);
      // Beyond the whole there is none of its parts.
      if (next === null || seen.has(id) || (next.whole !== earlier.whole && !isWhole(next))) continue;
      seen.add(id);
      open.push(next);
    }
  }
  return false;
}

function taskOf({ tasks, indexOf }: Tasks, id: TaskId | undefined): Task | null {
  return (id === undefined ? null : tasks[indexOf.get(id) ?? -1]) ?? null;
}
