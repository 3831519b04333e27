// How are the commits of a build made? As the project's rules say, at the time of the build, or at that of an earlier one
// whose commit is made again.

import type { Committing } from "../../workspaces/commit-style.ts";
import type { RepositoryState } from "../projects/repository-state.ts";
import type { Run } from "../run/run.ts";

/** `date` in seconds since the epoch, as git counts; without it, when the build started. */
export function committing(
  run: Run,
  { projects: [first] }: RepositoryState,
  date = Math.floor(run.startedAt / 1000),
): Committing {
  return { rules: first.commits, date, signal: run.signal };
}
