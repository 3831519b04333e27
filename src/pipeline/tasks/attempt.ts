// How does one attempt at a task go? An agent drafts in a workspace of its own, and what it hands in is looked at before
// anything else sees it. What follows from the outcome is decided in run-task.ts.

import type { Dirent } from "node:fs";
import { readdir } from "node:fs/promises";
import { basename, dirname } from "node:path";
import { makeAgent } from "../../agents/agent-kinds.ts";
import type { DraftedWork, SessionResult } from "../../agents/agent-port.ts";
import { shownGates } from "../../context/gate-words.ts";
import { windowTexts } from "../../context/window-text.ts";
import { type Change, NO_USAGE } from "../../model/output.ts";
import { pathFault } from "../../model/path.ts";
import { failed, type Result, success } from "../../model/result.ts";
import type { Phase, Role } from "../../model/role.ts";
import type { Tree } from "../../model/tree.ts";
import { collectDraft } from "../../workspaces/collect-draft.ts";
import type { Worktree } from "../../workspaces/worktree.ts";
import { layChanges } from "../product/compose.ts";
import { groundOf } from "../product/ground.ts";
import type { ProjectState } from "../projects/project-state.ts";
import { TreeSnapshot } from "../projects/tree-snapshot.ts";
import type { Run } from "../run/run.ts";
import { inSession, withFallbacks } from "../sessions/agent-session.ts";
import type { Slot } from "../slots/lease.ts";
import { tryGate } from "./gate-trial.ts";
import { whyEmpty } from "./ignored-hint.ts";
import type { TaskJob } from "./judge-task.ts";
import { readFacts } from "./read-facts.ts";
import { changesSeen, storedChanges } from "./stored-changes.ts";

export interface Drafted {
  /** Who did it: a fallback, where the first could not be reached. */
  readonly agent: string;
  readonly changes: readonly Change[];
  readonly work: DraftedWork;
}

/** Which attempt this is, and what it starts from beside the ground of the task. */
export interface AttemptOrder {
  readonly role: Role;
  readonly attempt: number;
  readonly phase: Phase;
  readonly salt: string;
  /** Tests that were written before, and that this attempt may read and not write. */
  readonly given: readonly Change[];
}

/** Asks the agent for a draft. The draft's paths are safe; nothing else about it is known. */
export async function draftTask(run: Run, job: TaskJob, one: AttemptOrder): Promise<SessionResult<Drafted>> {
  const ground = await groundOf(run, job.state, job.node);
  if (!ground.ok) return { result: ground, usage: NO_USAGE };
  const tree = await layChanges(job.state, ground.value.tree, one.given);
  if (!tree.ok) return { result: tree, usage: NO_USAGE };
  return draftOn(run, job, one, tree.value);
}

/** The same on a tree of the caller's choice. */
export async function draftOn(
  run: Run,
  job: TaskJob,
  one: AttemptOrder,
  tree: Tree,
): Promise<SessionResult<Drafted>> {
  const { state, task, window } = job;
  const facts = await readFacts(state, tree);
  if (!facts.ok) return { result: facts, usage: NO_USAGE };
  const sessionOrder = { ...one, guide: job.guide, subject: task.id, project: state.project.id, window };
  return withFallbacks([job.agent, ...job.fallbacks], async (declaration) => {
    const agent = makeAgent(declaration);
    return inSession(run.sessions, declaration, sessionOrder, async (session) => {
      const draftIn = async (slot: Slot | null): Promise<SessionResult<Drafted>> => {
        const worktree = slot?.worktree ?? null;
        const { result, usage } = await agent.draft({
          ...session,
          task,
          window,
          ...windowTexts(window),
          attempt: one.attempt,
          dir: slot?.dir ?? null,
          borrows: worktree?.borrows ?? [],
          slot: slot?.number ?? null,
          snapshot: new TreeSnapshot(state, tree),
          gates: shownGates(job.gates, facts.value),
          runGate: (gate, changes) => tryGate(run, job, { gate, tree, changes }),
          readOnly: one.given.map(({ path }) => path),
          part: job.part,
          sources: job.code,
        });
        if (!result.ok) return { result, usage };
        const handedIn = { agent: declaration.id, work: result.value, worktree };
        return { result: await draftOf(job, tree, handedIn), usage };
      };
      if (!agent.needsWorktree) return draftIn(null);
      const lease = { kind: "agent", tree, subject: task.id } as const;
      const lent = await run.slots.use(state, lease, async (slot) => success(await draftIn(slot)));
      return lent.ok ? lent.value : { result: lent, usage: NO_USAGE };
    });
  });
}

export interface SubmittedDraft {
  readonly agent: string;
  readonly work: DraftedWork;
  readonly worktree: Worktree | null;
}

/** What is handed in, as the paths and contents that it changes. */
export async function draftOf(
  job: TaskJob,
  ground: Tree,
  { agent, work, worktree }: SubmittedDraft,
): Promise<Result<Drafted>> {
  const { state, agent: routed } = job;
  const escaped = worktree === null ? null : await strayBeside(worktree);
  if (escaped !== null) return failed({ reason: "hostile-path", path: `../${escaped}`, cause: "parent" });
  const changes = await changesOf(state, ground, work, worktree);
  if (!changes.ok) return changes;
  const real = await realChanges(state, ground, changes.value);
  if (!real.ok) return real;
  if (real.value.length === 0 && work.question === null) {
    // What the generator writes is there to the byte, as in a clone that has no history of it: then it is what it put there.
    const isThere = routed.kind === "generator" && changes.value.length > 0;
    return isThere ? success({ agent, changes: changes.value, work }) : failed(await whyEmpty(job, worktree));
  }
  return success({ agent, changes: real.value, work });
}

async function changesOf(
  state: ProjectState,
  ground: Tree,
  work: DraftedWork,
  worktree: Worktree | null,
): Promise<Result<readonly Change[]>> {
  if (work.changes === null)
    return worktree === null ? success([]) : changesSeen(state, await collectDraft(worktree));
  for (const { path } of work.changes) {
    const cause = pathFault(path);
    if (cause !== null) return failed({ reason: "hostile-path", path, cause });
  }
  return storedChanges(state, ground, work.changes);
}

/** A file that was written with the content it had is no change. */
async function realChanges(
  state: ProjectState,
  ground: Tree,
  changes: readonly Change[],
): Promise<Result<Change[]>> {
  const real: Change[] = [];
  for (const change of changes) {
    const entry = ground.get(change.path);
    if (change.content === null || entry === undefined || entry.mode !== change.mode) {
      if (change.content !== null || entry !== undefined) real.push(change);
      continue;
    }
    const before = await state.contents.of(entry.oid);
    if (!before.ok) return before;
    if (!Buffer.from(before.value).equals(change.content)) real.push(change);
  }
  return success(real);
}

/** Something that appeared beside the worktree, or in its place: what it was made for cannot be known, only that it left its place. */
async function strayBeside({ dir }: Worktree): Promise<string | null> {
  const entries = await readdir(dirname(dir), { withFileTypes: true });
  // A link in its place would have us read files that nobody laid.
  const isStray = (entry: Dirent) => entry.name !== basename(dir) || !entry.isDirectory();
  return entries.find(isStray)?.name ?? null;
}
