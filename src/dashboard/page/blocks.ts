// Where does each item of a large graph stand? In blocks: tasks in that of their feature, features in that of their project.
// Items fill the columns of their block, and blocks fill rows, in their order: a line leads down or to the right.
// All lengths are in the units of the graph, and y grows downwards. It draws nothing.

/** What stands at `path`, a name for each block that it is in, the outermost first. */
export interface Leaf {
  readonly id: string;
  readonly path: readonly string[];
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Block extends Point {
  readonly id: string;
  /** Of the block that it stands in; null for an outermost one. */
  readonly outer: string | null;
  readonly width: number;
  readonly height: number;
  /** Ids of what stands in it and in no block of it. */
  readonly items: readonly string[];
}

export interface Blocks {
  readonly places: ReadonlyMap<string, Point>;
  /** Outer ones before those in them. */
  readonly blocks: readonly Block[];
  readonly width: number;
  readonly height: number;
}

/** Of one item, with room for what it is called. */
export const CELL = { width: 220, height: 36 } as const;
const GAP = 60;
/** Above what is in a block. */
export const CAPTION = 48;
/** How much wider than high a picture should be. */
const SHAPE = 2.5;

interface Box {
  readonly width: number;
  readonly height: number;
  readonly put: (at: Point) => void;
}

class Part {
  readonly id: string;
  readonly parts = new Map<string, Part>();
  readonly items: string[] = [];

  constructor(id: string) {
    this.id = id;
  }
}

/** `leaves` come in an order in which no line leads back. */
export function blocksOf(leaves: readonly Leaf[]): Blocks {
  const whole = new Part("");
  for (const { id, path } of leaves) {
    let part = whole;
    for (const name of path) {
      const inner = part.parts.get(name) ?? new Part(name);
      part.parts.set(name, inner);
      part = inner;
    }
    part.items.push(id);
  }
  const places = new Map<string, Point>();
  const blocks: Block[] = [];
  const boxOf = (part: Part, outer: string | null): Box => {
    const inner = [...part.parts.values()].map((one) => boxOf(one, part === whole ? null : part.id));
    const items = gridOf(part.items, places);
    const { width, height, put } = inRows(items === null ? inner : [items, ...inner]);
    if (part === whole) return { width, height, put };
    const size = { width: width + GAP, height: height + GAP + CAPTION };
    return {
      ...size,
      put: ({ x, y }) => {
        blocks.push({ id: part.id, outer, x, y, ...size, items: part.items });
        put({ x: x + GAP / 2, y: y + CAPTION + GAP / 2 });
      },
    };
  };
  const { width, height, put } = boxOf(whole, null);
  put({ x: 0, y: 0 });
  return { places, blocks, width, height };
}

/** Null for no items. */
function gridOf(items: readonly string[], places: Map<string, Point>): Box | null {
  if (items.length === 0) return null;
  const columns = Math.ceil(Math.sqrt((items.length * CELL.height * SHAPE) / CELL.width));
  const rows = Math.ceil(items.length / columns);
  return {
    width: columns * CELL.width,
    height: rows * CELL.height,
    put: ({ x, y }) => {
      items.forEach((id, at) => {
        const [across, down] = [Math.floor(at / rows), at % rows];
        places.set(id, { x: x + across * CELL.width, y: y + (down + 0.5) * CELL.height });
      });
    },
  };
}

function inRows(boxes: readonly Box[]): Box {
  const area = boxes.reduce((sum, { width, height }) => sum + width * height, 0);
  const wanted = Math.max(Math.sqrt(area * SHAPE), ...boxes.map(({ width }) => width));
  const puts: { readonly box: Box; readonly at: Point }[] = [];
  let [x, y, high, wide] = [0, 0, 0, 0];
  for (const box of boxes) {
    if (x > 0 && x + box.width > wanted) {
      y += high;
      [x, high] = [0, 0];
    }
    puts.push({ box, at: { x, y } });
    x += box.width;
    high = Math.max(high, box.height);
    wide = Math.max(wide, x);
  }
  return {
    width: wide,
    height: y + high,
    put: (from) => {
      for (const { box, at } of puts) box.put({ x: from.x + at.x, y: from.y + at.y });
    },
  };
}
