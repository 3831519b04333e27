// Is what an agent handed in good enough to keep? Judged by what was recorded of it, and never where the agent was.

import { acceptanceGate } from "../../gates/acceptance-gate.ts";
import { takesTests } from "../../gates/gate-command.ts";
import { scopeGate } from "../../gates/scope.ts";
import type { GateResult, Inspection } from "../../model/inspection.ts";
import { keysOf } from "../../model/named-variables.ts";
import type { Change } from "../../model/output.ts";
import { testedCriteria } from "../../model/proof.ts";
import { type Result, success } from "../../model/result.ts";
import { isTestPath } from "../../model/test-path.ts";
import { ADOPTED } from "../../model/trace.ts";
import type { Tree, TreeEntry } from "../../model/tree.ts";
import { ownSecretsIn } from "../../platform/redact.ts";
import { groundOf, lay } from "../product/compose.ts";
import { inspectTree, type TreeInspection } from "../product/inspect-tree.ts";
import type { Run } from "../run/run.ts";
import type { TaskJob } from "./judge-task.ts";
import type { Contribution } from "./selection.ts";
import { sensitiveFiles } from "./sensitive-files.ts";

/** The built-in gate `scope`: the draft stays in its files, leaves the tests of other tasks whole and holds no secret. */
export async function inspectScope(
  run: Run,
  job: TaskJob,
  changes: readonly Change[],
  given: readonly Change[],
): Promise<Result<GateResult>> {
  const ground = await groundOf(run, job.state, job.node);
  if (!ground.ok) return ground;
  const others: { path: string; owner: TaskJob["task"]["id"]; content: Uint8Array }[] = [];
  for (const change of changes) {
    const owner = ground.value.writers.get(change.path)?.at(-1);
    const entry = ground.value.tree.get(change.path);
    if (owner === undefined || entry === undefined) continue;
    const content = await job.state.contents.of(entry.oid);
    if (!content.ok) return content;
    others.push({
      path: change.path,
      owner: (run.graph.tasks[owner] as TaskJob["task"]).id,
      content: content.value,
    });
  }
  // What a test author wrote for this very task is somebody else's, and no part of it may change.
  const read = new Set(given.map(({ path }) => path));
  const touched = changes.find(({ path }) => read.has(path));
  const sensitive = await sensitiveFiles(job);
  if (!sensitive.ok) return sensitive;
  const result = scopeGate(job.task, changes, others, sensitive.value);
  if (touched !== undefined) {
    return success(failedWith(result, `changes ${touched.path}, which holds the given acceptance tests`));
  }
  const leaks = await leaksOf(run, job, { changes, tree: ground.value.tree });
  if (!leaks.ok) return leaks;
  const [leak] = leaks.value;
  return success(leak === undefined ? result : failedWith(result, `${leak} holds the value of a secret`));
}

function failedWith(result: GateResult, evidence: string): GateResult {
  return { ...result, passed: false, evidence, output: evidence };
}

/** Files that hold what must not be written anywhere, and did not hold it before. */
async function leaksOf(
  run: Run,
  { state }: TaskJob,
  { changes, tree }: { readonly changes: readonly Change[]; readonly tree: Tree },
): Promise<Result<string[]>> {
  const isSecretIn = ownSecretsIn(keysOf(run.sources.workspace.agents));
  const holds = (bytes: Uint8Array) => isSecretIn(Buffer.from(bytes).toString("utf8"));
  const leaks: string[] = [];
  for (const { path, content } of changes) {
    if (content === null || !holds(content)) continue;
    const entry = tree.get(path);
    const before = entry === undefined ? success(null) : await state.contents.of(entry.oid);
    if (!before.ok) return before;
    if (before.value === null || !holds(before.value)) leaks.push(path);
  }
  return success(leaks);
}

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
