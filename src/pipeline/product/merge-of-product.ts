// What does a branch come to with a product merged into it? Asked before anything moves, by whoever builds and whoever looks.

import { type Result, success } from "../../model/result.ts";
import { sameEntry } from "../../model/tree.ts";
import { lostEdits } from "../../workspaces/human-layer.ts";
import type { Merged } from "../../workspaces/merge.ts";
import type { RepositoryState } from "../projects/repository-state.ts";
import type { Run } from "../run/run.ts";
import { type Composition, isInsertedInto } from "./compose.ts";

export async function mergeOfProduct(
  run: Run,
  home: RepositoryState,
  { tree, writers }: Composition,
): Promise<Result<Merged>> {
  const flushed = await home.contents.flush();
  if (!flushed.ok) return flushed;
  const carried = await carriedEdits(run, home, writers);
  if (!carried.ok) return carried;
  return home.repository.merge({
    ...{ branch: home.branch, lastProduct: home.layers.product, product: tree },
    lost: lostEdits(home.edited),
    yielding: new Set([...yieldingPaths(run, home), ...carried.value]),
    isClaimed: (path) => writers.has(path),
  });
}

/** Paths whose edits the product holds, since it is what people made of them with the lines of tasks in it. */
async function carriedEdits(
  run: Run,
  home: RepositoryState,
  writers: Composition["writers"],
): Promise<Result<readonly string[]>> {
  const carried: string[] = [];
  for (const [path, nodes] of writers) {
    const [now, last] = [home.branch, home.layers.product].map((tree) => tree.get(path));
    if (home.edited.has(path) || sameEntry(now, last)) continue;
    const isInto = await isInsertedInto(run, home, path, nodes);
    if (!isInto.ok) return isInto;
    if (isInto.value) carried.push(path);
  }
  return success(carried);
}

/** Paths at which the product wins over people's edits, by their own word. */
export function yieldingPaths(run: Run, home: RepositoryState): ReadonlySet<string> {
  return new Set(run.graph.tasks.flatMap(({ id }) => home.entry(run.selected.entry(id))?.yielding ?? []));
}
