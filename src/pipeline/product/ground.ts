// What does a task, or a planner, begin with? The human layer and what others made of it. Every step of a task asks for it
// again, so those of the tasks that are under way are kept, and hold as long as nothing that they are made of has changed.

import { nodesOf, withDependencies, withDependents } from "../../engine/graph.ts";
import { seenFrom } from "../../model/path.ts";
import { failed, type Result, success } from "../../model/result.ts";
import type { ProjectState } from "../projects/project-state.ts";
import type { RepositoryState } from "../projects/repository-state.ts";
import { mapSeenFrom } from "../projects/seen-paths.ts";
import type { SelectedResults } from "../projects/selected-results.ts";
import type { Run } from "../run/run.ts";
import { type Composing, type Composition, compose } from "./compose.ts";

/** About as many tasks as have a step at once: each tree names every file of its repository. */
const KEPT = 32;

interface Ground {
  readonly home: RepositoryState;
  readonly edited: RepositoryState["edited"];
  /** The tasks that it is made of, and when. */
  readonly below: readonly number[];
  readonly moment: number;
  readonly composition: Composition;
}

/** By position of the task, the one that was asked for last at the end. */
const GROUNDS = new WeakMap<SelectedResults, Map<number, Ground>>();

/** The tree that a task's attempt works on: the human layer and what its dependencies made, nothing of its siblings. */
export async function groundOf(run: Run, state: ProjectState, node: number): Promise<Result<Composition>> {
  const { selected } = run;
  const { home } = state;
  const kept = GROUNDS.get(selected) ?? new Map<number, Ground>();
  GROUNDS.set(selected, kept);
  const known = kept.get(node);
  kept.delete(node);
  if (known !== undefined && holds(known, selected, home)) {
    kept.set(node, known);
    return seenBy(state, success(known.composition));
  }
  const { moment } = selected;
  const { edited } = home;
  const below = withDependencies(run.graph, [node]).filter((at) => at !== node);
  const composed = await compose(run, home, below);
  if (composed.ok) kept.set(node, { home, edited, below, moment, composition: composed.value });
  const [oldest] = kept.keys();
  if (kept.size > KEPT && oldest !== undefined) kept.delete(oldest);
  return seenBy(state, composed);
}

function holds(ground: Ground, selected: SelectedResults, home: RepositoryState): boolean {
  const isSame = ground.home === home && ground.edited === home.edited;
  return isSame && selected.areAsAt(ground.moment, ground.below);
}

/**
 * What planners of a feature begin with, as its tasks will: the human layer and what other features made. Nothing of its
 * own is in it, nor of what is built on that: all of this is made again. Whatever cannot be had, or merged, is as it
 * stands on the branch: a plan is made for the request, and none of it is built on these bytes.
 */
export async function groundBeside(
  run: Composing,
  state: ProjectState,
  feature: string,
): Promise<Result<Composition>> {
  const { tasks } = run.graph;
  const own = [...tasks.keys()].filter((node) => tasks[node]?.feature === feature);
  const after = new Set(withDependents(run.graph, own));
  const others = nodesOf(run.graph, state.home.ids).filter((node) => !after.has(node));
  return seenBy(state, await compose(run, state.home, others, "standing"));
}

function seenBy({ project: { root } }: ProjectState, composed: Result<Composition>): Result<Composition> {
  if (!composed.ok) {
    const { failure } = composed;
    const namesPath = failure.reason === "blob-missing" || failure.reason === "shared-file";
    return namesPath ? failed({ ...failure, path: seenFrom(root, failure.path) }) : composed;
  }
  if (root === "") return composed;
  const { tree, writers, inserted } = composed.value;
  return success({
    tree: mapSeenFrom(root, tree),
    writers: mapSeenFrom(root, writers),
    inserted: mapSeenFrom(root, inserted),
  });
}
