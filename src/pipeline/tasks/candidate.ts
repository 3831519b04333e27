// What is under inspection for one task, and what will its success be called?

import type { Inspection } from "../../model/inspection.ts";
import type { Contribution } from "./selection.ts";

export const NOTHING: Contribution = { outputs: [], reads: [] };
/** What the next inspection looks at, and what its success will be called. */
export interface Candidate extends Contribution {
  readonly action: "regenerated" | "reverified" | "rebased" | "restored";
  /** All gate results of it, for the reviewer. */
  readonly inspection: Inspection | null;
}
