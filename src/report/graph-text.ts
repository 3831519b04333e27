// What does `factory graph` print on a terminal? The tasks level by level, each with what it directly depends on.

import type { TaskId } from "../model/address.ts";
import type { GraphNode, GraphView } from "../model/graph-view.ts";
import { clip, columns, pad } from "./columns.ts";
import { count } from "./figures.ts";
import { plain } from "./plain.ts";
import { type Line, paintAll } from "./theme.ts";
import { VERDICT_MARK } from "./verdict-style.ts";

/** Direct dependencies beyond which only their number is told. */
const NAMED = 4;
const TITLE_WIDTH = 40;

export function graphText(view: GraphView, color: boolean): string[] {
  const projects = new Set(view.nodes.map((node) => node.project)).size;
  const total = `${count(view.nodes.length, "task")} in ${count(projects, "project")}, ${count(view.edges.length, "edge")}`;
  if (view.nodes.length === 0) return [total];
  const widths = {
    id: widest(view.nodes.map((node) => node.id)),
    title: Math.min(TITLE_WIDTH, widest(view.nodes.map((node) => node.title))),
    project: widest(view.nodes.map((node) => node.project)),
  };
  const needs = dependencies(view);
  const lines = byLevel(view.nodes).flatMap(([level, nodes]): Line[] => [
    [["strong", `level ${level}`]],
    ...nodes.map((node) => nodeLine(node, needs.get(node.id) ?? [], widths)),
  ]);
  return paintAll([...lines, [], [total]], color);
}

function widest(texts: readonly string[]): number {
  return texts.reduce((width, text) => Math.max(width, columns(plain(text))), 0);
}

function dependencies(view: GraphView): Map<TaskId, TaskId[]> {
  const needs = new Map<TaskId, TaskId[]>();
  for (const [from, to] of view.edges) {
    const known = needs.get(to);
    if (known === undefined) needs.set(to, [from]);
    else known.push(from);
  }
  return needs;
}

function byLevel(nodes: readonly GraphNode[]): [level: number, nodes: GraphNode[]][] {
  const levels = new Map<number, GraphNode[]>();
  for (const node of nodes) {
    const known = levels.get(node.level);
    if (known === undefined) levels.set(node.level, [node]);
    else known.push(node);
  }
  return [...levels].sort(([a], [b]) => a - b);
}

function nodeLine(
  node: GraphNode,
  needs: readonly TaskId[],
  widths: { readonly id: number; readonly title: number; readonly project: number },
): Line {
  const mark = node.verdict === null ? null : VERDICT_MARK[node.verdict];
  const named = needs.length > NAMED ? needs.slice(0, NAMED - 1) : needs;
  const rest = needs.length - named.length;
  const after = `${named.join(", ")}${rest === 0 ? "" : ` +${rest} more`}`;
  return [
    "  ",
    mark === null ? "  " : [mark.style, `${mark.sign} `],
    ["strong", pad(plain(node.id), widths.id)],
    `  ${pad(clip(plain(node.title), widths.title), widths.title)}`,
    ["faint", `  ${pad(plain(node.project), widths.project)}`],
    ["faint", node.whole === null ? "" : `  part of ${plain(node.whole)}`],
    needs.length === 0 ? "" : ["faint", `  ← ${after}`],
  ];
}
