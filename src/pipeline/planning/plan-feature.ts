// How is one feature planned? Its documents are made by its template or by agents, and then settled with what people
// wrote. Who makes them is handed in; both ways end the same.

import type { PlannedTexts } from "../../model/planning.ts";
import { failed, type Result } from "../../model/result.ts";
import type { Blobs } from "../../store/blobs.ts";
import type { Sources } from "../reading/sources.ts";
import type { PlanFacts } from "./plan-facts.ts";
import { settlePlan } from "./settle-plan.ts";

/** Documents with the text that was shown to whoever made them; null where nothing was. */
export interface Documents extends PlannedTexts {
  readonly context: string | null;
}

export interface FeatureOrder {
  readonly root: string;
  readonly blobs: Blobs;
  readonly sources: Sources;
  readonly facts: PlanFacts;
  readonly replace: boolean;
}

/** Plans by agents. `ownPlan` is a PLAN.md that a person wrote, to be used as it is. */
export type Planner = (order: FeatureOrder, ownPlan: string | null) => Promise<Result<Documents>>;

export async function planFeature(order: FeatureOrder, planner: Planner): Promise<Result<void>> {
  const { facts, root, blobs, replace } = order;
  const { record, by, feature } = facts;
  // A person's PLAN.md stays as it is unless they ask for another.
  const asked = facts.verdict.work === "plan" && facts.verdict.reason === "asked-for";
  const ownPlan = asked || (record?.plan ?? null) !== null ? null : facts.plan;
  if (by.kind === "template") {
    const plan = ownPlan === null ? by.texts.plan : null;
    return settlePlan({ root, blobs }, facts, { ...by.texts, plan, context: null }, replace);
  }
  const question = feature.clarifications.find(({ place }) => place.file === feature.file);
  if (question !== undefined) {
    const { file, line, column } = question.place;
    return failed({ reason: "needs-clarification", text: question.text, file, line, column });
  }
  const documents = await planner(order, ownPlan);
  return documents.ok ? settlePlan({ root, blobs }, facts, documents.value, replace) : documents;
}
