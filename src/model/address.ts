// How is a task named from anywhere?

/** `feature:T01`. */
export type TaskId = `${string}:${string}`;

export function taskId(feature: string, task: string): TaskId {
  return `${feature}:${task}`;
}

export function featureOf(id: TaskId): string {
  return id.slice(0, id.indexOf(":"));
}

export function localIdOf(id: TaskId): string {
  return id.slice(id.indexOf(":") + 1);
}
