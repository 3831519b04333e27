// Does one edit start exactly the tasks that it reaches? Held against a brute-force oracle.

import fc from "fast-check";
import { expect, test } from "vitest";
import { Field, GENERATED, PATIENCE, runs } from "./field.ts";
import { PLAIN, type Style } from "./files.ts";
import { Oracle } from "./oracle.ts";
import { apply, sketches, strokes } from "./sketch.ts";

test(
  "one edit regenerates the tasks whose windows show it, verifies those on a changed foundation, and no other",
  async () => {
    const edits = fc.array(strokes, { minLength: 4, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(sketches, edits, async (first, list) => {
        using field = new Field();
        const oracle = new Oracle();
        let sketch = first;
        for (const stroke of [null, ...list]) {
          sketch = stroke === null ? sketch : apply(sketch, stroke);
          const expected = oracle.next(sketch);
          const { actions } = await field.buildSketch(sketch);
          expect(Object.keys(actions).sort()).toEqual(Object.keys(expected).sort());
          const wrong = Object.entries(actions).filter(
            ([address, action]) => !expected[address]?.includes(action),
          );
          expect({ stroke, wrong }).toEqual({ stroke, wrong: [] });
        }
      }),
      runs(3),
    );
  },
  PATIENCE,
);

test(
  "an edit that says nothing starts nothing and commits nothing",
  async () => {
    const styles: fc.Arbitrary<Style> = fc.record({
      wrap: fc.integer({ min: 2, max: 9 }),
      comment: fc.nat(5),
      reversedKeys: fc.boolean(),
      reversedRequirements: fc.boolean(),
      quoted: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(sketches, styles, async (sketch, style) => {
        using field = new Field();
        await field.buildSketch(sketch, { ...GENERATED, style: PLAIN });
        const commits = field.commits();

        field.write(sketch, { ...GENERATED, style });
        const { actions } = await field.build();
        expect(new Set(Object.values(actions))).toEqual(new Set(["fresh"]));
        expect(field.commits()).toEqual(commits);

        for (const { id } of sketch.features) field.touch(`specs/${id}/feature.md`);
        field.touch("projects.yaml");
        expect(new Set(Object.values((await field.build()).actions))).toEqual(new Set(["fresh"]));
        expect(field.commits()).toEqual(commits);
      }),
      runs(2),
    );
  },
  PATIENCE,
);
