import fc from "fast-check";
import { expect, test } from "vitest";
import { link } from "../../src/engine/graph.ts";
import { numberAt, numbersOf, OpenNumbers } from "../../src/engine/node-numbers.ts";
import { next } from "../../src/engine/schedule.ts";
import { initialState } from "../../src/engine/schedule-state.ts";
import { featureWith } from "./samples.ts";

const SIZE = 3000;

test("numbers that were changed are as an array would have them, and those that they came from are as they were", () => {
  const change = fc.tuple(fc.nat({ max: SIZE - 1 }), fc.integer({ min: -9, max: 9 }));
  fc.assert(
    fc.property(fc.array(fc.array(change)), (transitions) => {
      const plain = Array.from({ length: SIZE }, (_, node) => node);
      let numbers = numbersOf(SIZE, (node) => node);
      for (const changes of transitions) {
        const before = [...plain];
        const open = new OpenNumbers(numbers);
        for (const [node, value] of changes) {
          open.set(node, value);
          plain[node] = value;
          expect(open.of(node)).toBe(value);
        }
        const after = open.close();
        expect(plain.map((_, node) => numberAt(numbers, node))).toEqual(before);
        expect(plain.map((_, node) => numberAt(after, node))).toEqual(plain);
        numbers = after;
      }
    }),
    { numRuns: 20 },
  );
});

test("a transition copies nothing of the nodes that are far from its own", () => {
  const limits = { agents: 1, gates: 1, failFast: false, priorities: new Map() };
  const graph = link([featureWith(Array.from({ length: SIZE }, () => []))]);
  const [begun] = next(initialState(graph, new Set(), limits), { type: "begin" });
  const [after] = next(begun, { type: "ended", node: 0, next: "settled", at: 1 });
  expect(numberAt(after.phase, 0)).not.toBe(numberAt(begun.phase, 0));
  for (const kind of ["phase", "stage", "open"] as const) {
    expect(after[kind].at(-1)).toBe(begun[kind].at(-1));
  }
});
