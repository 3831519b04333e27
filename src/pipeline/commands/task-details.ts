// What is known of one task: its entry in the spec, how its last attempts went, and what its agent reads?

import { join } from "node:path";
import { windowText } from "../../context/window-text.ts";
import { link } from "../../engine/graph.ts";
import type { TaskId } from "../../model/address.ts";
import type { BuildOptions } from "../../model/build-options.ts";
import { failed, type Result, success } from "../../model/result.ts";
import type { Task } from "../../model/task.ts";
import { readIfThere } from "../../platform/files.ts";
import { taskYaml } from "../../spec/edit/task-yaml.ts";
import { evaluate } from "../line/evaluate.ts";
import { readWhole } from "../reading/read-whole.ts";
import { knownTargets, unknownTarget } from "../reading/unknown-target.ts";
import { shown, statusOf, type TaskFileKind, type TaskStatus } from "../tasks/task-files.ts";
import type { Place } from "./caller.ts";
import { quietEnvironment } from "./locked-build.ts";

const LIMIT = 4 * 1024 * 1024;

export interface TaskDetails {
  readonly task: Task;
  /** Its entry as YAML, whatever its author's spelling. */
  readonly entry: string;
  /** Null where it was never tried here. */
  readonly status: TaskStatus | null;
  /** What the build wrote down for people; null where there is nothing. */
  readonly notes: string | null;
}

export async function taskDetails(place: Place, id: string): Promise<Result<TaskDetails>> {
  const task = await taskNamed(place, id);
  if (!task.ok) return task;
  const status = statusOf(place.root, task.value.id);
  if (!status.ok) return status;
  const notes = taskText(place.root, task.value.id, "notes.md");
  if (!notes.ok) return notes;
  return success({
    task: task.value,
    entry: taskYaml(task.value),
    status: status.value,
    notes: notes.value,
  });
}

/** The window that an attempt would begin with now, as text: role, task and all that is told of it. */
export async function nextWindow(
  place: Place,
  id: string,
  options: Omit<BuildOptions, "targets">,
): Promise<Result<string>> {
  const task = await taskNamed(place, id);
  if (!task.ok) return task;
  const evaluation = await evaluate(
    quietEnvironment(place),
    { ...options, targets: [task.value.id] },
    "again",
  );
  if (!evaluation.ok) return evaluation;
  const job = evaluation.value.taskStates.find((one) => one.task.id === task.value.id)?.job ?? null;
  if (job !== null) return success(windowText(job.window));
  const message = `no window of ${id} can be assembled as things stand`;
  return failed({
    reason: "usage",
    message,
    fix: `Run \`factory explain ${id}\`: it tells what is in the way.`,
  });
}

/** The window that the last attempt was given. */
export async function lastWindow(place: Place, id: string): Promise<Result<string>> {
  const task = await taskNamed(place, id);
  if (!task.ok) return task;
  const text = taskText(place.root, task.value.id, "context.md");
  if (!text.ok) return text;
  if (text.value !== null) return success(text.value);
  const message = `no window of ${id} was sent from this workspace`;
  return failed({ reason: "usage", message, fix: "Ask for the next one instead." });
}

async function taskNamed(place: Place, id: string): Promise<Result<Task>> {
  const reading = await readWhole(place);
  if (!reading.ok) return reading;
  const graph = link(reading.value.sources.features);
  const task = graph.tasks[graph.indexOf.get(id as TaskId) ?? -1];
  return task === undefined ? failed(unknownTarget("task", id, knownTargets(graph, []))) : success(task);
}

function taskText(root: string, task: TaskId, kind: TaskFileKind): Result<string | null> {
  const read = readIfThere(join(root, shown(task, kind)), LIMIT);
  if (!read.ok) return read;
  return success(read.value === null ? null : Buffer.from(read.value).toString("utf8"));
}
