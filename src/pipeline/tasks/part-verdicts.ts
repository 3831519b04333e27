// What do a whole and its parts say to each other within a build? A part that was good enough by itself is sent back with what
// the whole was refused for, as often as it has attempts.

import { routeTask } from "../../engine/route.ts";
import { localIdOf } from "../../model/address.ts";
import type { Failure } from "../../model/failure.ts";
import type { GateResult } from "../../model/inspection.ts";
import type { Task } from "../../model/task.ts";
import type { Run } from "../run/run.ts";

interface PartLinks {
  readonly partsOf: (node: number) => PartVerdicts;
  /** Attempts that the task has had. */
  readonly tries: () => number;
}

export class PartVerdicts {
  readonly #run: Run;
  readonly #node: number;
  readonly #links: PartLinks;
  /** Why a whole that it is a part of was refused, until it is drafted again. */
  #refusal: Failure | null = null;
  #sentBack: readonly number[] = [];

  constructor(run: Run, node: number, links: PartLinks) {
    this.#run = run;
    this.#node = node;
    this.#links = links;
  }

  /** The parts that have to be done again before the whole is looked at again. */
  get sentBack(): readonly number[] {
    return this.#sentBack;
  }

  /** Why it has to be drafted again; null where it need not be. */
  takeRefusal(): Failure | null {
    const refusal = this.#refusal;
    this.#refusal = null;
    return refusal;
  }

  /** False where nobody is left who could do better. */
  async sendBack(results: readonly GateResult[]): Promise<boolean> {
    const { blamedParts } = await import("./blamed-parts.ts");
    const { partsOf } = this.#links;
    const blamed = this.#run.signal.aborted ? [] : blamedParts(this.#run, this.#task, results);
    this.#sentBack = blamed.filter((node) => partsOf(node).#mayTryAgain);
    for (const node of this.#sentBack) partsOf(node).#refusal = refusalOf(this.#task, results);
    return this.#sentBack.length > 0;
  }

  /** The generator would only write the same again. */
  get #mayTryAgain(): boolean {
    const { workspace } = this.#run.sources;
    const isGenerated = routeTask(this.#task, workspace).kind === "generator";
    return !isGenerated && this.#links.tries() < workspace.limits.attempts;
  }

  get #task(): Task {
    return this.#run.graph.tasks[this.#node] as Task;
  }
}

/** The same results, in which each gate says that it judged the whole: a part may have criteria of the same names. */
function refusalOf(whole: Task, results: readonly GateResult[]): Failure {
  const of = localIdOf(whole.id);
  return {
    reason: "gates-failed",
    results: results.map((one) => (one.passed ? one : { ...one, gate: `${one.gate} of ${of}` })),
  };
}
