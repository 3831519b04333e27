// How is the graph drawn by Mermaid? A flowchart with one subgraph per project.

import type { GraphView } from "../model/graph-view.ts";
import type { Verdict } from "../model/verdict.ts";
import { type Cluster, clusters, type NamedNode, namedEdges } from "./graph-clusters.ts";
import { plain } from "./plain.ts";

const FILL: Readonly<Record<Verdict, string>> = {
  fresh: "#d7f0dc",
  cached: "#d7ecf0",
  stale: "#fbeec4",
  modified: "#dfe3fa",
  conflict: "#f8d3d0",
  missing: "#fbeec4",
  orphan: "#e6e6e6",
  blocked: "#f8d3d0",
};

export function graphMermaid(view: GraphView): string {
  const verdicts = new Set(view.nodes.flatMap(({ verdict }) => (verdict === null ? [] : [verdict])));
  const lines = [
    "flowchart LR",
    ...clusters(view).flatMap((cluster) => clusterLines(cluster, "  ")),
    ...namedEdges(view).map(([from, to]) => `  ${from} --> ${to}`),
    ...[...verdicts].map((verdict) => `  classDef ${verdict} fill:${FILL[verdict]},stroke:#555,color:#111`),
  ];
  return `${lines.join("\n")}\n`;
}

function clusterLines({ name, title, nodes, inner }: Cluster, indent: string): string[] {
  return [
    `${indent}subgraph ${name}["${label(title)}"]`,
    ...inner.flatMap((one) => clusterLines(one, `${indent}  `)),
    ...nodes.map((node) => `${indent}  ${nodeText(node)}`),
    `${indent}end`,
  ];
}

function nodeText({ name, node }: NamedNode): string {
  const state = node.verdict === null ? "" : `:::${node.verdict}`;
  return `${name}["${label(node.id)}<br/>${label(node.title)}"]${state}`;
}

/** Inside double quotes: all but letters, digits and harmless marks becomes Mermaid's `#code;`. */
function label(text: string): string {
  return plain(text).replace(/[^\p{L}\p{M}\p{N} .,:/+=_-]/gu, (character) => `#${character.codePointAt(0)};`);
}
