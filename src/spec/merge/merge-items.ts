// How do two versions of an ordered list of named texts become one? What only one side changed is taken from that side;
// what both changed is handed on. It does not know what the texts mean.

export interface Item {
  /** Unique within its list. */
  readonly id: string;
  readonly text: string;
}

/** Three versions of one item; null where a version does not have it. */
export interface Versions {
  readonly base: string | null;
  readonly ours: string | null;
  readonly theirs: string | null;
}

export interface MergedItems<C> {
  readonly items: readonly Item[];
  readonly clashes: readonly C[];
}

interface Sides {
  readonly base: readonly Item[];
  readonly ours: readonly Item[];
  readonly theirs: readonly Item[];
}

/** `mergeOne` is asked where both sides changed an item; what it gives stands, null for no such item. */
export function mergeItems<C>(
  { base, ours, theirs }: Sides,
  mergeOne: (id: string, versions: Versions) => { text: string | null; clashes: readonly C[] },
): MergedItems<C> {
  const texts = [base, ours, theirs].map((side) => new Map(side.map(({ id, text }) => [id, text])));
  const clashes: C[] = [];
  const items = orderOf({ base, ours, theirs }).flatMap((id): Item[] => {
    const [b, o, t] = texts.map((side) => side.get(id) ?? null) as [
      string | null,
      string | null,
      string | null,
    ];
    let text = o;
    if (o === b) text = t;
    else if (t !== b && t !== o) {
      const merged = mergeOne(id, { base: b, ours: o, theirs: t });
      text = merged.text;
      clashes.push(...merged.clashes);
    }
    return text === null ? [] : [{ id, text }];
  });
  return { items, clashes };
}

/** The order of the side that moved things; what the other side has besides comes after what it stood behind there. */
function orderOf({ base, ours, theirs }: Sides): readonly string[] {
  const ids = (side: readonly Item[]) => side.map(({ id }) => id);
  const moved = ids(theirs).join("\0") !== ids(base).join("\0");
  const [first, second] = moved ? [ids(theirs), ids(ours)] : [ids(ours), ids(theirs)];
  const order = [...first];
  const placed = new Set(order);
  for (const side of [second, ids(base)]) {
    for (const [index, id] of side.entries()) {
      if (placed.has(id)) continue;
      order.splice(index === 0 ? 0 : order.indexOf(side[index - 1] as string) + 1, 0, id);
      placed.add(id);
    }
  }
  return order;
}
