// What would the generator write for a task today? It is deterministic and costs nothing, so reading commands may ask.

import { renderPart } from "../../agents/generator.ts";
import type { Change } from "../../model/output.ts";
import type { Result } from "../../model/result.ts";
import type { Order } from "./judge-task.ts";

/** Null for the tasks of every other agent: what those would write, only they know. */
export async function rendered(order: Order): Promise<Result<readonly Change[]> | null> {
  if (order.agent.kind !== "generator") return null;
  const { task, window, part, code } = order;
  return renderPart({ task, window, part, sources: code });
}
