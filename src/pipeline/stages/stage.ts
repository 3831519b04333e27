// What is asked of whoever judges a tree by gates, and what comes back? A stage is a value: two implement the port, the slots of
// this machine and the fleet, and one suite of tests holds both to it.

import type { GateRun } from "../../gates/gate.ts";
import type { FlakyGate } from "../../model/inspection.ts";
import type { Gate } from "../../model/project.ts";
import type { Result } from "../../model/result.ts";
import type { Tree } from "../../model/tree.ts";
import type { Doubt } from "../gating/seen-passes.ts";
import type { ProjectState } from "../projects/project-state.ts";

export interface GateStage {
  readonly state: ProjectState;
  /** As the project sees it; its contents are known to the project. */
  readonly tree: Tree;
  /** Task or `project/`, of which the gates speak. */
  readonly subject: string;
  /** In the order in which they run. */
  readonly checks: readonly [GateCheck, ...GateCheck[]];
  /** Whether the tree is a product, which a branch takes once it has passed. */
  readonly isProduct: boolean;
}

export interface GateCheck {
  readonly gate: Gate;
  /** As in GateOrder. */
  readonly tests: readonly string[];
  /** Why a failure of it may be no word about the tree. */
  readonly doubt: Doubt;
}

export interface StageFindings {
  /** Of the checks in their order, up to the first that failed. */
  readonly runs: readonly [GateRun, ...GateRun[]];
  readonly flaky: readonly FlakyGate[];
  /** Whether the engine may say that it saw these runs itself; else they are the word of another machine, for this stage alone. */
  readonly isSeen: boolean;
}

export interface Stages {
  /** How many stages are worth asking for at once. */
  readonly atOnce: number;
  /**
   * Runs the gates one after the other on the tree, and stops at the first that fails. Never rejects; may be called while others
   * run. Fails with `cancelled`, `setup-failed`, and where the machine cannot do it: these are no word about the tree.
   */
  judge(stage: GateStage): Promise<Result<StageFindings>>;
  /** After the last stage. */
  close(): Promise<void>;
}
