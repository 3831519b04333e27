// Is a product that grew by edits the product that a clean build makes? Whatever the edits and their order.

import fc from "fast-check";
import { expect, test } from "vitest";
import { cleanTrees, Field, PATIENCE, runs } from "./field.ts";
import { apply, sketches, strokes } from "./sketch.ts";

test(
  "after any edits, each followed by a build, the trees are those of a clean build of the last sources",
  async () => {
    const edits = fc.array(strokes, { minLength: 1, maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(sketches, edits, async (first, list) => {
        using field = new Field();
        let sketch = first;
        let { trees } = await field.buildSketch(sketch);
        for (const stroke of list) {
          sketch = apply(sketch, stroke);
          ({ trees } = await field.buildSketch(sketch));
        }
        expect(trees).toEqual(await cleanTrees(sketch));
      }),
      runs(3),
    );
  },
  PATIENCE,
);
