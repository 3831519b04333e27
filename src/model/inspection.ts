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
