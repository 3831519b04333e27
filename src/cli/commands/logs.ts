// `factory logs TASK`: what its agent did in the last session; with -f also what it does from now on.

import { join } from "node:path";
import type { TaskId } from "../../model/address.ts";
import { taskDetails } from "../../pipeline/commands/task-details.ts";
import { shown, statusOf } from "../../pipeline/tasks/task-files.ts";
import { pause } from "../../platform/clock.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import { GrowingLog } from "../growing-log.ts";
import type { Invocation } from "../invocation.ts";

const LOOK_MS = 150;
const RUNNING: ReadonlySet<string> = new Set([
  "preparing",
  "drafting",
  "inspecting",
  "reviewing",
  "rebasing",
]);

export async function run(invocation: Invocation): Promise<ExitCode> {
  const { root } = invocation;
  const details = await taskDetails(invocation, invocation.argument(0) ?? "");
  if (!details.ok) return invocation.refuse(details.failure);
  const { id } = details.value.task;
  const log = new GrowingLog(join(root, shown(id, "log")));
  const first = log.read();
  if (!first.ok) return invocation.refuse(first.failure);
  if (first.value === null && !invocation.flag("follow"))
    return invocation.refuse({
      reason: "usage",
      message: `no agent has worked on ${id} in this workspace`,
      fix: `Build it, or wait for its agent with \`factory logs ${id} -f\`.`,
    });
  invocation.print(first.value ?? []);
  return invocation.flag("follow") ? follow(invocation, id, log) : EXIT.done;
}

/** Until the task is settled, or somebody interrupts. */
async function follow(invocation: Invocation, id: TaskId, log: GrowingLog): Promise<ExitCode> {
  const interrupt = new AbortController();
  const away = invocation.onInterrupt(interrupt);
  try {
    for (let wasRunning = false; !interrupt.signal.aborted; ) {
      const status = statusOf(invocation.root, id);
      if (!status.ok) return invocation.refuse(status.failure);
      const isRunning = status.value !== null && RUNNING.has(status.value.phase);
      // After the status: what was said until then is there.
      const lines = log.read();
      if (!lines.ok) return invocation.refuse(lines.failure);
      invocation.print(lines.value ?? []);
      if (wasRunning && !isRunning) return EXIT.done;
      wasRunning ||= isRunning;
      await pause(LOOK_MS, interrupt.signal);
    }
    return EXIT.interrupted;
  } finally {
    away();
  }
}
