// What would the generator write for a task today? It is deterministic and costs nothing, so reading commands may ask.

import { type Rendered, renderPart } from "../../agents/generator.ts";
import type { Change } from "../../model/output.ts";
import type { Result } from "../../model/result.ts";
import type { Tree } from "../../model/tree.ts";
import { groundOf } from "../product/ground.ts";
import { TreeSnapshot } from "../projects/tree-snapshot.ts";
import type { Run } from "../run/run.ts";
import type { Assignment } from "./assignment.ts";
import { storedChanges } from "./stored-changes.ts";

/** As git would store it. Null for the tasks of every other agent: what those would write, only they know. */
export async function rendered(run: Run, assignment: Assignment): Promise<Result<readonly Change[]> | null> {
  if (assignment.agent.kind !== "generator") return null;
  const { state, node } = assignment;
  const ground = await groundOf(run, state, node);
  if (!ground.ok) return ground;
  const made = await renderedWork(assignment, ground.value.tree);
  return made.ok ? storedChanges(state, ground.value.tree, made.value.changes) : made;
}

/** As it comes out of the templates, on the tree that the task builds on. */
export function renderedWork(
  { state, task, window, part, code }: Assignment,
  ground: Tree,
): Promise<Result<Rendered>> {
  return renderPart({ task, window, part, sources: code, snapshot: new TreeSnapshot(state, ground) });
}
