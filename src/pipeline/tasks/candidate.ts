// What is under inspection for one task, what will its success be called, and does anybody review it?

import { routeRole } from "../../engine/route.ts";
import type { Inspection } from "../../model/inspection.ts";
import type { Run } from "../run/run.ts";
import type { TaskJob } from "./judge-task.ts";
import type { Contribution } from "./selection.ts";

export const NOTHING: Contribution = { outputs: [], reads: [] };
/** What the next inspection looks at, and what its success will be called. */
export interface Candidate extends Contribution {
  readonly action: "regenerated" | "reverified" | "rebased" | "restored";
  /** All gate results of it, for the reviewer. */
  readonly inspection: Inspection | null;
  /** A person has taken it, so no reviewer is asked. */
  readonly approved?: boolean;
}

/** What a template says was reviewed when the template was; what was accepted once is not reviewed again. */
export function needsReview({ sources }: Run, { agent }: TaskJob, { action, approved }: Candidate): boolean {
  if (action !== "regenerated" || approved === true || agent.kind === "generator") return false;
  return routeRole("reviewer", sources.workspace).length > 0;
}
