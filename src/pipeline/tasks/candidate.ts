// What is under inspection for one task, what will its success be called, and does anybody review it?

import { routeRole } from "../../engine/route.ts";
import type { Inspection } from "../../model/inspection.ts";
import type { Run } from "../run/run.ts";
import type { TaskJob } from "./judge-task.ts";
import type { MovedFile } from "./merge-moved-outputs.ts";
import type { Contribution } from "./selection.ts";

export const NOTHING: Contribution = { outputs: [], reads: [] };
/** What the next inspection looks at, and what its success will be called. */
export interface Candidate extends Contribution {
  readonly action: "regenerated" | "reverified" | "rebased" | "restored";
  /** All gate results of it, for the reviewer. */
  readonly inspection: Inspection | null;
  /** Files in which its change was merged over that of another task: nobody has seen both together. */
  readonly overlap?: readonly MovedFile[];
  /** A person has taken it, so no reviewer is asked. */
  readonly approved?: boolean;
}

/** What a template says was reviewed when the template was; what was accepted once is reviewed again only where it overlaps. */
export function needsReview(
  { sources }: Run,
  { agent }: TaskJob,
  { action, approved, overlap = [] }: Candidate,
): boolean {
  const isNew = action === "regenerated" || overlap.length > 0;
  if (!isNew || approved === true || agent.kind === "generator") return false;
  return routeRole("reviewer", sources.workspace).length > 0;
}
