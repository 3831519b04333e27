// Is a route meant for a type of task, or is it a slip of the pen? What no task has and no prompt tells of may be a role that was
// misspelt, and nobody would ever do its work.

import type { Feature } from "../../model/feature.ts";
import type { Place } from "../../model/place.ts";
import { ROUTED_ROLES } from "../../model/role.ts";
import { BUILT_IN_TYPES, type TaskType } from "../../model/task.ts";
import type { Workspace } from "../../model/workspace.ts";
import type { Findings } from "../findings/findings.ts";
import { clip, nearest } from "../findings/nearest.ts";

export function checkTypeRoutes(
  workspace: Workspace,
  features: readonly Feature[],
  prompted: readonly TaskType[],
  findings: Findings,
): void {
  const { projects, routing } = workspace;
  const routes = [
    ...placed(routing.typePlaces, null),
    ...projects.flatMap(({ id, drafters }) => placed(drafters?.places, id)),
  ];
  if (routes.length === 0) return;
  const used = new Set(features.flatMap(({ tasks }) => tasks.map(({ type }) => type)));
  const inUse = routes.flatMap(({ type }) => (used.has(type) ? [type] : []));
  const meant = new Set([...BUILT_IN_TYPES, ...prompted, ...inUse]);
  for (const { type, project, place } of routes) {
    if (meant.has(type)) continue;
    const close = nearest(type, project === null ? [...ROUTED_ROLES, ...meant] : meant);
    if (close === null) continue;
    findings.error(
      "unknown-key",
      { target: project === null ? null : `${project}/`, place },
      {
        message: `routing: unknown key "${clip(type)}".`,
        fix: `Did you mean "${close}"? A type of task that is called so needs a prompt in templates/prompts/${clip(type)}.hbs.`,
      },
    );
  }
}

interface TypeRoute {
  readonly type: TaskType;
  readonly project: string | null;
  readonly place: Place;
}

function placed(places: Readonly<Record<string, Place>> | undefined, project: string | null): TypeRoute[] {
  return Object.entries(places ?? {}).map(([type, place]) => ({ type, project, place }));
}
