// What do plans that wait for a person claim? Nobody can build on them, for they may never be; but whoever cuts tasks
// meanwhile has to know of them, or the two clash on the day of the approval.

import type { Feature } from "../../model/feature.ts";
import { type Result, success } from "../../model/result.ts";
import type { Sources } from "../reading/sources.ts";
import { heldPlan, heldWriting, mayHold, plannedFeature } from "./held-plan.ts";
import { Planning } from "./plan-facts.ts";

/** Features as their waiting plans have them. One that nobody could approve as it lies there claims nothing yet. */
export async function waitingPlans(sources: Sources): Promise<Result<Map<string, Feature>>> {
  const { root, features } = sources;
  const planning = new Planning(sources);
  const waiting = new Map<string, Feature>();
  for (const feature of features) {
    const noted = mayHold(root, feature.id);
    if (!noted.ok) return noted;
    if (!noted.value) continue;
    const facts = await planning.factsOf(feature, false);
    if (!facts.ok) return facts;
    if (facts.value === null) continue;
    const held = heldPlan(root, facts.value);
    if (!held.ok) return held;
    if (held.value === null || held.value.edited.length > 0) continue;
    const writing = heldWriting(root, facts.value, held.value);
    if (!writing.ok && writing.failure.reason !== "invalid-spec") return writing;
    if (!writing.ok) continue;
    const backlog = writing.value.files.find(({ name }) => name === "BACKLOG.yaml")?.after ?? "";
    const planned = plannedFeature(facts.value, backlog);
    if (planned.ok) waiting.set(feature.id, planned.value);
  }
  return success(waiting);
}
