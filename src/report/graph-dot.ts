// How is the graph drawn by Graphviz? One cluster per project, in the DOT language.

import type { GraphView } from "../model/graph-view.ts";
import type { Verdict } from "../model/verdict.ts";
import { type Cluster, clusters, type NamedNode, namedEdges } from "./graph-clusters.ts";
import { plain } from "./plain.ts";

const FILL: Readonly<Record<Verdict, string>> = {
  fresh: "honeydew2",
  cached: "lightcyan",
  stale: "lemonchiffon",
  modified: "lavender",
  conflict: "mistyrose",
  missing: "lemonchiffon",
  orphan: "gray90",
  blocked: "mistyrose",
};

export function graphDot(view: GraphView): string {
  const lines = [
    "digraph factory {",
    "  rankdir=LR;",
    '  node [shape=box, style="rounded,filled", fillcolor=white, fontname="sans-serif"];',
    ...clusters(view).flatMap((cluster) => clusterLines(cluster, "  ")),
    ...namedEdges(view).map(([from, to]) => `  ${from} -> ${to};`),
    "}",
  ];
  return `${lines.join("\n")}\n`;
}

function clusterLines({ name, title, nodes, inner }: Cluster, indent: string): string[] {
  return [
    `${indent}subgraph cluster_${name} {`,
    `${indent}  label="${label(title)}";`,
    ...inner.flatMap((one) => clusterLines(one, `${indent}  `)),
    ...nodes.map((node) => `${indent}  ${nodeText(node)}`),
    `${indent}}`,
  ];
}

function nodeText({ name, node }: NamedNode): string {
  const fill = node.verdict === null ? "" : `, fillcolor=${FILL[node.verdict]}`;
  return `${name} [label="${label(node.id)}\\n${label(node.title)}"${fill}];`;
}

/** Inside double quotes; a backslash would begin one of DOT's own escapes such as `\N`. */
function label(text: string): string {
  return plain(text).replace(/[\\"]/g, (character) => `\\${character}`);
}
