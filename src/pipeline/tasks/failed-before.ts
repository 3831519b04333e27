// Did a task fail at this very key through what was answered? Then the same question would only be paid for again.

import type { Failure } from "../../model/failure.ts";
import type { Run } from "../run.ts";
import type { Order } from "./judge-task.ts";
import { isOfToday } from "./past-failure.ts";
import { statusOf } from "./task-files.ts";

/** Null where it did not, where a person wants it tried again (`factory retry`), and where trying costs nothing. */
export function failedBefore({ sources }: Pick<Run, "sources">, order: Order): Failure | null {
  if (order.agent.kind === "generator") return null;
  const status = statusOf(sources.root, order.task.id);
  if (status === null || status.phase !== "failed" || status.failed === 0 || !isOfToday(status, order))
    return null;
  return { reason: "failed-before", attempts: status.failed };
}
