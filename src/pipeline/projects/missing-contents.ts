// What of a project can no worktree have, although a person's checkout may? Told beside a gate that fails on the untouched
// tree, because it is the likely cause.

import type { Failure } from "../../model/failure.ts";
import { unknownFilters } from "../../workspaces/human-filters.ts";
import { emptySubmodules } from "../../workspaces/submodules.ts";
import type { ProjectState } from "./project-state.ts";

/** The failure with what is missing named; unchanged where nothing is, or where that cannot be found out. */
export async function withMissingContents(state: ProjectState, failure: Failure): Promise<Failure> {
  if (failure.reason !== "gate-broken" || failure.how !== "fails-untouched") return failure;
  const { repository, human } = state.home;
  const submodules = await emptySubmodules(repository, human);
  const filters = await unknownFilters(repository, human);
  if (!submodules.ok || !filters.ok) return failure;
  if (submodules.value.length + filters.value.length === 0) return failure;
  return {
    ...failure,
    lacks: { submodules: submodules.value, filters: filters.value.map(({ filter }) => filter) },
  };
}
