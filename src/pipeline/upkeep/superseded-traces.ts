// Which traces will nobody ask for? Those of a result that no lock selects and that newer ones of the task have pushed
// back. A trace that cost money goes only by a person's word: going back to its spec would cost the money again.

import type { StoredTrace } from "../../store/traces.ts";
import type { Sources } from "../reading/sources.ts";

/** How many results of a task are kept for going back and forth between specs and branches. */
const KEPT = 10;

/** Paths. `traces` are in order: task by task, newest first. */
export function supersededTraces(
  traces: readonly StoredTrace[],
  sources: Sources,
  includePaid: boolean,
): readonly string[] {
  const { agents } = sources.workspace;
  const selected = new Map<string, string>();
  for (const { feature, tasks } of sources.locks.all()) {
    for (const [id, { key }] of Object.entries(tasks)) selected.set(`${feature}:${id}`, key);
  }
  const seen = new Map<string, number>();
  return traces
    .filter(({ trace }) => {
      const before = seen.get(trace.task) ?? 0;
      seen.set(trace.task, before + 1);
      if (selected.get(trace.task) === trace.key) {
        // The newest one of the selected result; the others of its key are as old as any.
        selected.delete(trace.task);
        return false;
      }
      const { kind } = agents.find(({ id }) => id === trace.agent) ?? {};
      const free = kind === "generator" && trace.usage.usd === 0;
      return before >= KEPT && (free || includePaid);
    })
    .map(({ path }) => path);
}
