// What keeps a task from being drafted, however good the draft would be? Asked before anything is paid.

import { authorize } from "../../agents/catalogue.ts";
import type { Failure } from "../../model/failure.ts";
import type { Run } from "../run.ts";
import { hintedIgnored } from "./ignored-hint.ts";
import type { Order } from "./judge-task.ts";
import { hintedFilter } from "./stored-changes.ts";
import { waitingChange } from "./task-proposal.ts";

/** A person who has to be asked, an agent that may not be, or a file that nobody may write; null where nothing does. */
export async function obstacleToDraft(run: Run, order: Order): Promise<Failure | null> {
  const waiting = waitingChange(run.sources.root, order.task, order.feature);
  if (!waiting.ok) return waiting.failure;
  if (waiting.value !== null) return waiting.value;
  const permission = authorize(order.agent, order.task.id, run.options.modelCalls);
  if (!permission.ok) return permission.failure;
  const filtered = await hintedFilter(order);
  if (!filtered.ok) return filtered.failure;
  const ignored = await hintedIgnored(order);
  return ignored.ok ? null : ignored.failure;
}
