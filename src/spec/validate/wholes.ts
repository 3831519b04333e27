// Is a task that is made of others sound? Its parts keep to its files and its project, it says nothing that only one who writes
// could do, and nobody builds on a part alone: the verdict is that of the whole.

import type { TaskId } from "../../model/address.ts";
import { isCovered } from "../../model/pattern-cover.ts";
import type { Place } from "../../model/place.ts";
import { isWhole, type Task } from "../../model/task.ts";
import type { Findings } from "../findings/findings.ts";
import { clip } from "../findings/nearest.ts";

type Tasks = ReadonlyMap<TaskId, Task>;

/** Keys for whoever drafts; a whole is drafted by nobody. */
const FOR_DRAFTS = ["type", "agent", "generator", "tests", "context"];

export function checkWhole(task: Task, tasks: Tasks, findings: Findings): void {
  if (!isWhole(task)) return;
  for (const key of FOR_DRAFTS) {
    const place = task.places[key];
    if (place === undefined) continue;
    findings.error(
      "idle-key",
      { target: task.id, place },
      {
        message: `${task.id} is made of other tasks and drafted by nobody, so its \`${key}\` says nothing.`,
        fix: `Give it to the tasks below \`tasks:\` that it is meant for.`,
      },
    );
  }
  for (const id of task.parts ?? []) {
    const part = tasks.get(id);
    if (part !== undefined) checkPart(part, task, findings);
  }
}

function checkPart(part: Task, whole: Task, findings: Findings): void {
  if (part.project !== whole.project) {
    findings.error(
      "part-elsewhere",
      { target: part.id, place: placeOf(part, "project") },
      {
        message: `${part.id} writes into ${part.project}, but ${whole.id}, of which it is a part, is judged in ${whole.project}.`,
        fix: "Make it a task of its own, on which the other depends.",
      },
    );
    return;
  }
  for (const [index, pattern] of part.filesHint.entries()) {
    if (whole.filesHint.length === 0 || isCovered(pattern, whole.filesHint)) continue;
    findings.error(
      "part-outside-scope",
      { target: part.id, place: placeOf(part, `scope.files_hint.${index}`) },
      {
        message: `${part.id} may write ${clip(pattern)}, which ${whole.id}, of which it is a part, may not.`,
        fix: `Add it to files_hint of ${whole.id}, or take it away here.`,
      },
    );
  }
}

function placeOf({ places, place }: Task, key: string): Place {
  return places[key] ?? places["scope.files_hint"] ?? place;
}

/** What stands beside a whole waits for its verdict. */
export function checkOutsiders(task: Task, tasks: Tasks, findings: Findings): void {
  for (const [position, id] of task.dependsOn.entries()) {
    const whole = tasks.get(id)?.whole;
    if (whole === undefined || isWithin(task, whole, tasks)) continue;
    findings.error(
      "part-alone",
      {
        target: task.id,
        place: task.places[`depends_on.${position}`] ?? task.places.depends_on ?? task.place,
      },
      {
        message: `${task.id} depends on ${id}, which is a part of ${whole} and judged with it.`,
        fix: `Depend on ${outermost(whole, task, tasks)}.`,
      },
    );
  }
}

/** Whether the task is the whole, or stands in it at any depth. */
function isWithin(task: Task, whole: TaskId, tasks: Tasks): boolean {
  for (let at: Task | undefined = task; at !== undefined; at = tasks.get(at.whole ?? ("" as TaskId))) {
    if (at.id === whole) return true;
  }
  return false;
}

function outermost(whole: TaskId, task: Task, tasks: Tasks): TaskId {
  let found = whole;
  for (
    let at = tasks.get(whole)?.whole;
    at !== undefined && !isWithin(task, at, tasks);
    at = tasks.get(at)?.whole
  )
    found = at;
  return found;
}
