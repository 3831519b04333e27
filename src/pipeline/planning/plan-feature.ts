// How is one feature planned? Its documents are made by its template or by agents, and then settled with what people
// wrote. Who makes them is handed in; both ways end the same.

import { failed, type Result, success } from "../../model/result.ts";
import type { Blobs } from "../../store/blobs.ts";
import type { Sources } from "../reading/sources.ts";
import { heldPlan } from "./held-plan.ts";
import type { PlanFacts } from "./plan-facts.ts";
import { markRefused } from "./rounds.ts";
import { type Documents, settlePlan } from "./settle-plan.ts";

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
    return settlePlan({ root, blobs }, facts, { ...by.texts, plan, context: null, edited: null }, replace);
  }
  const waiting = asked ? success(null) : heldPlan(root, facts);
  if (!waiting.ok) return waiting;
  if (waiting.value !== null && waiting.value.edited.length === 0) return failed(waiting.value.failure);
  const question = feature.clarifications.find(({ place }) => place.file === feature.file);
  if (question !== undefined) {
    const { file, line, column } = question.place;
    return failed({ reason: "needs-clarification", text: question.text, file, line, column });
  }
  const documents = await planner(order, ownPlan);
  if (!documents.ok) return documents;
  const settled = await settlePlan({ root, blobs }, facts, documents.value, replace);
  // Who asks for a retry does not want the same backlog again.
  if (settled.ok || settled.failure.reason !== "change-waits") return settled;
  const marked = await markRefused(root, feature.id, "backlog", null);
  return marked.ok ? settled : marked;
}
