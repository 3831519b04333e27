// What would a gate say of a draft that is not finished? Asked by the agent that writes it; it decides nothing. The answer
// is kept by what it was asked about: an agent that is asked again after a crash must hear the same words, or every call
// that follows them would be a new one.

import { takesTests } from "../../gates/gate-command.ts";
import { digestOf } from "../../model/digest.ts";
import { type GateResult, isGateResult } from "../../model/inspection.ts";
import type { Change } from "../../model/output.ts";
import { failed, type Result, success } from "../../model/result.ts";
import { isTestPath } from "../../model/test-path.ts";
import type { Tree } from "../../model/tree.ts";
import { layChanges } from "../product/compose.ts";
import { inspectTree } from "../product/inspect-tree.ts";
import type { Run } from "../run/run.ts";
import type { TaskJob } from "./judge-task.ts";
import { storedChanges } from "./stored-changes.ts";

export interface Trial {
  readonly gate: string;
  readonly tree: Tree;
  readonly changes: readonly Change[];
}

export async function tryGate(
  run: Run,
  { state, gates, task }: TaskJob,
  trial: Trial,
): Promise<Result<GateResult>> {
  const gate = gates.find(({ id }) => id === trial.gate);
  if (gate === undefined) {
    const known = gates.map(({ id }) => id).join(", ");
    return failed({
      reason: "usage",
      message: `there is no gate ${trial.gate}`,
      fix: `The gates are: ${known}.`,
    });
  }
  const stored = await storedChanges(state, trial.tree, trial.changes);
  if (!stored.ok) return stored;
  const laid = await layChanges(state, trial.tree, stored.value);
  if (!laid.ok) return laid;
  const entries = [...laid.value].map(([path, { mode, oid }]) => [path, mode, oid]);
  const left = trial.changes.filter(({ content }) => content !== null).map(({ path }) => path);
  const tests = takesTests(gate) ? left.filter(isTestPath) : [];
  const named = [
    ...(gate.env.length === 0 ? [] : [{ env: gate.env }]),
    ...(tests.length === 0 ? [] : [{ tests }]),
  ];
  const key = digestOf("gate-trial/1", [entries.sort(), gate.id, gate.run, state.toolchain, ...named]);
  const known = await run.trials.get(key, isGateResult);
  if (known !== null) return success(known);
  const checked = await run.gateSelfTest.check(state);
  if (!checked.ok) return checked;
  const inspected = await inspectTree(run, state, {
    tree: laid.value,
    gates: [gate],
    tests,
    subject: task.id,
    changed: null,
    isProduct: false,
  });
  if (!inspected.ok) return inspected;
  const [result] = inspected.value.results as [GateResult];
  await run.trials.keep(key, result);
  return success(result);
}
