// Which tasks does a person mean by a target? `feature`, `feature:T01`, `project/`, and globs of these.

import picomatch from "picomatch";
import type { Feature } from "../model/feature.ts";
import type { Graph } from "./graph.ts";

/** Positions of the tasks that any of the targets names; and the targets that name neither a task nor a feature. */
export function selectTargets(
  graph: Graph,
  targets: readonly string[],
): { readonly nodes: ReadonlySet<number>; readonly unknown: readonly string[] } {
  const nodes = new Set<number>();
  const unknown: string[] = [];
  for (const target of targets) {
    const matches = matcher(target);
    let any = false;
    for (const [index, task] of graph.tasks.entries()) {
      if (!matches(task.feature, task.id, task.project)) continue;
      nodes.add(index);
      any = true;
    }
    if (!any && ![...graph.features.values()].some((feature) => isWithoutTasks(feature, target)))
      unknown.push(target);
  }
  return { nodes, unknown };
}

/** Whether any of the targets names the feature as a whole. */
export function namesFeature(targets: readonly string[], { id, projects }: Feature): boolean {
  return targets.some((target) => {
    const matches = matcher(target);
    if (target.endsWith("/")) return projects.some((project) => matches("", "", project));
    return !target.includes(":") && matches(id, "", "");
  });
}

/** A feature that is still to be planned is known all the same. */
function isWithoutTasks(feature: Feature, target: string): boolean {
  return feature.tasks.length === 0 && namesFeature([target], feature);
}

function matcher(target: string): (feature: string, id: string, project: string) => boolean {
  const matches = /[*?[{]/.test(target)
    ? picomatch(target.replace(/\/$/, ""), { dot: true })
    : (text: string) => text === target.replace(/\/$/, "");
  if (target.endsWith("/")) return (_feature, _id, project) => matches(project);
  if (target.includes(":")) return (_feature, id) => matches(id);
  return (feature) => matches(feature);
}
