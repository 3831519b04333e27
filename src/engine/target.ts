// Which tasks does a person mean by a target? `feature`, `feature:T01`, `project/`, and globs of these.

import picomatch from "picomatch";
import type { Graph } from "./graph.ts";

/** Positions of the tasks that any of the targets names; and the targets that name none. */
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
    if (!any) unknown.push(target);
  }
  return { nodes, unknown };
}

function matcher(target: string): (feature: string, id: string, project: string) => boolean {
  const matches = /[*?[{]/.test(target)
    ? picomatch(target.replace(/\/$/, ""), { dot: true })
    : (text: string) => text === target.replace(/\/$/, "");
  if (target.endsWith("/")) return (_feature, _id, project) => matches(project);
  if (target.includes(":")) return (_feature, id) => matches(id);
  return (feature) => matches(feature);
}
