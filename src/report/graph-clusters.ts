// Which tasks stand together in a drawn graph, and by which safe names? Drawing languages get numbers as names,
// because any text of a person can appear in an id.

import type { TaskId } from "../model/address.ts";
import type { GraphNode, GraphView } from "../model/graph-view.ts";

export interface Cluster {
  readonly name: string;
  readonly project: string;
  readonly nodes: readonly NamedNode[];
}

export interface NamedNode {
  readonly name: string;
  readonly node: GraphNode;
}

/** Projects in order of appearance, each with its tasks in graph order. */
export function clusters(view: GraphView): Cluster[] {
  const byProject = new Map<string, NamedNode[]>();
  view.nodes.forEach((node, index) => {
    const named = { name: `t${index}`, node };
    const known = byProject.get(node.project);
    if (known === undefined) byProject.set(node.project, [named]);
    else known.push(named);
  });
  return [...byProject].map(([project, nodes], index) => ({ name: `p${index}`, project, nodes }));
}

/** The edges between safe names; an edge to a task that is not in the view is not drawn. */
export function namedEdges(view: GraphView): [from: string, to: string][] {
  const names = new Map<TaskId, string>(view.nodes.map((node, index) => [node.id, `t${index}`]));
  return view.edges.flatMap(([from, to]): [string, string][] => {
    const [source, target] = [names.get(from), names.get(to)];
    return source === undefined || target === undefined ? [] : [[source, target]];
  });
}
