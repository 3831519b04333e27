// Do gates pass on a tree? Those that the engine saw pass on it are not asked again; the others are a stage.

import type { GateRun } from "../../gates/gate.ts";
import type { TestCase } from "../../gates/test-case.ts";
import type { Failure } from "../../model/failure.ts";
import type { FlakyGate, GateResult } from "../../model/inspection.ts";
import type { Gate } from "../../model/project.ts";
import { type Result, success } from "../../model/result.ts";
import type { Tree } from "../../model/tree.ts";
import { lookedAt } from "../gating/looked-at.ts";
import type { Seen } from "../gating/seen-passes.ts";
import type { ProjectState } from "../projects/project-state.ts";
import type { Run } from "../run/run.ts";
import type { GateCheck, StageFindings } from "../stages/stage.ts";

export interface TreeInspection {
  readonly tree: Tree;
  readonly gates: readonly Gate[];
  /** Test files that gates which take them run; empty for all that there are. */
  readonly tests: readonly string[];
  /** Task or project that the gates speak about. */
  readonly subject: string;
  /** Paths that are under judgement: a failure that names one is no chance. Null where nobody pays for a failure. */
  readonly changed: readonly string[] | null;
  /** Whether a branch takes the tree once it has passed. */
  readonly isProduct: boolean;
}

export interface TreeFindings {
  readonly results: readonly GateResult[];
  /** Null where no gate reported tests. */
  readonly cases: readonly TestCase[] | null;
  readonly flaky: readonly FlakyGate[];
}

const NOTHING: TreeFindings = { results: [], cases: null, flaky: [] };

/**
 * Stops at the first gate that fails. A gate that the engine saw pass on what it looks at does not run again, unless one after it fails: then it may have been missed, and all of them run.
 */
export async function inspectTree(
  run: Run,
  state: ProjectState,
  order: TreeInspection,
): Promise<Result<TreeFindings>> {
  if (order.gates.length === 0) return success(NOTHING);
  const blunt = await run.gateSelfTest.retry(state, order);
  if (!blunt.ok) return blunt;
  if (blunt.value !== null) {
    run.emit({ type: "gate-ended", subject: order.subject, result: blunt.value });
    return success({ ...NOTHING, results: [blunt.value] });
  }
  const flushed = await state.contents.flush();
  if (!flushed.ok) return flushed;
  const tree = await state.writeTree(order.tree);
  if (!tree.ok) return tree;
  const seen: Seen[] = [];
  for (const gate of order.gates) {
    const looked = await lookedAt(state, gate, { tree: order.tree, oid: tree.value });
    if (!looked.ok) return looked;
    seen.push({ state, gate, tests: order.tests, lookedAt: looked.value });
  }
  const judge = new Judge(run, state, { ...order, seen });
  const first = await judge.all(true);
  return first.ok && (await judge.mayHaveMissed(first.value)) ? judge.all(false) : first;
}

interface JudgeOrder extends TreeInspection {
  /** For each of the gates. */
  readonly seen: readonly Seen[];
}

class Judge {
  readonly #run: Run;
  readonly #state: ProjectState;
  readonly #order: JudgeOrder;
  readonly #ran = new Set<string>();
  readonly #flaky: FlakyGate[] = [];

  constructor(run: Run, state: ProjectState, order: JudgeOrder) {
    this.#run = run;
    this.#state = state;
    this.#order = order;
  }

  async all(trustingPasses: boolean): Promise<Result<TreeFindings>> {
    const known = await Promise.all(
      this.#order.seen.map((each) => (trustingPasses ? this.#run.passes.known(each) : null)),
    );
    const unknown = this.#order.seen.filter((_, index) => known[index] === null);
    const [first, ...others] = await Promise.all(unknown.map((each) => this.#checkOf(each)));
    if (first === undefined) return success(this.#findings(known as readonly GateRun[]));
    const { tree, subject, isProduct } = this.#order;
    const judged = await this.#run.stages.judge({
      ...{ state: this.#state, tree, subject, isProduct },
      checks: [first, ...others],
    });
    if (judged.ok) return success(this.#findings(await this.#merged(known, judged.value)));
    if (judged.failure.reason !== "setup-failed") return judged;
    // What succeeds on people's own files, and fails on these, says something about these.
    return (await this.#run.slots.hasSetUp(this.#state)) ? this.#refused(judged.failure) : judged;
  }

  /** A gate that failed after others that did not run may have needed what they leave. */
  async mayHaveMissed({ results }: TreeFindings): Promise<boolean> {
    const at = results.findIndex(({ passed }) => !passed);
    const before = this.#order.seen.slice(0, Math.max(0, at));
    const unrun = before.filter(({ gate }) => !this.#ran.has(gate.id));
    const known = await Promise.all(unrun.map((each) => this.#run.passes.known(each)));
    return known.some((run) => run !== null);
  }

  async #checkOf(seen: Seen): Promise<GateCheck> {
    const { gate, tests } = seen;
    return { gate, tests, doubt: await this.#run.passes.doubtOf(seen, this.#order.changed) };
  }

  /** What is known, and what the stage found, in the order of the gates up to the first that failed. */
  async #merged(
    known: readonly (GateRun | null)[],
    { runs, flaky, isSeen }: StageFindings,
  ): Promise<readonly GateRun[]> {
    this.#flaky.push(...flaky);
    const rest = [...runs];
    const all: GateRun[] = [];
    for (const [index, seen] of this.#order.seen.entries()) {
      const before = known[index] ?? null;
      const run = before ?? rest.shift();
      if (run === undefined) break;
      all.push(run);
      if (before !== null) continue;
      this.#ran.add(seen.gate.id);
      if (!run.result.passed) break;
      if (isSeen) await this.#run.passes.remember(seen, run);
    }
    return all;
  }

  #refused({ evidence = [], log }: Extract<Failure, { reason: "setup-failed" }>): Result<TreeFindings> {
    const [cause = "failed without output"] = evidence;
    const output = [...evidence, ...(log === undefined ? [] : [`all of it: ${log}`])].join("\n");
    const result: GateResult = {
      gate: "setup",
      passed: false,
      ms: 0,
      evidence: cause,
      output,
      end: "exited",
    };
    this.#run.emit({ type: "gate-ended", subject: this.#order.subject, result });
    return success({ ...NOTHING, results: [result] });
  }

  #findings(runs: readonly GateRun[]): TreeFindings {
    const reported = runs.flatMap(({ cases }) => (cases === null ? [] : [cases]));
    return {
      results: runs.map(({ result }) => result),
      cases: reported.length === 0 ? null : reported.flat(),
      flaky: this.#flaky,
    };
  }
}
