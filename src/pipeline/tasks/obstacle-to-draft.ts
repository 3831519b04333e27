// What keeps a task from being drafted, however good the draft would be? Asked before anything is paid, and by whoever only
// looks.

import { authorize } from "../../agents/agent-kinds.ts";
import type { DueVerdict } from "../../engine/judge.ts";
import type { Failure } from "../../model/failure.ts";
import { globMatcher } from "../../model/glob.ts";
import { success } from "../../model/result.ts";
import { isWhole } from "../../model/task.ts";
import { passedOver } from "../../workspaces/hidden-edits.ts";
import { gitInFolderOf } from "../../workspaces/locate.ts";
import { baselessPaths } from "../projects/baseless.ts";
import { unapprovedIn } from "../run/held.ts";
import type { Run } from "../run/run.ts";
import type { Assignment } from "./assignment.ts";
import { hintedIgnored } from "./ignored-hint.ts";
import { untestable } from "./no-test-room.ts";
import { isOfToday, madeOf } from "./past-failure.ts";
import { sensitiveFiles } from "./sensitive-files.ts";
import { hintedFilter } from "./stored-changes.ts";
import { hintedSubmodule } from "./submodule-hint.ts";
import type { TaskStatus } from "./task-files.ts";
import { waitingChange } from "./task-proposal.ts";

/**
 * A person who has to be asked, an agent that may not be, a file that nobody may write, or a failure that is not to be paid
 * for again; null where nothing does, or where no draft is due.
 */
export async function obstacleToDraft(
  run: Run,
  assignment: Assignment,
  { work }: DueVerdict,
  record: TaskStatus | null,
): Promise<Failure | null> {
  const { task, feature, agent } = assignment;
  // The generator writes anew what others would merge.
  if (work !== "draft" && !(work === "merge-outputs" && agent.kind === "generator")) return null;
  const sensitive = await sensitiveFiles(assignment);
  if (!sensitive.ok) return sensitive.failure;
  const unapproved = unapprovedIn(run, task, sensitive.value);
  if (unapproved !== null) return unapproved;
  const waiting = waitingChange(run.sources.root, task, feature, sensitive.value);
  if (!waiting.ok) return waiting.failure;
  if (waiting.value !== null) return waiting.value;
  const permission = authorize(agent, task.id, run.options.modelCalls);
  if (!permission.ok) return permission.failure;
  const inSubmodule = hintedSubmodule(assignment);
  if (!inSubmodule.ok) return inSubmodule.failure;
  const testless = agent.kind === "generator" ? success(null) : await untestable(run, assignment);
  if (!testless.ok) return testless.failure;
  const filtered = await hintedFilter(assignment);
  if (!filtered.ok) return filtered.failure;
  const ignored = await hintedIgnored(assignment);
  if (!ignored.ok) return ignored.failure;
  return (
    baselessInTheWay(run, assignment) ??
    (await hiddenInTheWay(assignment)) ??
    failedBefore(run, assignment, record)
  );
}

/** The same question would only be paid for again, unless a person wants it tried (`factory build`, `factory retry`). */
function failedBefore(
  run: Pick<Run, "options" | "graph" | "selected">,
  assignment: Assignment,
  record: TaskStatus | null,
): Failure | null {
  // What costs nothing is tried whenever there is a reason to.
  // What sends others back costs as much as they do.
  const isFree = assignment.agent.kind === "generator" && !isWhole(assignment.task);
  const { options } = run;
  if (options.keepFailed !== true || isFree || record === null) return null;
  if (record.phase !== "failed" || record.failed === 0 || !isOfToday(record, assignment)) return null;
  const { task } = assignment;
  if (isWhole(task) && record.failure?.made !== madeOf(run, task)) return null;
  return { reason: "failed-before", attempts: record.failed };
}

/** An edit of which nobody can say what was edited: whatever is drafted, it clashes with that. */
function baselessInTheWay(run: Run, { state, task, agent }: Assignment): Failure | null {
  // The generator costs nothing, and may well bring back what was edited.
  if (agent.kind === "generator") return null;
  const entry = run.selected.entry(task.id);
  const paths = entry === null ? [] : [...baselessPaths(entry, state)];
  if (paths.length === 0) return null;
  return { reason: "merge-conflict", paths: paths.map((path) => ({ path, task: task.id, lost: true })) };
}

/** An edit that its owner's git shows nowhere, in a file that the task writes: no product would ever be merged over it. */
async function hiddenInTheWay({ state, task, agent }: Assignment): Promise<Failure | null> {
  const { located } = state.repository;
  // What the generator makes costs nothing, and is told at the merge.
  if (agent.kind === "generator" || located.workTree === null || state.heads.checkedOut !== "branch")
    return null;
  const covers = task.filesHint.map(globMatcher);
  const isWritten = (path: string) => covers.some((matches) => matches(state.seen(path)));
  const found = await passedOver(gitInFolderOf(located), located.workTree, isWritten);
  if (!found.ok) return found.failure;
  const paths = found.value.filter(({ isEdited }) => isEdited).map(({ path }) => state.seen(path));
  return paths.length === 0 ? null : { reason: "dirty-worktree", paths, hidden: true };
}
