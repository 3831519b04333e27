// Which products wait for their branches? Looks what a merge would come to, of the projects that are looked at anyway;
// it merges nothing, and runs no gate.

import type { Diagnostic } from "../../model/diagnostic.ts";
import type { Failure } from "../../model/failure.ts";
import { type Result, success } from "../../model/result.ts";
import { diagnosticOf } from "../../report/failure-diagnostic.ts";
import { productRef } from "../../workspaces/heads.ts";
import { isFailure, type ProjectState } from "../projects/project-state.ts";
import type { OpenedRun } from "../run/opened-run.ts";
import type { Run } from "../run/run.ts";
import { productOf } from "./compose.ts";
import { mergeOfProduct, yieldingPaths } from "./merge-of-product.ts";

/** Projects of which the targets name a task, and whose product the last build did not bring home. */
export async function openUnmerged({ run, named, previous }: OpenedRun): Promise<void> {
  const asked = new Set([...named].map((node) => run.graph.tasks[node]?.project));
  for (const id of previous.unmerged) if (asked.has(id)) await run.projects.open(id);
}

/** What would come of merging each opened project's newest product into its branch. */
export interface Merge {
  readonly conflicts: readonly string[];
  /** True where the branch has all of what was built. */
  readonly arrived: boolean;
}

/**
 * Of the results that are selected now, without those that are lost. The failure where it cannot be told: such a product
 * has neither arrived nor clashed.
 */
export async function mergesOf(
  run: Run,
  lost: ReadonlySet<number>,
): Promise<ReadonlyMap<string, Merge | Failure>> {
  const found = new Map<string, Merge | Failure>();
  for (const [id, state] of run.projects.opened) {
    if (isFailure(state)) continue;
    const yielding = yieldingPaths(run, state);
    const arrived = state.waiting === null && [...state.edited.keys()].every((path) => !yielding.has(path));
    // Without either, the branch is as the products left it.
    const mayClash = state.heads.branch !== null && (!arrived || state.edited.size > 0);
    const clashes = mayClash ? await clashesOf(run, state, lost) : success([]);
    if (!clashes.ok) found.set(id, clashes.failure);
    else if (!arrived || state.layers.contribution.size > 0)
      found.set(id, { conflicts: clashes.value, arrived });
  }
  return found;
}

async function clashesOf(
  run: Run,
  state: ProjectState,
  lost: ReadonlySet<number>,
): Promise<Result<readonly string[]>> {
  const composed = await productOf(run, state, lost);
  if (!composed.ok) return composed;
  const merged = await mergeOfProduct(run, state, composed.value);
  return merged.ok ? success(merged.value.conflicts) : merged;
}

/** Paths of each project that git could not merge. */
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
  { run, previous }: OpenedRun,
  merges: ReadonlyMap<string, Merge | Failure>,
): Diagnostic[] {
  return [...merges].flatMap(([id, merge]): Diagnostic[] => {
    if (!("conflicts" in merge)) return diagnosticOf(merge, `${id}/`);
    const { conflicts, arrived } = merge;
    const state = run.projects.at(id);
    if (state === null || isFailure(state)) return [];
    const { branch } = state.project;
    if (conflicts.length > 0) return [];
    if (!arrived) {
      return [unmerged(id, `The newest product is on ${productRef(branch)}, and not on ${branch}.`)];
    }
    return previous.unmerged.includes(id)
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
