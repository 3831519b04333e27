// How does one attempt at a task go? Draft, then inspect. Each part ends in a value; what follows from it is decided in
// run-task.ts.

import { mkdir, readdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Ended, Work } from "../agents/agent.ts";
import { makeAgent } from "../agents/catalogue.ts";
import { windowTexts } from "../context/window-text.ts";
import { acceptanceGate } from "../gates/acceptance.ts";
import { runGate } from "../gates/gate.ts";
import type { TestCase } from "../gates/junit.ts";
import { scopeGate } from "../gates/scope.ts";
import { featureOf, localIdOf } from "../model/address.ts";
import type { GateResult, Inspection } from "../model/inspection.ts";
import { type Change, NO_USAGE, type Output } from "../model/output.ts";
import { pathFault } from "../model/path.ts";
import type { Gate } from "../model/project.ts";
import { failed, type Result, success } from "../model/result.ts";
import type { Tree, TreeEntry } from "../model/tree.ts";
import { harvest } from "../workspaces/harvest.ts";
import { dispose, materialise, type Worktree } from "../workspaces/worktree.ts";
import { groundOf, lay } from "./compose.ts";
import type { Order } from "./judge-task.ts";
import type { Run } from "./run.ts";
import type { Site } from "./site.ts";
import { taskFile } from "./task-files.ts";
import { TreeSnapshot } from "./tree-snapshot.ts";

/** Each worktree lies alone in a folder of its own, so that what is written beside it shows. */
const WORKTREE = "tree";

export interface Drafted {
  readonly changes: readonly Change[];
  readonly work: Work;
}

/** Asks the agent for a draft in a workspace of its own. The draft's paths are safe; nothing else about it is known. */
export async function draftTask(run: Run, order: Order, attempt: number): Promise<Ended<Drafted>> {
  const agent = makeAgent(order.agent);
  const ground = await groundOf(run, order.site, order.node);
  if (!ground.ok) return unpaid(ground);
  const scratch = scratchFolder(run, order, `draft-${attempt}`);
  await mkdir(scratch, { recursive: true });
  const worktree = agent.needsWorktree
    ? await openWorktree(run, order.site, ground.value.tree, `${label(order)}-draft-${attempt}`)
    : success(null);
  if (!worktree.ok) return unpaid(worktree);
  try {
    const { result, usage } = await agent.draft({
      root: run.sources.root,
      role: "implementer",
      task: order.task,
      window: order.window,
      ...windowTexts(order.window),
      attempt,
      dir: worktree.value?.dir ?? null,
      scratch,
      log: taskFile(run.sources.root, order.task.id, "log"),
      snapshot: new TreeSnapshot(order.site, ground.value.tree),
      gates: order.gates.map(({ id }) => id),
      runGate: async () => failed({ reason: "cancelled" }),
      ask: async () => failed({ reason: "cancelled" }),
      redact: (text) => text,
      part: order.part,
      sources: order.code,
      signal: run.signal,
    });
    const drafted = result.ok
      ? await draftOf(order, ground.value.tree, { work: result.value, worktree: worktree.value })
      : result;
    return { result: drafted, usage };
  } finally {
    await dispose(scratch);
    if (worktree.value !== null) await dispose(dirname(worktree.value.dir));
  }
}

function unpaid(result: Result<never>): Ended<never> {
  return { result, usage: NO_USAGE };
}

interface HandedIn {
  readonly work: Work;
  readonly worktree: Worktree | null;
}

async function draftOf(order: Order, ground: Tree, { work, worktree }: HandedIn): Promise<Result<Drafted>> {
  const escaped = worktree === null ? null : await strayBeside(worktree.dir);
  if (escaped !== null) return failed({ reason: "hostile-path", path: `../${escaped}`, cause: "parent" });
  const changes = await changesOf(work, worktree);
  if (!changes.ok) return changes;
  const real = await realChanges(order.site, ground, changes.value);
  if (!real.ok) return real;
  if (real.value.length === 0 && work.question === null) return failed({ reason: "empty-draft" });
  return success({ changes: real.value, work });
}

/** Something that appeared beside the worktree: what it was made for cannot be known, only that it left its place. */
async function strayBeside(dir: string): Promise<string | null> {
  const entries = await readdir(dirname(dir));
  return entries.find((name) => name !== WORKTREE) ?? null;
}

async function changesOf(work: Work, worktree: Worktree | null): Promise<Result<readonly Change[]>> {
  if (work.changes === null) return worktree === null ? success([]) : await harvest(worktree);
  for (const { path } of work.changes) {
    const cause = pathFault(path);
    if (cause !== null) return failed({ reason: "hostile-path", path, cause });
  }
  return success(work.changes);
}

/** A file that was written with the content it had is no change. */
async function realChanges(site: Site, ground: Tree, changes: readonly Change[]): Promise<Result<Change[]>> {
  const real: Change[] = [];
  for (const change of changes) {
    const entry = ground.get(change.path);
    if (change.content === null || entry === undefined || entry.mode !== change.mode) {
      if (change.content !== null || entry !== undefined) real.push(change);
      continue;
    }
    const before = await site.contentOf(entry.oid);
    if (!before.ok) return before;
    if (!Buffer.from(before.value).equals(change.content)) real.push(change);
  }
  return success(real);
}

/** The built-in gate `scope`: the draft stays in its files and leaves the tests of other tasks whole. */
export async function inspectScope(
  run: Run,
  order: Order,
  changes: readonly Change[],
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
  return success(scopeGate(order.task, changes, others));
}

/** Runs the task's gates on the recorded outputs, in a worktree of its own. Stops at the first that fails. */
export async function inspectOutputs(
  run: Run,
  order: Order,
  outputs: readonly Output[],
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
  if (results.every((result) => result.passed) && cases !== null) {
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
  const results: GateResult[] = [];
  let cases: readonly TestCase[] | null = null;
  if (gates.length === 0) return success({ results, cases });
  const name = `${subject.replace(/[^A-Za-z0-9._-]/g, "-")}-gates`;
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

async function openWorktree(run: Run, site: Site, tree: Tree, name: string): Promise<Result<Worktree>> {
  const home = join(run.sources.root, ".factory", "worktrees", `${site.project.id}-${name}`);
  const dir = join(home, WORKTREE);
  const links = await run.instruments.links(site);
  if (!links.ok) return links;
  // A build that was killed may have left one of this name.
  const cleared = await dispose(home);
  if (!cleared.ok) return cleared;
  const flushed = await site.flush();
  if (!flushed.ok) return flushed;
  return materialise({ repository: site.repository, tree, dir, links: links.value });
}

function scratchFolder(run: Run, order: Order, name: string): string {
  return join(
    run.sources.root,
    ".factory",
    "tasks",
    featureOf(order.task.id),
    `${localIdOf(order.task.id)}.${name}`,
  );
}

function label(order: Order): string {
  return order.task.id.replace(":", "-");
}
