// Is what importers make of a damaged spec of another tool a feature that our own readers take?

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "vitest";
import { parse } from "yaml";
import type { ImportFormat } from "../../../src/model/imported.ts";
import { Importer } from "../../../src/pipeline/imports/import-specs.ts";
import { readForeign } from "../../../src/spec/imports/readers.ts";
import { hidesSigns } from "../../../src/spec/imports/seen-text.ts";
import { parseFeature } from "../../../src/spec/read/parse-feature.ts";
import type { SourceFile } from "../../../src/spec/read/source.ts";
import { LONG } from "../extent.ts";
import { fuzz } from "./fuzz.ts";

const SHAPES = join(import.meta.dirname, "../../fixtures/public-shapes");

interface Shape {
  readonly format: ImportFormat;
  readonly files: Readonly<Record<string, string>>;
}

const shapes = readdirSync(SHAPES).flatMap(
  (name) => (parse(readFileSync(join(SHAPES, name), "utf8")) as { shapes: readonly Shape[] }).shapes,
);
const formats = [...new Set(shapes.map(({ format }) => format))];

/** All files of one spec as one text, so that damage crosses from one into another. */
const BETWEEN = "\n=== ";

function textOf({ files }: Shape): Uint8Array {
  return Buffer.from(
    Object.entries(files)
      .map(([path, text]) => `${BETWEEN}${path}\n${text}`)
      .join(""),
  );
}

function filesOf(bytes: Uint8Array, known: ReadonlySet<string>): ReadonlyMap<string, SourceFile> {
  const parts = Buffer.from(bytes).toString("utf8").split(BETWEEN).slice(1);
  const found = parts.map((part) => {
    const end = part.indexOf("\n");
    const path = part.slice(0, Math.max(0, end));
    return [path, { path, bytes: Buffer.from(part.slice(end + 1)) }] as const;
  });
  return new Map(found.filter(([path]) => known.has(path)));
}

test.each(formats)("an import of %s", LONG, async (format) => {
  const own = shapes.filter((shape) => shape.format === format);
  const known = new Set(own.flatMap(({ files }) => Object.keys(files)));
  await fuzz({
    name: `import of ${format}`,
    seeds: own.map(textOf),
    fault(bytes) {
      const files = filesOf(bytes, known);
      if (files.size === 0) return null;
      const spec = { format, name: "thing", source: "old", root: "/home/pat/app", files, around: new Map() };
      for (const { feature, notes } of readForeign(spec)) {
        if (feature === null) continue;
        const origin = { id: "thing", tool: format, source: "old" };
        const fault = featureFault(new Importer(GROUND).add(feature, origin, notes).files);
        if (fault !== null) return fault;
      }
      return null;
    },
  });
});

const GROUND = {
  project: "app",
  specs: "specs",
  features: [],
  taskLimits: { windowBytes: 3072, gates: [] },
  canPlan: false,
};

/** What our readers say of its documents; null where they take them. */
function featureFault(files: Readonly<Record<string, string>>): string | null {
  const source = (name: string): SourceFile | null => {
    const text = files[name];
    return text === undefined ? null : { path: `specs/thing/${name}`, bytes: Buffer.from(text) };
  };
  for (const [name, text] of Object.entries(files))
    if (hidesSigns(text)) return `${name} holds what no screen shows`;
  const feature = source("feature.md");
  if (feature === null) return "there is no feature.md";
  const { value, diagnostics } = parseFeature({
    feature,
    backlog: source("BACKLOG.yaml"),
    plan: source("PLAN.md"),
  });
  const errors = diagnostics.filter(({ severity }) => severity === "error");
  if (value !== null && errors.length === 0) return null;
  const [first] = errors;
  return `${first?.code} ${first?.file}:${first?.line} ${first?.message}`;
}
