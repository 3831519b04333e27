// What has an agent handed in? The paths and contents that it changes, wherever it wrote them.

import type { DraftedWork } from "../../agents/agent-port.ts";
import type { Change } from "../../model/output.ts";
import { pathFault } from "../../model/path.ts";
import { failed, type Result, success } from "../../model/result.ts";
import type { Tree } from "../../model/tree.ts";
import { collectDraft } from "../../workspaces/collect-draft.ts";
import { strayBeside } from "../../workspaces/stray-files.ts";
import type { Worktree } from "../../workspaces/worktree.ts";
import type { ProjectState } from "../projects/project-state.ts";
import { whyEmpty } from "./ignored-hint.ts";
import type { TaskJob } from "./judge-task.ts";
import { changesSeen, storedChanges } from "./stored-changes.ts";

export interface Drafted {
  /** Who did it: a fallback, where the first could not be reached. */
  readonly agent: string;
  readonly changes: readonly Change[];
  readonly work: DraftedWork;
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
  const { state } = job;
  const escaped = worktree === null ? null : await strayBeside(worktree);
  if (escaped !== null) return failed({ reason: "hostile-path", path: `../${escaped}`, cause: "parent" });
  const changes = await changesOf(state, ground, work, worktree);
  if (!changes.ok) return changes;
  return draftFrom(job, ground, { agent, work, worktree }, changes.value);
}

/** The same of changes that are known to be sound. */
export async function draftFrom(
  job: TaskJob,
  ground: Tree,
  { agent, work, worktree }: SubmittedDraft,
  changes: readonly Change[],
): Promise<Result<Drafted>> {
  const { state, agent: routed } = job;
  const real = await realChanges(state, ground, changes);
  if (!real.ok) return real;
  if (real.value.length === 0 && work.question === null) {
    // What the generator writes is there to the byte, as in a clone that has no history of it: then it is what it put there.
    const isThere = routed.kind === "generator" && changes.length > 0;
    return isThere ? success({ agent, changes, work }) : failed(await whyEmpty(job, worktree));
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
