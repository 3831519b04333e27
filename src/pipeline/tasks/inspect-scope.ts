// Does what is handed in for a task stay within what the task may write, and hold no secret? The built-in gate `scope`, for
// drafts as for what another machine says that it has drafted.

import { scopeGate } from "../../gates/scope.ts";
import type { GateResult } from "../../model/inspection.ts";
import type { Change, Output } from "../../model/output.ts";
import { type Result, success } from "../../model/result.ts";
import type { Task } from "../../model/task.ts";
import type { Tree } from "../../model/tree.ts";
import { groundOf } from "../product/ground.ts";
import type { Run } from "../run/run.ts";
import type { Assignment } from "./assignment.ts";
import { sensitiveFiles } from "./sensitive-files.ts";

/** What of a task it looks at. */
export type ScopeOrder = Pick<Assignment, "task" | "state" | "node" | "agent">;

/** The built-in gate `scope`: the draft stays in its files, leaves the tests of other tasks whole and holds no secret. */
export async function inspectScope(
  run: Run,
  job: ScopeOrder,
  changes: readonly Change[],
  given: readonly Change[],
): Promise<Result<GateResult>> {
  const ground = await groundOf(run, job.state, job.node);
  if (!ground.ok) return ground;
  const others: { path: string; owner: Task["id"]; content: Uint8Array }[] = [];
  for (const change of changes) {
    const owner = ground.value.writers.get(change.path)?.at(-1);
    const entry = ground.value.tree.get(change.path);
    if (owner === undefined || entry === undefined) continue;
    const content = await job.state.contents.of(entry.oid);
    if (!content.ok) return content;
    others.push({
      path: change.path,
      owner: (run.graph.tasks[owner] as Task).id,
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
  { state }: ScopeOrder,
  { changes, tree }: { readonly changes: readonly Change[]; readonly tree: Tree },
): Promise<Result<string[]>> {
  const holds = (bytes: Uint8Array) => run.sessions.holdsSecret(Buffer.from(bytes).toString("utf8"));
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

/**
 * What the gate finds in outputs that another machine says to have accepted; null where they are as a draft's have to be,
 * and where their contents cannot be had, so that they are used nowhere.
 */
export async function scopeFault(
  run: Run,
  order: ScopeOrder,
  outputs: readonly Output[],
): Promise<Result<string | null>> {
  const { contents } = order.state;
  const released = run.selected.entry(order.task.id)?.released ?? [];
  const own = outputs.filter(({ path }) => !released.includes(path));
  const located = await contents.locate(own);
  if (!located.ok) return located;
  if (located.value.lost.length > 0) return success(null);
  const changes: Change[] = [];
  for (const { path, mode, digest } of own) {
    const content = digest === null ? success(null) : await contents.of(contents.oidOf(digest));
    if (!content.ok) return content;
    changes.push({ path, mode, content: content.value });
  }
  const result = await inspectScope(run, order, changes, []);
  if (!result.ok) return result;
  return success(result.value.passed ? null : result.value.evidence);
}
