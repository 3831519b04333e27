// What do lock, store and project hold of a task's result, and does it still stand on what it was made from?

import { withDependencies } from "../../engine/graph.ts";
import type { RecordedTask } from "../../engine/judge.ts";
import { verificationKey, verificationManifest } from "../../engine/verification.ts";
import type { TaskId } from "../../model/address.ts";
import { digestOf } from "../../model/digest.ts";
import type { VerificationManifest } from "../../model/manifest.ts";
import type { Read } from "../../model/output.ts";
import { type Result, success } from "../../model/result.ts";
import type { Task } from "../../model/task.ts";
import { ADOPTED, type FoundTrace, ownOutputs, readsBeyond, type Trace } from "../../model/trace.ts";
import { groundOf } from "../product/ground.ts";
import { basedOutputs } from "../projects/baseless.ts";
import type { ProjectState } from "../projects/project-state.ts";
import { TreeSnapshot } from "../projects/tree-snapshot.ts";
import type { Run } from "../run/run.ts";
import { type Assignment, gatesOf } from "./assignment.ts";
import { scopeFault } from "./inspect-scope.ts";
import { movedBases, replacedBases } from "./moved-bases.ts";
import { arePublished } from "./published.ts";
import { changedRead } from "./replay-reads.ts";

/** The verification of the results that are selected now. */
export function verificationOf(run: Run, state: ProjectState, node: number): VerificationManifest {
  const task = run.graph.tasks[node] as Task;
  const criteria = digestOf(
    "acceptance/1",
    task.acceptance.map(({ id, proof }) => (proof === undefined ? id : ([id, proof] as const))),
  );
  return verificationManifest(
    run.selected.foundationOf(node, state.project.repository),
    gatesOf(task, state),
    criteria,
    state.toolchain,
  );
}

/** All that the judge asks about a result, in the order in which it is needed. */
export async function recordedOf(run: Run, assignment: Assignment): Promise<Result<RecordedTask>> {
  const { state, node, task, manifest, key } = assignment;
  const forced = run.forced.has(task.id);
  const lock = run.selected.entry(task.id);
  const none = {
    ...{ manifest, key, forced, lock, stored: null, previous: null },
    changedReads: [],
    lost: [],
    movedBases: [],
    verification: null,
    verifiedBefore: null,
    changedBelow: [],
    published: false,
  };
  if (lock === null || lock.key !== key || forced) {
    const stored = await storedTrace(run, assignment);
    if (!stored.ok) return stored;
    // The trace of the selected result, which need not be the one recorded last: locks change with branches.
    const selected = lock === null ? success([]) : await run.traces.find(task.id, lock.key);
    if (!selected.ok) return selected;
    const previous = selected.value[0] ?? null;
    return success({ ...none, stored: stored.value, previous });
  }
  const located = await state.contents.locate(basedOutputs(lock, state));
  if (!located.ok) return located;
  const lost = located.value.lost.map((output) => output.path);
  const own = lost.length > 0 ? [] : ownOutputs(lock).filter((output) => output.base !== null);
  const moved = await movedBases(run, state, node, own);
  if (!moved.ok) return moved;
  const changed = await changedReads(run, state, node, readsBeyond(lock));
  if (!changed.ok) return changed;
  const published = lost.length === 0 ? await arePublished(run, state, node, lock) : success(false);
  if (!published.ok) return published;
  const verification = verificationOf(run, state, node);
  const isVerified = verificationKey(verification) === lock.verification;
  // Only for the words: most tasks are verified, and nothing is read for them.
  const traces = isVerified ? success([]) : await run.traces.find(task.id, lock.key);
  if (!traces.ok) return traces;
  const before = traces.value.find((trace) => trace.verification === lock.verification);
  return success({
    ...none,
    lost,
    movedBases: moved.value.map((output) => output.path),
    changedReads: changed.value,
    verification,
    verifiedBefore: before?.verified ?? null,
    changedBelow: changedBelow(run, node),
    published: published.value,
  });
}

/** At most one: what an agent would have read after the first changed answer is not known. */
async function changedReads(
  run: Run,
  state: ProjectState,
  node: number,
  reads: readonly Read[],
): Promise<Result<string[]>> {
  if (reads.length === 0) return success([]);
  const ground = await groundOf(run, state, node);
  if (!ground.ok) return ground;
  const changed = await changedRead(new TreeSnapshot(state, ground.value.tree), reads);
  return changed.ok ? success(changed.value === null ? [] : [changed.value]) : changed;
}

function changedBelow(run: Run, node: number): TaskId[] {
  return withDependencies(run.graph, [node])
    .filter((at) => at !== node)
    .map((at) => (run.graph.tasks[at] as Task).id)
    .filter((id) => run.selected.entry(id) !== run.selected.before(id));
}

/** Such files need no test of the criteria. */
const NOT_PEOPLES = "it says that people wrote its files, which a lock alone can say";

/** A trace of this key that still holds, and whose outputs can all be had and were made from what is there; newest first. */
async function storedTrace(run: Run, assignment: Assignment): Promise<Result<FoundTrace | null>> {
  const { state, node, task, key } = assignment;
  const traces = await run.traces.restore(task.id, key, async ({ agent, outputs }) =>
    agent === ADOPTED ? success(NOT_PEOPLES) : scopeFault(run, assignment, outputs),
  );
  if (!traces.ok) return traces;
  for (const trace of traces.value) {
    const holds = await holdsToday(run, { state, node, task }, trace);
    if (!holds.ok) return holds;
    if (holds.value) return success(trace);
  }
  return success(null);
}

/** Whether what was made under this key can all be had, was made from what is there, and its reads would be answered the same. */
export async function holdsToday(
  run: Run,
  { state, node, task }: Pick<Assignment, "state" | "node" | "task">,
  made: Pick<Trace, "outputs" | "reads">,
): Promise<Result<boolean>> {
  const changed = await changedReads(run, state, node, readsBeyond(made));
  if (!changed.ok) return changed;
  const located = await state.contents.locate(made.outputs);
  if (!located.ok) return located;
  if (changed.value.length + located.value.lost.length > 0) return success(false);
  const released = run.selected.entry(task.id)?.released ?? [];
  const own = made.outputs.filter(({ path }) => !released.includes(path));
  const moved = await replacedBases(run, state, node, own);
  return moved.ok ? success(moved.value.length === 0) : moved;
}
