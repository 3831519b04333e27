// What did a result take? All that was ever drafted under its key: a result that came back from the store or from git was
// recorded once more, and that record knows of no work.

import type { TaskId } from "../../model/address.ts";
import { isDigest } from "../../model/digest.ts";
import { addUsage, NO_USAGE } from "../../model/output.ts";
import { ADOPTED, type Trace } from "../../model/trace.ts";
import type { Traces } from "../../store/traces.ts";

export interface RecordedWork {
  /** The newest record of a draft, or of what was adopted. */
  readonly trace: Trace;
  readonly attempts: number;
  /** Null where a price is unknown. */
  readonly usd: number | null;
}

/** Null where no record of the work is left. */
export async function workOn(traces: Traces, task: TaskId, key: string): Promise<RecordedWork | null> {
  if (!isDigest(key)) return null;
  const found = await traces.find(task, key);
  if (!found.ok) return null;
  const made = found.value.filter(({ attempts, agent }) => attempts > 0 || agent === ADOPTED);
  const [trace] = made;
  if (trace === undefined) return null;
  const attempts = made.reduce((sum, one) => sum + one.attempts, 0);
  const { usd } = made.map(({ usage }) => usage).reduce(addUsage, NO_USAGE);
  return { trace, attempts, usd };
}
