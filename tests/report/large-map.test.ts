// Does a map that shares most of its entries with its earlier versions hold what a plain one holds, and leave these alone?

import fc from "fast-check";
import { expect, test } from "vitest";
import {
  entriesOf,
  hasKey,
  type LargeMap,
  largeMap,
  sizeOf,
  withEntry,
  withoutKey,
} from "../../src/report/large-map.ts";

const step = fc.record({ key: fc.nat(60), value: fc.option(fc.nat()) });

test("whatever is set and taken away, it holds what a plain map holds, and so does every version before", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
      let map: LargeMap<number, number> = largeMap();
      const versions = steps.map(({ key, value }) => {
        map = value === null ? withoutKey(map, key) : withEntry(map, key, value);
        return map;
      });
      const plain = new Map<number, number>();
      for (const [at, { key, value }] of steps.entries()) {
        if (value === null) plain.delete(key);
        else plain.set(key, value);
        const version = versions[at] as LargeMap<number, number>;
        expect(new Map(entriesOf(version))).toEqual(plain);
        expect(sizeOf(version)).toBe(plain.size);
        expect([hasKey(version, key), [...entriesOf(version)].length]).toEqual([value !== null, plain.size]);
      }
    }),
    { numRuns: 50 },
  );
});

test("ten thousand entries that are set and taken away one by one are no square of work", () => {
  const keys = Array.from({ length: 10_000 }, (_, at) => at);
  const full = keys.reduce((map, key) => withEntry(map, key, key), largeMap<number, number>());
  // What a version has of its own stays small, and that is what the next one copies.
  expect(sizeOf(full)).toBe(10_000);
  expect(full.set.size + full.deleted.size).toBeLessThan(101);
  const empty = keys.reduce((map, key) => withoutKey(map, key), full);
  expect([sizeOf(empty), [...entriesOf(empty)]]).toEqual([0, []]);
});
