// How is the graph drawn, and moved through? By WebGL. Of a large one, blocks are opened where one comes near enough, once
// the picture stands still: what is drawn stays as little as a person can tell apart, and smooth.

import { DirectedGraph } from "graphology";
import Sigma, { DEFAULT_STYLES } from "sigma";
import type { Placed, Wanted } from "./layout.ts";
import { type Item, type Picture, worstOf } from "./picture.ts";
import { type DrawnItem, drawnAt, NAME, type Sight } from "./sight.ts";

/** How long nobody moves it, until it is drawn for where one stands. */
const STILL_MS = 120;
const EVERYTHING = { x: 0.5, y: 0.5, ratio: 1 };
/** Pixels for a unit of a large graph, as near as one may come. */
const NEAREST = 1.5;
/** How much of the frame a block takes that one has come near. */
const NEAR = 0.9;

export class GraphPicture {
  readonly #graph = new DirectedGraph();
  readonly #sigma: Sigma;
  readonly #worker = new Worker(layoutScript(), { type: "module" });
  readonly #colors: (name: string) => string;
  #number = 0;
  #picture: Picture = { items: [], lines: [] };
  #placed: Placed | null = null;
  #drawn: ReadonlyMap<string, DrawnItem> = new Map();
  #still: ReturnType<typeof setTimeout> | null = null;

  constructor(container: HTMLElement, chosen: (item: Item) => void) {
    const styles = getComputedStyle(container);
    this.#colors = (name) => styles.getPropertyValue(`--${name}`).trim();
    this.#sigma = new Sigma(this.#graph, container, {
      settings: {
        // Whoever leaves the page while a picture is on its way finds a place without a width: there is nothing to draw on then.
        allowInvalidContainer: true,
        hideEdgesOnMove: true,
        hideLabelsOnMove: true,
        labelRenderedSizeThreshold: 4,
        stagePadding: 90,
      },
      styles: {
        nodes: {
          ...DEFAULT_STYLES.nodes,
          labelColor: this.#colors("text"),
          backdropColor: this.#colors("page"),
          labelVisibility: { attribute: "labelVisibility", defaultValue: "auto" },
          opacity: { attribute: "opacity", defaultValue: 1 },
        },
        edges: DEFAULT_STYLES.edges,
      },
    });
    this.#sigma.on("clickNode", ({ node }) => {
      const item = this.#picture.items.find(({ id }) => id === node);
      if (item !== undefined) chosen(item);
      else this.#approach(node);
    });
    this.#sigma.getCamera().on("updated", () => {
      if (this.#still !== null) clearTimeout(this.#still);
      this.#still = setTimeout(() => this.#draw(), STILL_MS);
    });
    this.#worker.onmessage = ({ data }: MessageEvent<Placed>) => this.#place(data);
  }

  /** What changes its color alone stays where it is. */
  show(picture: Picture): void {
    const before = this.#picture;
    this.#picture = picture;
    if (isSameShape(before, picture)) {
      this.#draw();
      return;
    }
    this.#number += 1;
    const { items, lines } = picture;
    const wanted: Wanted = {
      number: this.#number,
      items: items.map(({ id, path }) => ({ id, path })),
      lines,
    };
    this.#worker.postMessage(wanted);
  }

  close(): void {
    if (this.#still !== null) clearTimeout(this.#still);
    this.#worker.terminate();
    this.#sigma.kill();
  }

  #place(placed: Placed): void {
    // A later picture is on its way.
    if (placed.number !== this.#number) return;
    this.#placed = placed;
    const isLarge = placed.blocks !== null;
    this.#sigma.setCustomBBox(isLarge ? { x: [0, placed.width], y: [-placed.height, 0] } : null);
    this.#sigma.setSetting("itemSizesReference", isLarge ? "positions" : "screen");
    this.#sigma.setSetting("zoomToSizeRatioFunction", isLarge ? (ratio) => ratio : Math.sqrt);
    this.#graph.clear();
    this.#drawn = new Map();
    this.#sigma.getCamera().setState(EVERYTHING);
    // What one sees is known once it knows the new bounds.
    this.#sigma.refresh();
    this.#sigma.setSetting("minCameraRatio", isLarge ? this.#sight().scale / NEAREST : null);
    this.#draw();
  }

  /** Once for what is new, and else only what has another color. */
  #draw(): void {
    // Where a later picture stands is not known yet.
    if (this.#placed?.number !== this.#number) return;
    const { items, lines } = drawnAt(this.#picture, this.#placed, this.#sight());
    const before = this.#drawn;
    this.#drawn = items;
    if (
      items.size === before.size &&
      [...items].every(([id, { label }]) => before.get(id)?.label === label)
    ) {
      for (const [id, { counts }] of items) {
        const was = before.get(id)?.counts;
        if (was === undefined || worstOf(was) !== worstOf(counts))
          this.#graph.setNodeAttribute(id, "color", this.#color(counts));
      }
      return;
    }
    this.#graph.clear();
    for (const [id, { x, y, size, label, counts, isName }] of items) {
      const looks = isName ? { opacity: 0, labelVisibility: "visible" } : { color: this.#color(counts) };
      this.#graph.addNode(id, { x, y: -y, size, label, ...looks });
    }
    for (const { from, to } of lines) this.#graph.mergeEdge(from, to, { color: this.#colors("line") });
    this.#sigma.refresh();
  }

  #color(counts: Item["counts"]): string {
    return this.#colors(worstOf(counts));
  }

  #sight(): Sight {
    const { width, height } = this.#sigma.getDimensions();
    const from = this.#sigma.viewportToGraph({ x: 0, y: 0 });
    const to = this.#sigma.viewportToGraph({ x: width, y: height });
    return { left: from.x, top: -from.y, right: to.x, bottom: -to.y, scale: width / (to.x - from.x) };
  }

  /** `node` is a block, or its name. */
  #approach(node: string): void {
    const block = this.#placed?.blocks?.find(({ id }) => id === node || NAME + id === node);
    if (block === undefined) return;
    const { left, top, right, bottom } = this.#sight();
    const part = Math.max(block.width / (right - left), block.height / (bottom - top)) / NEAR;
    const center = { x: block.x + block.width / 2, y: -(block.y + block.height / 2) };
    const camera = this.#sigma.getCamera();
    const { x, y } = this.#sigma.viewportToFramedGraph(this.#sigma.graphToViewport(center));
    void camera.animate({ x, y, ratio: camera.ratio * part });
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
