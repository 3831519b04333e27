// How far is a large graph opened, as near as one stands to it? A block is one item until what is in it can be told apart,
// so that ten thousand tasks are never more items than a screen has room for. It draws nothing.

import { type Block, type Blocks, CAPTION, CELL, type Point } from "./blocks.ts";
import type { Column } from "./board-columns.ts";
import { type Item, type Line, NONE, type Picture } from "./picture.ts";

/** What is drawn: an item, a block that is closed, or the name of an opened one. */
export interface DrawnItem extends Point {
  readonly label: string;
  /** In pixels; in units of the graph where it is large. */
  readonly size: number;
  readonly counts: Item["counts"];
  readonly isName: boolean;
}

export interface Drawing {
  readonly items: ReadonlyMap<string, DrawnItem>;
  readonly lines: readonly Line[];
}

/** Where all stands; without blocks, all of it is drawn. */
export type Places = Pick<Blocks, "places"> & { readonly blocks: readonly Block[] | null };

/** What one sees of the graph, in its units, and how many pixels a unit has. */
export interface Sight {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
  readonly scale: number;
}

/** Below these heights, in pixels, nobody reads the name of an item, or sees the parts of a block. */
const LEGIBLE = 14;
const VISIBLE = 12;

/** Before the id of a block, the id of its name. */
export const NAME = "name ";

const SIZES: Readonly<Record<Item["kind"], number>> = {
  project: 14,
  feature: 9,
  task: 6,
  requirement: 4,
  file: 4,
};
/** In units of the graph: of an item, and of a block by its height, which leaves room for its name. */
const ITEM_SIZE = CELL.height / 3;
const BLOCK_PART = 0.3;
/** In pixels, about. */
const LETTER = 7;

export function drawnAt(picture: Picture, { places, blocks }: Places, sight: Sight): Drawing {
  const drawn = new Map<string, DrawnItem>();
  // It is placed as a whole.
  const placeOf = ({ id }: Item) => places.get(id) as Point;
  if (blocks === null) {
    for (const item of picture.items) {
      const { id, kind, label, counts } = item;
      drawn.set(id, { ...placeOf(item), label, size: SIZES[kind], counts, isName: false });
    }
    return { items: drawn, lines: picture.lines };
  }
  const opened = openedAt(blocks, sight);
  const counts = new Map<string, Record<Column, number>>();
  const standsFor = new Map<string, string>();
  for (const item of picture.items) {
    const closed = item.path.find((id) => !opened.has(id));
    if (closed !== undefined) {
      standsFor.set(item.id, closed);
      const sum = counts.get(closed) ?? { ...NONE };
      counts.set(closed, sum);
      for (const [column, count] of Object.entries(item.counts)) sum[column as Column] += count;
      continue;
    }
    const place = placeOf(item);
    if (!isInSight({ ...place, ...CELL }, sight)) continue;
    standsFor.set(item.id, item.id);
    drawn.set(item.id, { ...place, label: item.label, size: ITEM_SIZE, counts: item.counts, isName: false });
  }
  for (const { id, x, y, width, height } of blocks) {
    const sum = counts.get(id);
    const name = id.endsWith("/") ? id : id.slice(id.indexOf("/") + 1);
    if (sum !== undefined) {
      const size = Math.min(width, height) * BLOCK_PART;
      const hasRoom = name.length * LETTER <= (width - 2 * size) * sight.scale;
      const label = hasRoom ? name : "";
      drawn.set(id, { x: x + size, y: y + height / 2, label, size, counts: sum, isName: false });
    } else if (opened.has(id))
      drawn.set(NAME + id, { x, y: y + CAPTION, label: name, size: 1, counts: NONE, isName: true });
  }
  const lines = new Map<string, Line>();
  for (const line of picture.lines) {
    const [from, to] = [standsFor.get(line.from), standsFor.get(line.to)];
    if (from !== undefined && to !== undefined && from !== to) lines.set(`${from}\n${to}`, { from, to });
  }
  return { items: drawn, lines: [...lines.values()] };
}

/** Ids of the blocks that are opened; one in a closed one is closed. `blocks` has outer ones first. */
function openedAt(blocks: readonly Block[], sight: Sight): ReadonlySet<string> {
  const parts = new Map<string, number[]>();
  for (const { outer, width, height } of blocks)
    if (outer !== null) partsOf(parts, outer).push(Math.min(width, height));
  const opened = new Set<string>();
  for (const block of blocks) {
    if (block.outer !== null && !opened.has(block.outer)) continue;
    if (!isInSight(block, sight)) continue;
    const isVisible = mean(parts.get(block.id) ?? []) * sight.scale >= VISIBLE;
    const isLegible = block.items.length === 0 || CELL.height * sight.scale >= LEGIBLE;
    if (isVisible && isLegible) opened.add(block.id);
  }
  return opened;
}

function partsOf(parts: Map<string, number[]>, outer: string): number[] {
  const known = parts.get(outer) ?? [];
  parts.set(outer, known);
  return known;
}

/** Of what is in a block; where nothing is, nothing is too small. */
function mean(sizes: readonly number[]): number {
  return sizes.length === 0
    ? Number.POSITIVE_INFINITY
    : sizes.reduce((sum, size) => sum + size, 0) / sizes.length;
}

function isInSight(
  { x, y, width, height }: Omit<Block, "id" | "outer" | "items">,
  { left, top, right, bottom }: Sight,
): boolean {
  return x < right && x + width > left && y < bottom && y + height > top;
}
