// What does a branch come to with a product merged into it? Asked before anything moves, by whoever builds and whoever looks.

import { tasksOf } from "../../engine/graph.ts";
import type { Result } from "../../model/result.ts";
import { givesWay } from "../../model/trace.ts";
import { lostEdits } from "../../workspaces/human-layer.ts";
import type { Merged } from "../../workspaces/merge.ts";
import type { RepositoryState } from "../projects/repository-state.ts";
import type { Run } from "../run/run.ts";
import type { Composition } from "./compose.ts";

export async function mergeOfProduct(
  run: Run,
  home: RepositoryState,
  { tree, writers, inserted }: Composition,
): Promise<Result<Merged>> {
  const flushed = await home.contents.flush();
  if (!flushed.ok) return flushed;
  return home.repository.merge({
    ...{ branch: home.branch, lastProduct: home.layers.product, product: tree },
    lost: lostEdits(home.edited),
    yielding: new Set([...yieldingPaths(run, home), ...carriedEdits(home, inserted)]),
    isClaimed: (path) => writers.has(path),
  });
}

/** Paths whose edits the product holds: it is what people made of them, with the lines of tasks in it. */
function carriedEdits({ edited }: RepositoryState, inserted: Composition["inserted"]): readonly string[] {
  return [...inserted.keys()].filter((path) => !edited.has(path));
}

/** Paths at which the product wins over people's edits, by their own word: what they spoke of still stands there. */
export function yieldingPaths(run: Run, home: RepositoryState): ReadonlySet<string> {
  const entries = tasksOf(run.graph, home.ids).flatMap(({ id }) => home.entry(run.selected.entry(id)) ?? []);
  const named = entries.flatMap((entry) => entry.yielding.map(({ path }) => ({ path, entry })));
  const given = named.filter(({ path, entry }) => givesWay(entry, path, home.branch.get(path)));
  return new Set(given.map(({ path }) => path));
}
