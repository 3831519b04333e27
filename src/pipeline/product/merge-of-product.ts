// What does a branch come to with a product merged into it? Asked before anything moves, by whoever builds and whoever looks.

import type { Result } from "../../model/result.ts";
import { lostEdits } from "../../workspaces/human-layer.ts";
import type { Merged } from "../../workspaces/merge.ts";
import type { ProjectState } from "../projects/project-state.ts";
import type { Run } from "../run/run.ts";
import type { Composition } from "./compose.ts";

export async function mergeOfProduct(
  run: Run,
  state: ProjectState,
  { tree, writers }: Composition,
): Promise<Result<Merged>> {
  const flushed = await state.contents.flush();
  if (!flushed.ok) return flushed;
  return state.repository.merge({
    ...{ branch: state.branch, lastProduct: state.layers.product, product: tree },
    lost: lostEdits(state.edited),
    yielding: yieldingPaths(run, state),
    isClaimed: (path) => writers.has(path),
  });
}

/** Paths at which the product wins over people's edits, by their own word. */
export function yieldingPaths(run: Run, state: ProjectState): ReadonlySet<string> {
  const own = run.graph.tasks.filter(({ project }) => project === state.project.id);
  return new Set(own.flatMap(({ id }) => run.selected.entry(id)?.yielding ?? []));
}
