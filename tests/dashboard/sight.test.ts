// Is a large graph opened as far as one can tell apart, and no further?

import { expect, test } from "vitest";
import { type Blocks, blocksOf, CELL } from "../../src/dashboard/page/blocks.ts";
import { type Item, NONE, type Picture } from "../../src/dashboard/page/picture.ts";
import { drawnAt, NAME, type Sight } from "../../src/dashboard/page/sight.ts";

const FRAME = { width: 1250, height: 560 };

/** 20 projects of 25 features of 20 tasks, each task after the one before it. */
const LARGE = pictureOf(20, 25, 20);
const BLOCKS = blocksOf(LARGE.items);

test("items stand apart, in the block of their feature, and that in the block of its project", () => {
  const { places, blocks, width, height } = BLOCKS;
  const byId = new Map(blocks.map((block) => [block.id, block]));
  expect(places.size).toBe(10_000);
  expect(new Set([...places.values()].map(({ x, y }) => `${x} ${y}`)).size).toBe(10_000);
  const inside = (block: { x: number; y: number; width: number; height: number }, id: string) => {
    const outer = byId.get(id);
    return (
      outer !== undefined &&
      block.x >= outer.x &&
      block.y >= outer.y &&
      block.x + block.width <= outer.x + outer.width &&
      block.y + block.height <= outer.y + outer.height
    );
  };
  const strays = [
    ...LARGE.items.filter(({ id, path }) => {
      const { x, y } = places.get(id) as { x: number; y: number };
      return !inside({ x, y: y - CELL.height / 2, ...CELL }, path[1] as string);
    }),
    ...blocks.filter((block) => block.outer !== null && !inside(block, block.outer)),
  ];
  expect(strays).toEqual([]);
  expect(overlapping(blocks.filter(({ outer }) => outer === null))).toEqual([]);
  expect(overlapping(blocks.filter(({ outer }) => outer === "p1/"))).toEqual([]);
  expect(width / height).toBeGreaterThan(1);
  expect(width / height).toBeLessThan(4);
});

test("from afar every feature is one item, and the lines between two features are one", () => {
  const { items, lines } = drawnAt(LARGE, BLOCKS, sightOf(0, 0, BLOCKS.width));
  const shown = [...items.keys()];
  expect(shown.filter((id) => !id.startsWith(NAME))).toHaveLength(500);
  expect(shown.filter((id) => id.startsWith(NAME))).toHaveLength(20);
  expect(items.get("p1/f1")?.counts).toEqual({ ...NONE, fresh: 19, failing: 1 });
  expect(lines).toHaveLength(499);
  expect(lines[0]).toEqual({ from: "p1/f1", to: "p1/f2" });
});

test("whoever comes near sees the tasks there, what leads to them, and all else as before", () => {
  const { x, y, width } = BLOCKS.blocks.find(({ id }) => id === "p3/f7") as Blocks["blocks"][number];
  const { items, lines } = drawnAt(LARGE, BLOCKS, sightOf(x, y, width * 1.5));
  expect(items.get("p3-f7:T20")).toMatchObject({ label: "p3-f7:T20", counts: { ...NONE, fresh: 1 } });
  expect(items.has("p3/f7")).toBe(false);
  expect(items.has(`${NAME}p3/f7`)).toBe(true);
  expect(items.has("p1/")).toBe(true);
  expect(lines).toContainEqual({ from: "p3/f6", to: "p3-f7:T01" });
  expect(lines).toContainEqual({ from: "p3-f7:T19", to: "p3-f7:T20" });
});

test("wherever one stands, no more is drawn than a screen has room for", () => {
  for (const part of [1, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01])
    for (const at of [0, 0.3, 0.9]) {
      const sight = sightOf(BLOCKS.width * at, BLOCKS.height * at, BLOCKS.width * part);
      expect(drawnAt(LARGE, BLOCKS, sight).items.size, `${part} at ${at}`).toBeLessThan(1500);
    }
});

test("of one feature with thousands of tasks only those in sight are drawn", () => {
  const picture = pictureOf(1, 1, 5000);
  const blocks = blocksOf(picture.items);
  const { items } = drawnAt(picture, blocks, sightOf(0, 0, 2000));
  expect(items.has("p1-f1:T01")).toBe(true);
  expect(items.size).toBeLessThan(1000);
});

test("a small graph is drawn whole, wherever one stands", () => {
  const picture = pictureOf(2, 2, 3);
  const places = new Map(picture.items.map(({ id }, at) => [id, { x: at, y: at }]));
  const { items, lines } = drawnAt(picture, { places, blocks: null }, sightOf(1e6, 1e6, 1));
  expect([...items.keys()]).toEqual(picture.items.map(({ id }) => id));
  expect(lines).toBe(picture.lines);
});

function pictureOf(projects: number, features: number, tasks: number): Picture {
  const items = range(projects).flatMap((p) =>
    range(features).flatMap((f) =>
      range(tasks).map((t): Item => {
        const id = `p${p}-f${f}:T${String(t).padStart(2, "0")}`;
        const counts = t === 5 ? { ...NONE, failing: 1 } : { ...NONE, fresh: 1 };
        return { id, kind: "task", label: id, name: id, path: [`p${p}/`, `p${p}/f${f}`], counts };
      }),
    ),
  );
  const lines = items.slice(1).map(({ id }, at) => ({ from: (items[at] as Item).id, to: id }));
  return { items, lines };
}

function sightOf(left: number, top: number, width: number): Sight {
  const scale = FRAME.width / width;
  return { left, top, right: left + width, bottom: top + FRAME.height / scale, scale };
}

function overlapping(blocks: Blocks["blocks"]): string[] {
  return blocks.flatMap((a, at) =>
    blocks
      .slice(at + 1)
      .filter(
        (b) => a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height,
      )
      .map((b) => `${a.id} ${b.id}`),
  );
}

function range(count: number): number[] {
  return Array.from({ length: count }, (_, at) => at + 1);
}
