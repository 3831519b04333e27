// What did the gates print that made something fail? The whole of what was kept of it, for those who cannot look it up in
// the state folder afterwards.

import type { Failure } from "../model/failure.ts";
import type { GateResult } from "../model/inspection.ts";
import { plain, plainLines } from "./plain.ts";

export interface GateOutput {
  readonly gate: string;
  readonly evidence: string;
  /** Each of them plain. */
  readonly lines: readonly string[];
}

/** Of each gate that failed and printed something, in order. */
export function gateOutputs(failure: Failure): GateOutput[] {
  return resultsOf(failure)
    .filter(({ passed, output }) => !passed && output.trim() !== "")
    .map(({ gate, evidence, output }) => {
      return { gate: plain(gate), evidence: plain(evidence), lines: plainLines(output) };
    });
}

function resultsOf(failure: Failure): readonly GateResult[] {
  switch (failure.reason) {
    case "gates-failed":
    case "product-failed":
      return failure.results;
    // It failed by passing on its canary: what it printed then explains nothing.
    case "gate-broken":
      return failure.how === "fails-untouched" ? [failure.result] : [];
    default:
      return [];
  }
}
