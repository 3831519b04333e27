// Is a feature to be planned? What the factory planned is planned anew when its request changed, or whoever plans it.
// What a person wrote is theirs. It compares digests, and knows neither texts nor agents.

import type { Digest } from "../model/digest.ts";
import type { Feature } from "../model/feature.ts";
import type { PlanningReason } from "../model/planning.ts";
import type { PlanningRecord } from "../model/trace.ts";

export interface PlanningFacts {
  readonly backlog: Feature["backlog"];
  readonly record: PlanningRecord | null;
  /** Digests of what is known of today's planning: its key, and the request alone. */
  readonly key: Digest;
  readonly request: Digest;
  /** True where a template plans the feature, and its documents are, byte for byte, the files that are there. */
  readonly asRendered: boolean;
  readonly by: "template" | "agents";
  /** A person asked for it. */
  readonly asked: boolean;
}

export type PlanningVerdict =
  | { readonly work: "nothing" }
  /** The files are as a template plans them, and nobody noted it down yet. */
  | { readonly work: "adopt" }
  | { readonly work: "plan"; readonly reason: PlanningReason };

const NOTHING: PlanningVerdict = { work: "nothing" };

export function judgePlan(facts: PlanningFacts): PlanningVerdict {
  const { record, backlog } = facts;
  if (facts.asked) return { work: "plan", reason: "asked-for" };
  if (backlog === "unplanned") return { work: "plan", reason: "never-planned" };
  if (backlog !== "file") return NOTHING;
  if (record === null) return facts.asRendered ? { work: "adopt" } : NOTHING;
  if (record.key === facts.key) return NOTHING;
  if (record.request !== facts.request) return { work: "plan", reason: "request-changed" };
  return { work: "plan", reason: facts.by === "template" ? "template-changed" : "planner-changed" };
}
