// How is the graph drawn, and moved through? By WebGL: ten thousand items stay smooth.

import { DirectedGraph } from "graphology";
import Sigma, { DEFAULT_STYLES } from "sigma";
import type { Column } from "./board.ts";
import type { Placed, Wanted } from "./layout.ts";
import { type Item, type Picture, worstOf } from "./rolled-up.ts";

const SIZES: Readonly<Record<Item["kind"], number>> = {
  project: 14,
  feature: 9,
  task: 6,
  requirement: 4,
  file: 4,
};

export class GraphPicture {
  readonly #graph = new DirectedGraph();
  readonly #sigma: Sigma;
  readonly #worker = new Worker(layoutScript(), { type: "module" });
  readonly #colors: (name: string) => string;
  #number = 0;
  #picture: Picture = { items: [], lines: [] };

  constructor(container: HTMLElement, chosen: (item: Item) => void) {
    const styles = getComputedStyle(container);
    this.#colors = (name) => styles.getPropertyValue(`--${name}`).trim();
    this.#sigma = new Sigma(this.#graph, container, {
      settings: {
        // Whoever leaves the page while a picture is on its way finds a place without a width: there is nothing to draw on then.
        allowInvalidContainer: true,
        hideEdgesOnMove: true,
        hideLabelsOnMove: true,
        itemSizesReference: "screen",
        labelRenderedSizeThreshold: 4,
        stagePadding: 90,
      },
      styles: {
        nodes: {
          ...DEFAULT_STYLES.nodes,
          labelColor: this.#colors("text"),
          backdropColor: this.#colors("page"),
        },
        edges: DEFAULT_STYLES.edges,
      },
    });
    this.#sigma.on("clickNode", ({ node }) => {
      const item = this.#picture.items.find(({ id }) => id === node);
      if (item !== undefined) chosen(item);
    });
    this.#worker.onmessage = ({ data }: MessageEvent<Placed>) => this.#place(data);
  }

  /** What changes its color alone stays where it is. */
  show(picture: Picture): void {
    const before = this.#picture;
    this.#picture = picture;
    if (isSameShape(before, picture)) {
      this.#color(before);
      return;
    }
    this.#number += 1;
    const { items, lines } = picture;
    const wanted: Wanted = { number: this.#number, items: items.map(({ id }) => id), lines };
    this.#worker.postMessage(wanted);
  }

  close(): void {
    this.#worker.terminate();
    this.#sigma.kill();
  }

  #color(before: Picture): void {
    this.#picture.items.forEach((item, index) => {
      const was = before.items[index];
      if (was !== undefined && worstOf(was.counts) === worstOf(item.counts)) return;
      // One that is still being laid out gets its color with its place.
      if (this.#graph.hasNode(item.id)) this.#graph.mergeNodeAttributes(item.id, this.#looks(item));
    });
  }

  #looks({ counts, label }: Item): { color: string; label: string } {
    const worst: Column = worstOf(counts);
    return { color: this.#colors(worst), label };
  }

  #place({ number, places }: Placed): void {
    // A later picture is on its way.
    if (number !== this.#number) return;
    this.#graph.clear();
    for (const item of this.#picture.items) {
      const place = places.get(item.id);
      if (place !== undefined)
        this.#graph.addNode(item.id, { ...place, ...this.#looks(item), size: SIZES[item.kind] });
    }
    for (const { from, to } of this.#picture.lines)
      this.#graph.mergeEdge(from, to, { color: this.#colors("line") });
    this.#sigma.refresh();
  }
}

function isSameShape(a: Picture, b: Picture): boolean {
  return (
    a.items.length === b.items.length &&
    a.lines.length === b.lines.length &&
    a.items.every(({ id }, index) => id === b.items[index]?.id) &&
    a.lines.every(({ from, to }, index) => from === b.lines[index]?.from && to === b.lines[index]?.to)
  );
}

/** A report brings it along. */
function layoutScript(): string {
  const kept = document.getElementById("layout")?.textContent;
  return kept == null ? "/layout.js" : URL.createObjectURL(new Blob([kept], { type: "text/javascript" }));
}
