// When does an edit need no new plan? Where people said otherwise what they had asked for, and asked for nothing else: then
// the plan is kept with its quotes renewed, and whoever cuts the tasks says what it comes to, or that it does not hold any more.

import type { FeatureDiff } from "../../model/feature-diff.ts";
import { type Result, success } from "../../model/result.ts";
import { requote } from "../../spec/answers/requote.ts";
import type { PlanFacts } from "./plan-facts.ts";
import { type PlanStorage, plannedPlan } from "./settle-plan.ts";

/** The plan as the factory wrote it, with new quotes; null where planners have to be asked. */
export async function keptPlan(
  storage: PlanStorage,
  facts: PlanFacts,
  diff: FeatureDiff,
): Promise<Result<string | null>> {
  const isAnswered = facts.record?.request === facts.requestDigest;
  if (isAnswered || facts.plan === null || !isRewording(diff)) return success(null);
  const met = new Set(facts.feature.tasks.flatMap(({ requirements }) => requirements));
  if (!diff.requirements.every(({ id }) => met.has(id))) return success(null);
  const plan = await plannedPlan(storage, facts);
  if (!plan.ok || plan.value === null) return plan;
  return success(requote(plan.value, diff.requirements));
}

/** What is new, or gone, has to be planned; so has what decides about everything else, such as the projects. */
function isRewording({ change, settings, sections, requirements, params }: FeatureDiff): boolean {
  return (
    change === null &&
    params.length === 0 &&
    settings.every(({ id }) => id === "title") &&
    [...sections, ...requirements].every((one) => one.change === "changed")
  );
}
