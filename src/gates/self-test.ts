// Can the gates of a project be believed? Each must pass on the untouched tree, and one that declares canary files must
// fail with them laid in. How a tree is made and a gate is run there is the caller's business, and how many trials run
// side by side, too; which gate is told as broken does not depend on that.

import type { Gate } from "../model/project.ts";
import { failed, type Result, success } from "../model/result.ts";
import type { GateRun } from "./gate.ts";

/** One run that shows whether a gate can be believed. */
export interface SelfTestRun {
  readonly gate: Gate;
  /** Laid into the untouched tree; null for none. */
  readonly files: Readonly<Record<string, string>> | null;
  /** Ends with the whole, and where an earlier gate was found to be broken. */
  readonly signal: AbortSignal;
}

export interface SelfTestOrder {
  readonly gates: readonly Gate[];
  readonly run: (trial: SelfTestRun) => Promise<GateRun>;
  /** Begins the work as soon as there is room for it. Trials ask for room in the order of the gates. */
  readonly hold: <T>(work: () => Promise<T>) => Promise<T>;
  readonly signal: AbortSignal;
}

/** What a trial came to; null where it was ended before it had its say. */
type TrialOutcome = GateRun | null;

/** The runs on the untouched tree, and the first gate that is broken, both in the order of the gates. */
export async function selfTestGates({ gates, run, hold, signal }: SelfTestOrder): Promise<Result<GateRun[]>> {
  const trials = gates.flatMap((gate) => {
    const untouched = { gate, files: null, ends: new AbortController() };
    return gate.canary === null
      ? [untouched]
      : [untouched, { gate, files: gate.canary, ends: new AbortController() }];
  });
  const endFrom = (first: number) => {
    for (const { ends } of trials.slice(first)) ends.abort();
  };
  const endAll = () => endFrom(0);
  if (signal.aborted) endAll();
  signal.addEventListener("abort", endAll, { once: true });
  const tried = await Promise.all(
    trials.map(({ gate, files, ends }, at) =>
      hold(async (): Promise<TrialOutcome> => {
        if (ends.signal.aborted) return null;
        const said = await run({ gate, files, signal: ends.signal });
        if (ends.signal.aborted) return null;
        // Those before it go on: one of them may be broken as well, and is the first then.
        if (isBroken(files, said)) endFrom(at + 1);
        return said;
      }),
    ),
  ).finally(() => signal.removeEventListener("abort", endAll));
  if (signal.aborted) return failed({ reason: "cancelled" });
  for (const [at, said] of tried.entries()) {
    const { files } = trials[at] as (typeof trials)[number];
    // Only what follows a broken gate was ended.
    if (said !== null && isBroken(files, said)) return broken(trials[at] as (typeof trials)[number], said);
  }
  return success(tried.filter((said, at): said is GateRun => said !== null && trials[at]?.files === null));
}

function isBroken(files: SelfTestRun["files"], { result }: GateRun): boolean {
  return result.passed === (files !== null);
}

function broken({ gate, files }: Pick<SelfTestRun, "gate" | "files">, { result }: GateRun): Result<never> {
  const how = files === null ? "fails-untouched" : "passes-canary";
  return failed({ reason: "gate-broken", gate: result.gate, how, result, place: gate.place });
}
