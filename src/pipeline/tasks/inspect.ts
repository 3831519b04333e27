// Is what an agent handed in good enough to keep? Judged by what was recorded of it, and never where the agent was.

import { acceptanceGate } from "../../gates/acceptance-gate.ts";
import { takesTests } from "../../gates/gate-command.ts";
import type { Inspection } from "../../model/inspection.ts";
import { testedCriteria } from "../../model/proof.ts";
import { type Result, success } from "../../model/result.ts";
import { isTestPath } from "../../model/test-path.ts";
import { ADOPTED } from "../../model/trace.ts";
import type { TreeEntry } from "../../model/tree.ts";
import { lay } from "../product/compose.ts";
import { groundOf } from "../product/ground.ts";
import { inspectTree, type TreeInspection } from "../product/inspect-tree.ts";
import type { Run } from "../run/run.ts";
import type { TaskJob } from "./judge-task.ts";
import type { Contribution } from "./selection.ts";

/** Runs the task's gates on the recorded outputs. Stops at the first that fails. */
export async function inspectOutputs(
  run: Run,
  job: TaskJob,
  { outputs, agent }: Pick<Contribution, "outputs" | "agent">,
): Promise<Result<Inspection>> {
  const ground = await groundOf(run, job.state, job.node);
  if (!ground.ok) return ground;
  const located = await job.state.contents.locate(outputs);
  if (!located.ok) return located;
  const tree = new Map<string, TreeEntry>(ground.value.tree);
  for (const output of outputs) lay(tree, job.state, output);
  const left = outputs.filter(({ digest }) => digest !== null).map(({ path }) => path);
  const order = {
    tree,
    gates: job.gates,
    subject: job.task.id,
    changed: outputs.map(({ path }) => path),
    isProduct: false,
  };
  const own = job.gates.some(takesTests) ? left.filter(isTestPath) : [];
  const first = await inspectWith(run, job, agent, { ...order, tests: own });
  if (!first.ok || own.length === 0 || !isUnproven(first.value)) return first;
  // The test that proves a criterion may stand in a file that was there before: all of them decide.
  return inspectWith(run, job, agent, { ...order, tests: [] });
}

async function inspectWith(
  run: Run,
  { state, task }: TaskJob,
  agent: Contribution["agent"],
  order: TreeInspection,
): Promise<Result<Inspection>> {
  const inspected = await inspectTree(run, state, order);
  if (!inspected.ok) return inspected;
  const { cases, flaky } = inspected.value;
  const results = [...inspected.value.results];
  // Tests of what people wrote before it had criteria cannot name them, and who may write no test has none.
  const needsTests = agent !== ADOPTED && testedCriteria(task).length > 0;
  if (results.every((result) => result.passed) && cases !== null && needsTests) {
    const acceptance = acceptanceGate(task, cases, [...run.graph.features.keys()]);
    run.emit({ type: "gate-ended", subject: task.id, result: acceptance });
    results.push(acceptance);
  }
  return success({ passed: results.every((result) => result.passed), results, flaky });
}

function isUnproven({ passed, results }: Inspection): boolean {
  return !passed && results.at(-1)?.gate === "acceptance";
}
