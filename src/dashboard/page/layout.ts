// Where does each item of a graph stand? Beside the page, in a worker, since it may take a second. Dagre orders what a
// person can follow line by line; beyond that its time grows too fast, and nobody follows a line among thousands: what
// belongs together stands together then, in blocks.

import { Graph, layout } from "@dagrejs/dagre";
import { type Blocks, blocksOf, type Leaf, type Point } from "./blocks.ts";
import type { Line } from "./picture.ts";

export interface Wanted {
  readonly number: number;
  readonly items: readonly Leaf[];
  readonly lines: readonly Line[];
}

/** `y` grows downwards. */
export type Placed = { readonly number: number } & Pick<Blocks, "places"> &
  ({ readonly blocks: null } | Omit<Blocks, "places">);

const MOST_FOR_DAGRE = 400;

addEventListener("message", ({ data: { number, items, lines } }: MessageEvent<Wanted>) => {
  const placed =
    items.length <= MOST_FOR_DAGRE ? { places: ordered(items, lines), blocks: null } : blocksOf(items);
  postMessage({ number, ...placed } satisfies Placed);
});

function ordered(items: readonly Leaf[], lines: readonly Line[]): ReadonlyMap<string, Point> {
  const graph = new Graph();
  graph.setGraph({ rankdir: "LR", nodesep: 12, ranksep: 120 });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const { id } of items) graph.setNode(id, { width: 100, height: 24 });
  for (const { from, to } of lines) graph.setEdge(from, to);
  layout(graph);
  return new Map(
    items.map(({ id }) => {
      const { x = 0, y = 0 } = graph.node(id) as { x?: number; y?: number };
      return [id, { x, y }];
    }),
  );
}
