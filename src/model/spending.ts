// For what was money spent? One line of the account that a workspace keeps of itself.

import type { Usage } from "./output.ts";
import type { Phase, Purpose } from "./role.ts";

/** What is null was not written down. */
export type Spending = { readonly [K in keyof Purpose]: Purpose[K] | null } & {
  /**
   * `call`: a model's answer. `program`: a program that asked its models itself. `at-risk`: a call that was sent and
   * never answered; its cost is the most that it may have been.
   */
  readonly what: "call" | "program" | "at-risk";
  /** Milliseconds since the epoch. */
  readonly at: number | null;
  readonly phase: Phase | null;
  readonly agent: string | null;
  readonly model: string | null;
  readonly usage: Usage;
};
