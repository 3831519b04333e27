// What keeps a task from being drafted, however good the draft would be? Asked before anything is paid.

import { authorize } from "../../agents/catalogue.ts";
import type { Failure } from "../../model/failure.ts";
import { globMatcher } from "../../model/glob.ts";
import { passedOver } from "../../workspaces/hidden-edits.ts";
import { gitInFolderOf } from "../../workspaces/locate.ts";
import { baselessPaths } from "../projects/baseless.ts";
import type { Run } from "../run/run.ts";
import { hintedIgnored } from "./ignored-hint.ts";
import type { Order } from "./judge-task.ts";
import { hintedFilter } from "./stored-changes.ts";
import { waitingChange } from "./task-proposal.ts";

/** A person who has to be asked, an agent that may not be, or a file that nobody may write; null where nothing does. */
export async function obstacleToDraft(run: Run, order: Order): Promise<Failure | null> {
  const waiting = waitingChange(run.sources.root, order.task, order.feature);
  if (!waiting.ok) return waiting.failure;
  if (waiting.value !== null) return waiting.value;
  const permission = authorize(order.agent, order.task.id, run.options.modelCalls);
  if (!permission.ok) return permission.failure;
  return obstacleInProject(run, order);
}

/** What in the project would have the draft refused, whoever made it and whoever may; reading commands ask, too. */
export async function obstacleInProject(run: Run, order: Order): Promise<Failure | null> {
  const filtered = await hintedFilter(order);
  if (!filtered.ok) return filtered.failure;
  const ignored = await hintedIgnored(order);
  if (!ignored.ok) return ignored.failure;
  return baselessInTheWay(run, order) ?? (await hiddenInTheWay(order));
}

/** An edit of which nobody can say what was edited: whatever is drafted, it clashes with that. */
function baselessInTheWay(run: Run, { site, task, agent }: Order): Failure | null {
  // The generator costs nothing, and may well bring back what was edited.
  if (agent.kind === "generator") return null;
  const entry = run.book.entry(task.id);
  const paths = entry === null ? [] : [...baselessPaths(entry, site)];
  if (paths.length === 0) return null;
  return { reason: "merge-conflict", paths: paths.map((path) => ({ path, task: task.id, lost: true })) };
}

/** An edit that its owner's git shows nowhere, in a file that the task writes: no product would ever be merged over it. */
async function hiddenInTheWay({ site, task, agent }: Order): Promise<Failure | null> {
  const { located } = site.repository;
  // What the generator makes costs nothing, and is told at the merge.
  if (agent.kind === "generator" || located.workTree === null || site.heads.checkedOut !== "branch")
    return null;
  const covers = task.filesHint.map(globMatcher);
  const isWritten = (path: string) => covers.some((matches) => matches(path));
  const found = await passedOver(gitInFolderOf(located), located.workTree, isWritten);
  if (!found.ok) return found.failure;
  const paths = found.value.filter(({ isEdited }) => isEdited).map(({ path }) => path);
  return paths.length === 0 ? null : { reason: "dirty-worktree", paths, hidden: true };
}
