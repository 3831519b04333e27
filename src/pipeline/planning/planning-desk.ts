// What do the planners of one build share? The projects that they look at, the purse, and how many features are planned
// at once.

import { link } from "../../engine/graph.ts";
import { Slots } from "../../platform/slots.ts";
import type { Blobs } from "../../store/blobs.ts";
import type { Happening } from "../happening.ts";
import type { Surroundings } from "../open-run.ts";
import type { Sources } from "../reading/sources.ts";
import type { BuildOptions } from "../run.ts";
import type { Desk } from "../sessions/session.ts";
import type { Planner } from "./plan-feature.ts";
import { PlanSites } from "./plan-sites.ts";
import { agentsPlanner } from "./plan-with-agents.ts";

export interface PlanningDesk {
  readonly sources: Sources;
  readonly options: BuildOptions;
  readonly blobs: Blobs;
  readonly desk: Desk;
  readonly emit: (happening: Happening) => void;
}

export function openPlanner({ packageRoot, signal }: Surroundings, planning: PlanningDesk): Planner {
  const { sources, options, blobs, desk, emit } = planning;
  const graph = link(sources.features);
  const offline = options.modelCalls === "offline";
  const sites = new PlanSites({ sources, packageRoot, graph, blobs, emit, offline, signal });
  const planner = agentsPlanner({ desk, sites });
  // The planners of a feature work side by side, so the feature has one place among the agents, and not each of them.
  const places = new Slots(options.agents ?? sources.workspace.limits.agents);
  return (order, ownPlan) => places.hold(() => planner(order, ownPlan));
}
