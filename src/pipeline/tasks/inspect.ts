// Is what an agent handed in good enough to keep? Gates on a tree, each time in a worktree of its own, laid out from what
// was recorded and never from where the agent was.

import { randomUUID } from "node:crypto";
import { readdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { acceptanceGate } from "../../gates/acceptance.ts";
import { runGate } from "../../gates/gate.ts";
import type { TestCase } from "../../gates/junit.ts";
import { scopeGate } from "../../gates/scope.ts";
import type { GateResult, Inspection } from "../../model/inspection.ts";
import type { Change } from "../../model/output.ts";
import type { Gate } from "../../model/project.ts";
import { failed, type Result, success } from "../../model/result.ts";
import { ADOPTED } from "../../model/trace.ts";
import type { Tree, TreeEntry } from "../../model/tree.ts";
import { harvest } from "../../workspaces/harvest.ts";
import { dispose, materialise, type Worktree } from "../../workspaces/worktree.ts";
import { groundOf, lay } from "../projects/compose.ts";
import type { Site } from "../projects/site.ts";
import type { Run } from "../run.ts";
import type { Order } from "./judge-task.ts";
import type { Contribution } from "./selection.ts";

/** Each worktree lies alone in a folder of its own, so that what is written beside it shows. */
const WORKTREE = "tree";

/** The built-in gate `scope`: the draft stays in its files, leaves the tests of other tasks whole and holds no secret. */
export async function inspectScope(
  run: Run,
  order: Order,
  changes: readonly Change[],
  given: readonly Change[],
): Promise<Result<GateResult>> {
  const ground = await groundOf(run, order.site, order.node);
  if (!ground.ok) return ground;
  const others: { path: string; owner: Order["task"]["id"]; content: Uint8Array }[] = [];
  for (const change of changes) {
    const owner = ground.value.writers.get(change.path)?.at(-1);
    const entry = ground.value.tree.get(change.path);
    if (owner === undefined || entry === undefined) continue;
    const content = await order.site.contentOf(entry.oid);
    if (!content.ok) return content;
    others.push({
      path: change.path,
      owner: (run.graph.tasks[owner] as Order["task"]).id,
      content: content.value,
    });
  }
  // What a test author wrote for this very task is somebody else's, and no part of it may change.
  const read = new Set(given.map(({ path }) => path));
  const touched = changes.find(({ path }) => read.has(path));
  const result = scopeGate(order.task, changes, others);
  if (touched !== undefined) {
    return success(failedWith(result, `changes ${touched.path}, which holds the given acceptance tests`));
  }
  const leaks = await leaksOf(run, order, { changes, tree: ground.value.tree });
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
  { site }: Order,
  { changes, tree }: { readonly changes: readonly Change[]; readonly tree: Tree },
): Promise<Result<string[]>> {
  const holds = (bytes: Uint8Array) => {
    const text = Buffer.from(bytes).toString("utf8");
    return run.desk.redact(text) !== text;
  };
  const leaks: string[] = [];
  for (const { path, content } of changes) {
    if (content === null || !holds(content)) continue;
    const entry = tree.get(path);
    const before = entry === undefined ? success(null) : await site.contentOf(entry.oid);
    if (!before.ok) return before;
    if (before.value === null || !holds(before.value)) leaks.push(path);
  }
  return success(leaks);
}

/** Runs the task's gates on the recorded outputs, in a worktree of its own. Stops at the first that fails. */
export async function inspectOutputs(
  run: Run,
  order: Order,
  { outputs, agent }: Pick<Contribution, "outputs" | "agent">,
): Promise<Result<Inspection>> {
  const ground = await groundOf(run, order.site, order.node);
  if (!ground.ok) return ground;
  const located = await order.site.locate(outputs);
  if (!located.ok) return located;
  const tree = new Map<string, TreeEntry>(ground.value.tree);
  for (const output of outputs) lay(tree, order.site, output);
  const inspected = await inspectTree(run, order.site, { tree, gates: order.gates, subject: order.task.id });
  if (!inspected.ok) return inspected;
  const { results, cases } = inspected.value;
  // Tests of what people wrote before it had criteria cannot name them.
  if (results.every((result) => result.passed) && cases !== null && agent !== ADOPTED) {
    const acceptance = acceptanceGate(order.task, cases);
    run.emit({ type: "gate-ended", subject: order.task.id, result: acceptance });
    results.push(acceptance);
  }
  return success({ passed: results.every((result) => result.passed), results });
}

export interface TreeInspection {
  readonly tree: Tree;
  readonly gates: readonly Gate[];
  /** Task or project that the gates speak about. */
  readonly subject: string;
}

/** Runs gates on a tree. A gate that changes the files that it inspects has failed: gates never edit. */
export async function inspectTree(
  run: Run,
  site: Site,
  { tree, gates, subject }: TreeInspection,
): Promise<Result<{ results: GateResult[]; cases: readonly TestCase[] | null }>> {
  if (gates.length === 0) return success({ results: [], cases: null });
  return run.gateSlots.hold(() => inspectNow(run, site, { tree, gates, subject }));
}

async function inspectNow(
  run: Run,
  site: Site,
  { tree, gates, subject }: TreeInspection,
): Promise<Result<{ results: GateResult[]; cases: readonly TestCase[] | null }>> {
  const results: GateResult[] = [];
  let cases: readonly TestCase[] | null = null;
  const name = `${subject.replace(/[^A-Za-z0-9._-]/g, "-")}-gates-${randomUUID().slice(0, 8)}`;
  const worktree = await openWorktree(run, site, tree, name);
  if (!worktree.ok) return worktree;
  const scratch = join(dirname(worktree.value.dir), "scratch");
  run.emit({ type: "gates-started", subject });
  try {
    for (const gate of gates) {
      run.emit({ type: "gate-started", subject, gate: gate.id });
      const { result, cases: found } = await runGate({
        gate,
        dir: worktree.value.dir,
        scratch,
        env: {},
        subject,
        signal: run.signal,
      });
      if (run.signal.aborted) return failed({ reason: "cancelled" });
      const edited = result.passed ? await editedBy(worktree.value, tree) : success(null);
      if (!edited.ok) return edited;
      const final =
        edited.value === null
          ? result
          : { ...result, passed: false, evidence: `the gate changed ${edited.value}: gates only inspect` };
      run.emit({ type: "gate-ended", subject, result: final });
      results.push(final);
      if (found !== null) cases = [...(cases ?? []), ...found];
      if (!final.passed) break;
    }
    return success({ results, cases });
  } finally {
    await dispose(dirname(worktree.value.dir));
  }
}

async function editedBy(worktree: Worktree, tree: Tree): Promise<Result<string | null>> {
  const changes = await harvest(worktree);
  if (!changes.ok) return success(null);
  return success(changes.value.find((change) => tree.has(change.path))?.path ?? null);
}

/** A checkout of a tree with the project's installed dependencies. Whoever opens it disposes of the folder around it. */
export async function openWorktree(
  run: Run,
  site: Site,
  tree: Tree,
  name: string,
): Promise<Result<Worktree>> {
  const home = join(run.sources.root, ".factory", "worktrees", `${site.project.id}-${name}`);
  const dir = join(home, WORKTREE);
  const links = await run.instruments.links(site);
  if (!links.ok) return links;
  // A build that was killed may have left one of this name.
  const cleared = await dispose(home);
  if (!cleared.ok) return cleared;
  const flushed = await site.flush();
  if (!flushed.ok) return flushed;
  return materialise({ repository: site.repository, tree, human: site.human, dir, links: links.value });
}

/** Something that appeared beside the worktree: what it was made for cannot be known, only that it left its place. */
export async function strayBeside({ dir }: Worktree): Promise<string | null> {
  const entries = await readdir(dirname(dir));
  return entries.find((name) => name !== WORKTREE) ?? null;
}
