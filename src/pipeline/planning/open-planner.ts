// What do the planners of one build share? The projects that they look at, the sessions, and how many of
// them work at once.

import { weightOf } from "../../engine/fair-share.ts";
import { link } from "../../engine/graph.ts";
import type { BuildOptions } from "../../model/build-options.ts";
import type { EventBody } from "../../model/event.ts";
import { withDescriptors } from "../../platform/open-files.ts";
import type { Blobs } from "../../store/blobs.ts";
import type { Sources } from "../reading/sources.ts";
import type { BuildEnvironment } from "../run/build-environment.ts";
import type { SessionEnvironment } from "../sessions/agent-session.ts";
import type { Planner } from "./plan-feature.ts";
import { agentsPlanner } from "./plan-with-agents.ts";
import { PlannerProjects } from "./planner-projects.ts";
import { SharedPlaces } from "./shared-places.ts";

export interface PlannerContext {
  readonly sources: Sources;
  readonly options: BuildOptions;
  readonly blobs: Blobs;
  readonly sessions: SessionEnvironment;
  readonly emit: (event: EventBody) => void;
}

export function openPlanner(
  { packageRoot, signal, clock }: BuildEnvironment,
  context: PlannerContext,
): Planner {
  const { sources, options, blobs, sessions, emit } = context;
  const graph = link(sources.features);
  const offline = options.modelCalls === "offline";
  const projects = new PlannerProjects({ sources, packageRoot, graph, blobs, emit, offline, signal });
  // Each session has a place of its own: the planners of a feature are side by side where there are places for them.
  const places = new SharedPlaces({
    size: withDescriptors(options.agents ?? sources.workspace.limits.agents),
    weights: new Map(sources.workspace.projects.map(({ id, priority }) => [id, weightOf(priority)])),
    clock,
  });
  return agentsPlanner({ sessions, projects, places, clock });
}
