// Where does each item of a graph stand? Beside the page, in a worker, since it may take a second. Dagre orders what a
// person can follow line by line; beyond that its time grows too fast, and ranks alone are what can be seen.

import { Graph, layout } from "@dagrejs/dagre";

export interface Wanted {
  readonly number: number;
  readonly items: readonly string[];
  readonly lines: readonly { readonly from: string; readonly to: string }[];
}

export interface Placed {
  readonly number: number;
  readonly places: ReadonlyMap<string, { readonly x: number; readonly y: number }>;
}

const MOST_FOR_DAGRE = 400;
const APART = { x: 220, y: 36 };

addEventListener("message", ({ data }: MessageEvent<Wanted>) => {
  const places = data.items.length <= MOST_FOR_DAGRE ? ordered(data) : ranked(data);
  postMessage({ number: data.number, places } satisfies Placed);
});

function ordered({ items, lines }: Wanted): Placed["places"] {
  const graph = new Graph();
  graph.setGraph({ rankdir: "LR", nodesep: 12, ranksep: 120 });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const id of items) graph.setNode(id, { width: 100, height: 24 });
  for (const { from, to } of lines) graph.setEdge(from, to);
  layout(graph);
  return new Map(
    items.map((id) => {
      const { x = 0, y = 0 } = graph.node(id) as { x?: number; y?: number };
      return [id, { x, y: -y }];
    }),
  );
}

/** One column for each length of the longest way to an item. Items come in an order in which no line leads back. */
function ranked({ items, lines }: Wanted): Placed["places"] {
  const into = new Map<string, string[]>();
  for (const { from, to } of lines) into.set(to, [...(into.get(to) ?? []), from]);
  const ranks = new Map<string, number>();
  const filled = new Map<number, number>();
  const places = new Map<string, { x: number; y: number }>();
  for (const id of items) {
    const rank = (into.get(id) ?? []).reduce((most, from) => Math.max(most, (ranks.get(from) ?? 0) + 1), 0);
    ranks.set(id, rank);
    const row = filled.get(rank) ?? 0;
    filled.set(rank, row + 1);
    places.set(id, { x: rank * APART.x, y: -row * APART.y });
  }
  return places;
}
