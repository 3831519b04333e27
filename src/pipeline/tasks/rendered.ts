// What would the generator write for a task today? It is deterministic and costs nothing, so reading commands may ask.

import { renderPart } from "../../agents/generator.ts";
import type { Change } from "../../model/output.ts";
import type { Result } from "../../model/result.ts";
import { groundOf } from "../product/compose.ts";
import type { Run } from "../run/run.ts";
import type { Order } from "./judge-task.ts";
import { storedChanges } from "./stored-changes.ts";

/** As git would store it. Null for the tasks of every other agent: what those would write, only they know. */
export async function rendered(run: Run, order: Order): Promise<Result<readonly Change[]> | null> {
  if (order.agent.kind !== "generator") return null;
  const { task, window, part, code, site, node } = order;
  const changes = await renderPart({ task, window, part, sources: code });
  if (!changes.ok) return changes;
  const ground = await groundOf(run, site, node);
  return ground.ok ? storedChanges(site, ground.value.tree, changes.value) : ground;
}
