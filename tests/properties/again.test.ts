// Is a build that has nothing to do nothing, and is all that can be deleted really derived?

import fc from "fast-check";
import { expect, test } from "vitest";
import { Field, PATIENCE, runs } from "./field.ts";
import { addressesOf, apply, type Sketch, type Stroke, sketches, strokes, tasksOf } from "./sketch.ts";

function allFresh(sketch: Sketch) {
  return Object.fromEntries(addressesOf(sketch).map((address) => [address, "fresh"]));
}

test(
  "a second build finds all fresh and commits nothing, and the one after it takes the short way",
  async () => {
    await fc.assert(
      fc.asyncProperty(sketches, strokes, async (first, stroke) => {
        using field = new Field();
        let sketch = first;
        for (const edit of [null, stroke]) {
          sketch = edit === null ? sketch : apply(sketch, edit);
          await field.buildSketch(sketch);
          const commits = field.commits();
          expect((await field.build()).actions).toEqual(allFresh(sketch));
          expect(field.commits()).toEqual(commits);
          expect(field.hasNothingToDo).toBe(true);
        }
      }),
      runs(2),
    );
  },
  PATIENCE,
);

test(
  "a draft that comes out equal starts nobody and commits nothing",
  async () => {
    const note: fc.Arbitrary<Stroke> = strokes.map((stroke) => ({ ...stroke, kind: "note" }));
    await fc.assert(
      fc.asyncProperty(sketches, note, async (sketch, stroke) => {
        using field = new Field();
        await field.buildSketch(sketch);
        const commits = field.commits();
        const edited = apply(sketch, stroke);
        const old = new Map(tasksOf(sketch).map(({ task }) => [task.number, task.code.note]));
        const changed = tasksOf(edited).map(({ task }) => old.get(task.number) !== task.code.note);

        const { actions } = await field.buildSketch(edited);
        const expected = addressesOf(edited).map((address, index) => [
          address,
          changed[index] ? "regenerated" : "fresh",
        ]);
        expect(actions).toEqual(Object.fromEntries(expected));
        expect(field.commits()).toEqual(commits);
      }),
      runs(2),
    );
  },
  PATIENCE,
);

test(
  "whatever is deleted of the engine's state and the projects, the next build makes the same trees",
  async () => {
    const deleted = fc.constantFrom([".factory"], ["projects"], [".factory", "projects"]);
    await fc.assert(
      fc.asyncProperty(
        sketches,
        strokes,
        fc.array(deleted, { minLength: 2, maxLength: 2 }),
        async (first, stroke, list) => {
          using field = new Field();
          const sketch = apply(first, stroke);
          await field.buildSketch(first);
          const { trees } = await field.buildSketch(sketch);
          for (const paths of list) {
            field.remove(...paths);
            expect((await field.build()).trees).toEqual(trees);
          }
        },
      ),
      runs(2),
    );
  },
  PATIENCE,
);
