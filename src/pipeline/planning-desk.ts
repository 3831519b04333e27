// What do the planners of one build share? Their places among the agents, the projects that they look at, and the way in
// which their calls are paid.

import { link } from "../engine/graph.ts";
import { Blobs } from "../store/blobs.ts";
import { DISK } from "../store/durable-io.ts";
import { AtMost } from "./at-most.ts";
import type { Happening } from "./happening.ts";
import type { Surroundings } from "./open-run.ts";
import type { Planner } from "./plan-feature.ts";
import { PlanSites } from "./plan-sites.ts";
import { agentsPlanner } from "./plan-with-agents.ts";
import type { AskFor } from "./planning-session.ts";
import type { BuildOptions } from "./run.ts";
import type { Sources } from "./sources.ts";

export interface Payment {
  readonly askFor: AskFor;
  readonly redact: (text: string) => string;
}

export interface PlanningDesk extends Payment {
  readonly sources: Sources;
  readonly options: BuildOptions;
  readonly emit: (happening: Happening) => void;
}

export function openPlanner({ root, packageRoot, signal }: Surroundings, desk: PlanningDesk): Planner {
  const { sources, options, emit, askFor, redact } = desk;
  const blobs = new Blobs(`${root}/.factory/store`, DISK);
  const graph = link(sources.features);
  return agentsPlanner({
    ...{ root, askFor, redact, emit, signal, modelCalls: options.modelCalls },
    sites: new PlanSites({ sources, packageRoot, graph, blobs, emit }),
    agents: new AtMost(options.agents ?? sources.workspace.limits.agents),
  });
}
