// How many criteria does nothing prove? Counted when a feature is read, and told of all features at every reading. The rules
// are loaded only where something has to be counted or told.

import type { Diagnostic } from "../../model/diagnostic.ts";
import type { Workspace } from "../../model/workspace.ts";
import type { FeatureReading } from "./feature-reading.ts";

/** Of one feature, to be kept with it. */
export async function countsOf({ feature }: FeatureReading, workspace: Workspace | null) {
  if (feature === null || workspace === null) return [];
  const { criteriaIn } = await import("../../spec/validate/provable.ts");
  return criteriaIn(feature, workspace);
}

/** Told anew at every reading, also of features that are as they were. */
export async function unprovenIn(
  workspace: Workspace,
  features: readonly FeatureReading[],
): Promise<Diagnostic[]> {
  const counts = features.flatMap(({ criteria }) => criteria);
  if (counts.every(({ unproven }) => unproven.length === 0)) return [];
  const { unprovenFindings } = await import("../../spec/validate/provable.ts");
  return unprovenFindings(workspace, counts);
}
