// Does the project ignore what a task is to write? An agent that works in a folder would write it, and nobody would ever
// see it: what git ignores there is no part of a draft. Asked before anybody is paid, and of a draft that came empty.

import { makeAgent } from "../../agents/agent-kinds.ts";
import type { Failure } from "../../model/failure.ts";
import { globBase, globMatcher, isGlob } from "../../model/glob.ts";
import { failed, type Result, success } from "../../model/result.ts";
import type { Tree } from "../../model/tree.ts";
import { firstDropped, type IgnoreRule, ignoredAmong } from "../../workspaces/ignored-paths.ts";
import type { Worktree } from "../../workspaces/worktree.ts";
import type { ProjectState } from "../projects/project-state.ts";
import type { Assignment } from "./assignment.ts";

/**
 * `ignored-path` where a path that the task names, or the folder of all that a pattern means, is ignored and not tracked.
 * Agents that hand in texts lose nothing by it.
 */
export async function hintedIgnored({ state, task, agent, fallbacks }: Assignment): Promise<Result<null>> {
  if (![agent, ...fallbacks].some((one) => makeAgent(one).needsWorktree)) return success(null);
  const asked = new Map(task.filesHint.flatMap((hint) => (isHeld(state.human, hint) ? [] : [placeOf(hint)])));
  asked.delete("/");
  const hints = new Map([...asked].map(([place, hint]) => [toldPlace(state, place), hint]));
  const rules = await ignoredAmong(state.repository, state.home.human, [...hints.keys()]);
  if (!rules.ok) return rules;
  const [first] = rules.value;
  if (first === undefined) return success(null);
  const [place, rule] = first;
  return failed(ignored(hints.get(place) ?? state.seen(place), { ...rule, source: state.seen(rule.source) }));
}

/** As git is asked in the repository: the end tells a folder. */
function toldPlace(state: ProjectState, place: string): string {
  return place.endsWith("/") ? `${state.told(place.slice(0, -1))}/` : state.told(place);
}

/** Why a draft came empty: a file that the task is to write is there, and ignored; `empty-draft` where none is. */
export async function whyEmpty(
  { task, state }: Pick<Assignment, "task" | "state">,
  worktree: Worktree | null,
): Promise<Failure> {
  const covers = task.filesHint.map(globMatcher);
  const isMeant = (path: string) => covers.some((matches) => matches(state.seen(path)));
  const dropped = worktree === null ? success(null) : await firstDropped(worktree, isMeant);
  if (!dropped.ok) return dropped.failure;
  if (dropped.value === null) return { reason: "empty-draft" };
  const { path, rule } = dropped.value;
  return ignored(state.seen(path), { ...rule, source: state.seen(rule.source) });
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
