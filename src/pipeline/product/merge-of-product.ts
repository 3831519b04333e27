// What does a branch come to with a product merged into it? Asked before anything moves, by whoever builds and whoever looks.

import type { Result } from "../../model/result.ts";
import { lostEdits } from "../../workspaces/human-layer.ts";
import type { Merged } from "../../workspaces/merge.ts";
import type { Site } from "../projects/site.ts";
import type { Run } from "../run/run.ts";
import type { Composition } from "./compose.ts";

export async function mergeOfProduct(
  run: Run,
  site: Site,
  { tree, writers }: Composition,
): Promise<Result<Merged>> {
  const flushed = await site.flush();
  if (!flushed.ok) return flushed;
  return site.repository.merge({
    ...{ branch: site.branch, standing: site.standing.product, product: tree },
    lost: lostEdits(site.edited),
    yielding: yieldingPaths(run, site),
    isClaimed: (path) => writers.has(path),
  });
}

/** Paths at which the product wins over people's edits, by their own word. */
export function yieldingPaths(run: Run, site: Site): ReadonlySet<string> {
  const own = run.graph.tasks.filter(({ project }) => project === site.project.id);
  return new Set(own.flatMap(({ id }) => run.book.entry(id)?.yielding ?? []));
}
