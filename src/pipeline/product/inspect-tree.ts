// Do gates pass on a tree? They run one after the other in a slot of their own, in which no agent ever was.

import type { GateRun } from "../../gates/gate.ts";
import type { TestCase } from "../../gates/test-case.ts";
import type { Failure } from "../../model/failure.ts";
import type { FlakyGate, GateResult } from "../../model/inspection.ts";
import type { Gate } from "../../model/project.ts";
import { failed, type Result, success } from "../../model/result.ts";
import type { Tree } from "../../model/tree.ts";
import { tellStep } from "../../platform/step-times.ts";
import { editedFile } from "../../workspaces/collect-draft.ts";
import { runInPlace } from "../gating/gate-in-place.ts";
import { lookedAt } from "../gating/looked-at.ts";
import type { Seen } from "../gating/seen-passes.ts";
import type { ProjectState } from "../projects/project-state.ts";
import type { Run } from "../run/run.ts";
import type { Slot } from "../slots/lease.ts";

export interface TreeInspection {
  readonly tree: Tree;
  readonly gates: readonly Gate[];
  /** Test files that gates which take them run; empty for all that there are. */
  readonly tests: readonly string[];
  /** Task or project that the gates speak about. */
  readonly subject: string;
  /** Paths that are under judgement: a failure that names one is no chance. Null where nobody pays for a failure. */
  readonly changed: readonly string[] | null;
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
    const { seen, tree, subject } = this.#order;
    const known = await Promise.all(
      seen.map((each) => (trustingPasses ? this.#run.passes.known(each) : null)),
    );
    if (known.every((run) => run !== null)) return success(this.#findings(known));
    const since = this.#run.clock();
    const found = await this.#run.gatePlaces.hold(() => {
      tellStep(this.#run, "slot", subject, since);
      this.#run.emit({ type: "gates-started", subject });
      return this.#run.slots.use(this.#state, { kind: "gate", tree, subject }, (slot) =>
        this.#inTurn(slot, known),
      );
    });
    if (found.ok || found.failure.reason !== "setup-failed") return found;
    // What succeeds on people's own files, and fails on these, says something about these.
    return (await this.#run.slots.hasSetUp(this.#state)) ? this.#refused(found.failure) : found;
  }

  /** A gate that failed after others that did not run may have needed what they leave. */
  async mayHaveMissed({ results }: TreeFindings): Promise<boolean> {
    const at = results.findIndex(({ passed }) => !passed);
    const before = this.#order.seen.slice(0, Math.max(0, at));
    const unrun = before.filter(({ gate }) => !this.#ran.has(gate.id));
    const known = await Promise.all(unrun.map((each) => this.#run.passes.known(each)));
    return known.some((run) => run !== null);
  }

  async #inTurn(slot: Slot, known: readonly (GateRun | null)[]): Promise<Result<TreeFindings>> {
    const runs: GateRun[] = [];
    for (const [index, seen] of this.#order.seen.entries()) {
      const judged = known[index] ?? (await this.#judged(slot, seen));
      if ("ok" in judged) {
        if (!judged.ok) return judged;
        runs.push(judged.value);
      } else runs.push(judged);
      if (runs.at(-1)?.result.passed === false) break;
    }
    return success(this.#findings(runs));
  }

  /** A failure that may be the gate's own is looked at twice, before anybody pays for it. */
  async #judged(slot: Slot, seen: Seen): Promise<Result<GateRun>> {
    const { gate } = seen;
    const { subject, changed } = this.#order;
    const first = await this.#once(slot, gate);
    if (!first.ok) return first;
    let final = first.value;
    if (!final.result.passed && (await this.#run.passes.isDoubtful(seen, final, changed))) {
      const second = await this.#once(slot, gate);
      if (!second.ok) return second;
      const { evidence } = final.result;
      if (second.value.result.passed) {
        this.#flaky.push({ gate: gate.id, evidence });
        this.#run.emit({ type: "gate-flaky", subject, gate: gate.id, evidence });
      }
      final = second.value;
    }
    if (final.result.passed) await this.#run.passes.remember(seen, final);
    return success(final);
  }

  /** A gate that changes the files that it inspects has failed: gates never edit. */
  async #once({ worktree, scratch, env, number }: Slot, gate: Gate): Promise<Result<GateRun>> {
    const { emit, signal } = this.#run;
    const { subject, tests } = this.#order;
    this.#ran.add(gate.id);
    emit({ type: "gate-started", subject, gate: gate.id });
    const { root } = this.#state.project;
    const { borrows, dir } = worktree;
    const order = { gate, tests, dir, root, scratch, borrows, env, subject, signal };
    const tried = await runInPlace(this.#run, this.#state, order, number);
    if (!tried.ok) return tried;
    const ran = tried.value;
    if (signal.aborted) return failed({ reason: "cancelled" });
    const edited = ran.result.passed ? await editedFile(worktree) : success(null);
    if (!edited.ok) return edited;
    const { value: path } = edited;
    const changed = path === null ? "" : this.#state.seen(path);
    const evidence = `the gate changed ${changed}: gates only inspect`;
    const result = path === null ? ran.result : { ...ran.result, passed: false, evidence };
    emit({ type: "gate-ended", subject, result });
    return success({ ...ran, result });
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
