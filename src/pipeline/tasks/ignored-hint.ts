// Does the project ignore what a task is to write? An agent that works in a folder would write it, and nobody would ever
// see it: what git ignores there is no part of a draft. Asked before anybody is paid, and of a draft that came empty.

import { makeAgent } from "../../agents/agent-kinds.ts";
import type { Failure } from "../../model/failure.ts";
import { globBase, globMatcher, isGlob } from "../../model/glob.ts";
import { failed, type Result, success } from "../../model/result.ts";
import type { Task } from "../../model/task.ts";
import type { Tree } from "../../model/tree.ts";
import { firstDropped, type IgnoreRule, ignoredAmong } from "../../workspaces/ignored-paths.ts";
import type { Worktree } from "../../workspaces/worktree.ts";
import type { Assignment } from "./assignment.ts";

/**
 * `ignored-path` where a path that the task names, or the folder of all that a pattern means, is ignored and not tracked.
 * Agents that hand in texts lose nothing by it.
 */
export async function hintedIgnored({ state, task, agent, fallbacks }: Assignment): Promise<Result<null>> {
  if (![agent, ...fallbacks].some((one) => makeAgent(one).needsWorktree)) return success(null);
  const asked = new Map(task.filesHint.flatMap((hint) => (isHeld(state.human, hint) ? [] : [placeOf(hint)])));
  asked.delete("/");
  const rules = await ignoredAmong(state.repository, state.human, [...asked.keys()]);
  if (!rules.ok) return rules;
  const [first] = rules.value;
  return first === undefined ? success(null) : failed(ignored(asked.get(first[0]) ?? first[0], first[1]));
}

/** Why a draft came empty: a file that the task is to write is there, and ignored; `empty-draft` where none is. */
export async function whyEmpty(task: Task, worktree: Worktree | null): Promise<Failure> {
  const covers = task.filesHint.map(globMatcher);
  const dropped =
    worktree === null
      ? success(null)
      : await firstDropped(worktree, (path) => covers.some((matches) => matches(path)));
  if (!dropped.ok) return dropped.failure;
  return dropped.value === null ? { reason: "empty-draft" } : ignored(dropped.value.path, dropped.value.rule);
}

function ignored(path: string, { source, line }: IgnoreRule): Failure {
  return { reason: "ignored-path", path, source, line };
}

/** What to ask git, and how people wrote it. */
function placeOf(hint: string): [string, string] {
  return [isGlob(hint) ? `${globBase(hint)}/` : hint, hint];
}

/** What is tracked is part of a draft whatever is ignored. */
function isHeld(tree: Tree, hint: string): boolean {
  if (!isGlob(hint)) return tree.has(hint);
  const matches = globMatcher(hint);
  return [...tree.keys()].some(matches);
}
