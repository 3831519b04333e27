// Does every requirement of specs as people publish them end at its task, or is it named as open? Each text is our own, in
// the shape of a public folder; who should have what was judged by hand.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { parse } from "yaml";
import type { ImportFormat } from "../../../src/model/imported.ts";
import { foreign, read } from "./foreign-spec.ts";

interface Shape {
  readonly name: string;
  readonly format: ImportFormat;
  readonly files: Readonly<Record<string, string>>;
  /** What each task writes, and what it is to fulfil. */
  readonly tasks: Readonly<
    Record<string, { readonly writes: readonly string[]; readonly has?: readonly string[] }>
  >;
  readonly open: readonly string[];
  /** Where a request names bounds. */
  readonly constraints?: readonly string[];
}

const FOLDER = fileURLToPath(new URL("../../fixtures/public-shapes", import.meta.url));
const shapes = readdirSync(FOLDER).flatMap((name) => {
  return (parse(readFileSync(join(FOLDER, name), "utf8")) as { shapes: readonly Shape[] }).shapes;
});

test.each(shapes.map((shape) => [shape.name, shape] as const))(
  "%s",
  (_, { format, files, tasks, open, constraints }) => {
    const made = read(foreign(format, files));
    const found = made.tasks.map(({ id, files: writes, requirements }) => [
      id,
      { writes, has: requirements },
    ]);
    const wanted = Object.entries(tasks).map(([id, { writes, has = [] }]) => [id, { writes, has }]);
    expect(Object.fromEntries(found)).toEqual(Object.fromEntries(wanted));
    const covered = new Set(made.tasks.flatMap(({ requirements }) => requirements));
    const left = made.feature.requirements.map(({ id }) => id).filter((id) => !covered.has(id));
    expect(left).toEqual(open);
    if (constraints !== undefined) expect(made.feature.constraints).toEqual(constraints);
    expect(made.notes.some((note) => note.startsWith("open-requirement"))).toBe(open.length > 0);
  },
);
