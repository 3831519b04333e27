// How is a task written down where nothing is known of its author's spelling? In one way, so that a comment or a quote
// in the backlog changes no window.

import type { Task } from "../../model/task.ts";
import { memberOfTask, nearAddress, nested, TASK_FIELDS } from "../schema/task-fields.ts";
import { yamlText } from "../yaml/yaml.ts";

/** The entry of one task as YAML: canonical order, without what is empty. */
export function taskYaml(task: Task): string {
  return written(task, () => true);
}

/** Enough to build upon a task and to keep clear of its files. */
export function briefTaskYaml(task: Task): string {
  return written(task, (key) => ["title", "requirements", "scope.files_hint"].includes(key));
}

function written(task: Task, isShown: (key: string) => boolean): string {
  const values = TASK_FIELDS.filter(({ key }) => isShown(key)).flatMap((field) => {
    const value = field.write(memberOfTask(task, field), task.feature);
    return isFilled(value) ? [[field.key, value] as const] : [];
  });
  return yamlText(nested([["id", nearAddress(task.id, task.feature)], ...values]));
}

function isFilled(value: unknown): boolean {
  return value !== null && value !== "" && (typeof value !== "object" || Object.keys(value).length > 0);
}
