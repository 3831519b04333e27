// Which products wait for their branches? Looks what a merge would come to, of the projects that are looked at anyway;
// it merges nothing, and runs no gate.

import type { Diagnostic } from "../../model/diagnostic.ts";
import type { Failure } from "../../model/failure.ts";
import { diagnosticOf } from "../../report/failure-diagnostic.ts";
import { productRef } from "../../workspaces/heads.ts";
import { lostEdits } from "../../workspaces/human-layer.ts";
import type { Opened } from "../open-run.ts";
import type { Run } from "../run.ts";
import { isFailure } from "./site.ts";

/** Projects of which the targets name a task, and whose product the last build did not bring home. */
export async function openUnmerged({ run, named, recollection }: Opened): Promise<void> {
  const asked = new Set([...named].map((node) => run.graph.tasks[node]?.project));
  for (const id of recollection.unmerged) if (asked.has(id)) await run.sites.open(id);
}

/** What would come of merging each opened project's newest product into its branch now. */
export interface Merge {
  readonly conflicts: readonly string[];
  /** True where the branch has all of it. */
  readonly arrived: boolean;
}

/** The failure where git could not tell: such a product has neither arrived nor clashed. */
export async function mergesOf(run: Run): Promise<ReadonlyMap<string, Merge | Failure>> {
  const found = new Map<string, Merge | Failure>();
  for (const [id, site] of run.sites.opened) {
    if (isFailure(site)) continue;
    if (site.waiting === null) {
      if (site.standing.contribution.size > 0) found.set(id, { conflicts: [], arrived: true });
      continue;
    }
    if (site.heads.branch === null) {
      found.set(id, { conflicts: [], arrived: false });
      continue;
    }
    const merged = await site.repository.merge({
      ...{ branch: site.branch, standing: site.standing.product, product: site.product },
      lost: lostEdits(site.edited),
      yielding: new Set(),
      isClaimed: (path) => isOwned(run, id, path),
    });
    found.set(id, merged.ok ? { conflicts: merged.value.conflicts, arrived: false } : merged.failure);
  }
  return found;
}

/** Paths of each project that git could not merge, where a product waits for its branch. */
export function conflictPaths(
  merges: ReadonlyMap<string, Merge | Failure>,
): ReadonlyMap<string, ReadonlySet<string>> {
  return new Map(
    [...merges].flatMap(([id, merge]): [string, ReadonlySet<string>][] =>
      "conflicts" in merge && merge.conflicts.length > 0 ? [[id, new Set(merge.conflicts)]] : [],
    ),
  );
}

/** Tasks can all be fresh while nobody has their product yet. Conflicts are told by the tasks that they are about, if any. */
export function unmergedFindings(
  { run, recollection }: Opened,
  merges: ReadonlyMap<string, Merge | Failure>,
): Diagnostic[] {
  return [...merges].flatMap(([id, merge]): Diagnostic[] => {
    if (!("conflicts" in merge)) return diagnosticOf(merge, `${id}/`);
    const { conflicts, arrived } = merge;
    const site = run.sites.at(id);
    if (site === null || isFailure(site)) return [];
    const { branch } = site.project;
    if (conflicts.length > 0) return [];
    if (!arrived) {
      return [unmerged(id, `The newest product is on ${productRef(branch)}, and not on ${branch}.`)];
    }
    return recollection.unmerged.includes(id)
      ? [unmerged(id, `The last build did not see the product on ${branch} pass its gates as a whole.`)]
      : [];
  });
}

function isOwned(run: Run, project: string, path: string): boolean {
  return run.graph.tasks.some(
    (task) =>
      task.project === project && run.book.entry(task.id)?.outputs.some((output) => output.path === path),
  );
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
    fix: "Run `factory build`: it brings the product home, or says what is in the way.",
  };
}
