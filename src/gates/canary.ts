// Can the gates of a project be believed? Each must pass on the untouched tree, and one that declares canary files must
// fail with them laid in. How a tree is made and a gate is run there is the caller's business.

import type { Gate } from "../model/project.ts";
import { failed, type Result, success } from "../model/result.ts";
import type { GateRun } from "./gate.ts";

export interface Instruments {
  readonly gates: readonly Gate[];
  /** Runs the gate on the untouched tree with these files laid in; null for none. */
  readonly run: (gate: Gate, files: Readonly<Record<string, string>> | null) => Promise<GateRun>;
  readonly signal: AbortSignal;
}

/** The runs on the untouched tree, in the order of the gates, or the first gate that is broken. */
export async function checkInstruments({ gates, run, signal }: Instruments): Promise<Result<GateRun[]>> {
  const runs: GateRun[] = [];
  for (const gate of gates) {
    const untouched = await run(gate, null);
    if (signal.aborted) return failed({ reason: "cancelled" });
    if (!untouched.result.passed) return broken("fails-untouched", untouched);
    runs.push(untouched);
    if (gate.canary === null) continue;
    const canary = await run(gate, gate.canary);
    if (signal.aborted) return failed({ reason: "cancelled" });
    if (canary.result.passed) return broken("passes-canary", canary);
  }
  return success(runs);
}

function broken(how: "fails-untouched" | "passes-canary", { result }: GateRun): Result<never> {
  return failed({ reason: "gate-broken", gate: result.gate, how, result });
}
