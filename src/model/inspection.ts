// What did the gates say of a draft?

import type { Circumstance } from "./circumstance.ts";

export interface GateResult {
  readonly gate: string;
  readonly passed: boolean;
  readonly ms: number;
  /** One line that says what went wrong first; empty where it passed. */
  readonly evidence: string;
  /** End of the gate's output, capped and stripped of control sequences. */
  readonly output: string;
  /** What around it may have made it fail; absent where nothing is known to. Never part of a window. */
  readonly circumstances?: readonly Circumstance[];
  readonly end: "exited" | "timeout" | "killed" | "built-in";
}

/** Whether something that was read is a result. */
export function isGateResult(said: unknown): said is GateResult {
  const { gate, passed, ms, evidence, output, end } = (said ?? {}) as Partial<
    Record<keyof GateResult, unknown>
  >;
  const texts = [gate, evidence, output, end];
  return (
    texts.every((text) => typeof text === "string") && typeof passed === "boolean" && typeof ms === "number"
  );
}

export interface Inspection {
  readonly passed: boolean;
  readonly results: readonly GateResult[];
  readonly flaky: readonly FlakyGate[];
}

/** A gate that failed, and passed when it ran again on the very same tree. */
export interface FlakyGate {
  readonly gate: string;
  /** What the failure said. */
  readonly evidence: string;
}
