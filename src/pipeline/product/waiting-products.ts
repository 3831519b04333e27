// Which products wait for their branches? Looks what a merge would come to, of the projects that are looked at anyway;
// it merges nothing, and runs no gate.

import type { Diagnostic } from "../../model/diagnostic.ts";
import type { Failure } from "../../model/failure.ts";
import { seenFrom } from "../../model/path.ts";
import { type Result, success } from "../../model/result.ts";
import { diagnosticOf } from "../../report/failure-diagnostic.ts";
import { productRef } from "../../workspaces/heads.ts";
import type { RepositoryState } from "../projects/repository-state.ts";
import type { OpenedRun } from "../run/opened-run.ts";
import type { Run } from "../run/run.ts";
import { productOf } from "./compose.ts";
import { mergeOfProduct, yieldingPaths } from "./merge-of-product.ts";

/** Projects of which the targets name a task, and whose product the last build did not bring home. */
export async function openUnmerged({ run, named, previous }: OpenedRun): Promise<void> {
  const asked = new Set([...named].map((node) => run.graph.tasks[node]?.project));
  for (const id of previous.unmerged) if (asked.has(id)) await run.projects.open(id);
}

/** What would come of merging the newest product of an opened repository into its branch; paths are the repository's. */
interface Merge {
  readonly conflicts: readonly string[];
  /** True where the branch has all of what was built. */
  readonly arrived: boolean;
}

type Merges = ReadonlyMap<RepositoryState, Merge | Failure>;

/**
 * Of the results that are selected now, without those that are lost. The failure where it cannot be told: such a product
 * has neither arrived nor clashed.
 */
export async function mergesOf(run: Run, lost: ReadonlySet<number>): Promise<Merges> {
  const found = new Map<RepositoryState, Merge | Failure>();
  for (const home of run.projects.homes) {
    const yielding = yieldingPaths(run, home);
    const arrived = home.waiting === null && [...home.edited.keys()].every((path) => !yielding.has(path));
    // Without either, the branch is as the products left it.
    const mayClash = home.heads.branch !== null && (!arrived || home.edited.size > 0);
    const clashes = mayClash ? await clashesOf(run, home, lost) : success([]);
    if (!clashes.ok) found.set(home, clashes.failure);
    else if (!arrived || home.layers.contribution.size > 0)
      found.set(home, { conflicts: clashes.value, arrived });
  }
  return found;
}

async function clashesOf(
  run: Run,
  home: RepositoryState,
  lost: ReadonlySet<number>,
): Promise<Result<readonly string[]>> {
  const composed = await productOf(run, home, lost);
  if (!composed.ok) return composed;
  const merged = await mergeOfProduct(run, home, composed.value);
  return merged.ok ? success(merged.value.conflicts) : merged;
}

/** Paths of each project that git could not merge, as the project says them. */
export function conflictPaths(merges: Merges): ReadonlyMap<string, ReadonlySet<string>> {
  return new Map(
    [...merges].flatMap(([{ projects }, merge]): [string, ReadonlySet<string>][] => {
      if (!("conflicts" in merge) || merge.conflicts.length === 0) return [];
      return projects.map(({ id, root }) => [
        id,
        new Set(merge.conflicts.map((path) => seenFrom(root, path))),
      ]);
    }),
  );
}

/** Tasks can all be fresh while nobody has their product yet. Conflicts are told by the tasks that they are about, if any. */
export function unmergedFindings({ previous }: OpenedRun, merges: Merges): Diagnostic[] {
  return [...merges].flatMap(([{ id, projects, branchName: branch }, merge]): Diagnostic[] => {
    if (!("conflicts" in merge)) return diagnosticOf(merge, `${id}/`);
    const { conflicts, arrived } = merge;
    if (conflicts.length > 0) return [];
    if (!arrived) {
      return [unmerged(id, `The newest product is on ${productRef(branch)}, and not on ${branch}.`)];
    }
    return projects.some((project) => previous.unmerged.includes(project.id))
      ? [unmerged(id, `The last build did not see the product on ${branch} pass its gates as a whole.`)]
      : [];
  });
}

function unmerged(project: string, message: string): Diagnostic {
  return {
    severity: "warning",
    code: "unmerged-product",
    message,
    target: `${project}/`,
    file: null,
    line: null,
    column: null,
    fix: "Run `factory build`: it merges the product, or says what is in the way.",
  };
}
