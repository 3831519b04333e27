// Which tasks stand together in a drawn graph, and by which safe names? Drawing languages get numbers as names,
// because any text of a person can appear in an id.

import type { TaskId } from "../model/address.ts";
import type { GraphNode, GraphView } from "../model/graph-view.ts";

export interface Cluster {
  readonly name: string;
  /** Id of a project; of a task that is made of others; what is drawn as the title. */
  readonly title: string;
  readonly nodes: readonly NamedNode[];
  /** Tasks of these nodes that are made of others, each with its parts. */
  readonly inner: readonly Cluster[];
}

export interface NamedNode {
  readonly name: string;
  readonly node: GraphNode;
}

/** Projects in order of appearance, each with its tasks in graph order; a task that is made of others stands among its parts. */
export function clusters(view: GraphView): Cluster[] {
  const named = view.nodes.map((node, index): NamedNode => ({ name: `t${index}`, node }));
  const projects = [...new Set(view.nodes.map(({ project }) => project))];
  return projects.map((project, index) => {
    const own = named.filter(({ node }) => node.project === project);
    const shown = new Set(own.map(({ node }) => node.id));
    const byWhole = new Map<TaskId | null, NamedNode[]>();
    for (const one of own) {
      const { whole } = one.node;
      const key = whole !== null && shown.has(whole) ? whole : null;
      byWhole.set(key, [...(byWhole.get(key) ?? []), one]);
    }
    const under = (key: TaskId | null): Pick<Cluster, "nodes" | "inner"> => {
      const members = byWhole.get(key) ?? [];
      const wholes = members.filter(({ node }) => byWhole.has(node.id));
      return {
        nodes: members.filter((one) => !wholes.includes(one)),
        inner: wholes.map((one): Cluster => {
          const { nodes, inner } = under(one.node.id);
          return { name: `w${one.name}`, title: one.node.id, nodes: [...nodes, one], inner };
        }),
      };
    };
    return { name: `p${index}`, title: project, ...under(null) };
  });
}

/** The edges between safe names; an edge to a task that is not in the view is not drawn. */
export function namedEdges(view: GraphView): [from: string, to: string][] {
  const names = new Map<TaskId, string>(view.nodes.map((node, index) => [node.id, `t${index}`]));
  return view.edges.flatMap(([from, to]): [string, string][] => {
    const [source, target] = [names.get(from), names.get(to)];
    return source === undefined || target === undefined ? [] : [[source, target]];
  });
}
