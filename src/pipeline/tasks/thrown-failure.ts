// What does an exception in a step of a task mean? A file that the system refused to somebody who did not expect it, or a bug.

import type { TaskId } from "../../model/address.ts";
import type { Failure } from "../../model/failure.ts";
import { refusedFile } from "../../platform/file-failure.ts";

export function thrownFailure(task: TaskId, error: unknown): Failure {
  const refused = refusedFile(error);
  if (refused !== null) return refused;
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  return { reason: "unexpected", task, message, stack: stack ?? "" };
}
