// How does a map of ten thousand entries take a change, while every earlier version stays as it was? Most of its entries are
// shared by all versions; what changed since lies beside them, and is joined with them once it has grown. So a change costs
// about the square root of what a copy costs. It is our own because the command loads it at every start.

export interface LargeMap<K, V> {
  readonly shared: ReadonlyMap<K, V>;
  /** Added since, or set anew. */
  readonly set: ReadonlyMap<K, V>;
  /** Of those that are shared. */
  readonly deleted: ReadonlySet<K>;
}

/** Fewer changes are not worth joining. */
const LEAST_CHANGES = 16;

export function largeMap<K, V>(entries: Iterable<readonly [K, V]> = []): LargeMap<K, V> {
  return { shared: new Map(entries), set: new Map(), deleted: new Set() };
}

export function hasKey<K, V>({ shared, set, deleted }: LargeMap<K, V>, key: K): boolean {
  return set.has(key) || (shared.has(key) && !deleted.has(key));
}

export function sizeOf<K, V>({ shared, set, deleted }: LargeMap<K, V>): number {
  const again = [...set.keys()].filter((key) => shared.has(key) && !deleted.has(key)).length;
  return shared.size - deleted.size + set.size - again;
}

/** Those that were changed last come last. */
export function* entriesOf<K, V>({ shared, set, deleted }: LargeMap<K, V>): Iterable<readonly [K, V]> {
  for (const entry of shared) if (!set.has(entry[0]) && !deleted.has(entry[0])) yield entry;
  yield* set;
}

export function withEntry<K, V>(map: LargeMap<K, V>, key: K, value: V): LargeMap<K, V> {
  return joined({ ...map, set: new Map(map.set).set(key, value) });
}

/** The same map where the key is not in it. */
export function withoutKey<K, V>(map: LargeMap<K, V>, key: K): LargeMap<K, V> {
  if (!hasKey(map, key)) return map;
  const set = new Map(map.set);
  set.delete(key);
  const deleted = map.shared.has(key) ? new Set(map.deleted).add(key) : map.deleted;
  return joined({ ...map, set, deleted });
}

function joined<K, V>(map: LargeMap<K, V>): LargeMap<K, V> {
  const changes = map.set.size + map.deleted.size;
  return changes < LEAST_CHANGES || changes ** 2 < map.shared.size ? map : largeMap(entriesOf(map));
}
