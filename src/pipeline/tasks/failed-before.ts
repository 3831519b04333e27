// Did a task fail at this very key through what was answered? Then the same question would only be paid for again.

import type { Failure } from "../../model/failure.ts";
import { type Result, success } from "../../model/result.ts";
import type { Run } from "../run/run.ts";
import type { Order } from "./judge-task.ts";
import { isOfToday } from "./past-failure.ts";
import { statusOf } from "./task-files.ts";

/**
 * Null where it did not, where a person wants it tried again (`factory build`, `factory retry`), and where trying costs
 * nothing.
 */
export function failedBefore(
  { sources, options }: Pick<Run, "sources" | "options">,
  order: Order,
): Result<Failure | null> {
  if (options.keepFailed !== true || order.agent.kind === "generator") return success(null);
  const known = statusOf(sources.root, order.task.id);
  if (!known.ok) return known;
  const status = known.value;
  if (status === null || status.phase !== "failed" || status.failed === 0 || !isOfToday(status, order))
    return success(null);
  return success({ reason: "failed-before", attempts: status.failed });
}
