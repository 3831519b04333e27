// What does an examination find? Something that is well, or something with a next step, and where it stands.

import type { Place } from "../../model/place.ts";
import type { Where } from "../../report/failure-place.ts";

export interface HealthFinding {
  readonly severity: "fine" | "warning" | "error";
  /** Stable kebab-case name of the kind of finding. */
  readonly code: string;
  /** What was looked at, such as `git`, `shop-api/` or `agent coder`. */
  readonly subject: string;
  readonly says: string;
  /** Empty for what is well. */
  readonly fix: string;
  /** Where it is declared, or which file is meant; null where there is no such place. */
  readonly place: Where | null;
}

export function fine(subject: string, says: string): HealthFinding {
  return { severity: "fine", code: "fine", subject, says, fix: "", place: null };
}

export function problem(
  severity: "warning" | "error",
  facts: Pick<HealthFinding, "code" | "subject" | "says" | "fix"> & Partial<Pick<HealthFinding, "place">>,
): HealthFinding {
  return { severity, place: null, ...facts };
}

/** What knows no nearer place stands where its project or agent is declared. */
export function declaredAt(place: Place, findings: readonly HealthFinding[]): readonly HealthFinding[] {
  return findings.map((one) => (one.severity === "fine" || one.place !== null ? one : { ...one, place }));
}
