// What would the generator write for a task today? It is deterministic and costs nothing, so reading commands may ask.

import { makeAgent } from "../agents/catalogue.ts";
import type { Change } from "../model/output.ts";
import { type Result, success } from "../model/result.ts";
import type { Order } from "./judge-task.ts";

/** Null for the tasks of every other agent: what those would write, only they know. */
export async function rendered(order: Order, signal: AbortSignal): Promise<Result<readonly Change[]> | null> {
  if (order.agent.kind !== "generator") return null;
  const work = await makeAgent(order.agent).draft({
    task: order.task,
    window: order.window,
    text: order.text,
    attempt: 1,
    dir: null,
    scratch: "",
    log: "",
    part: order.part,
    sources: order.code,
    signal,
  });
  return work.ok ? success(work.value.changes ?? []) : work;
}
