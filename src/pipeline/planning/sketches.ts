// What is known of each file of a project, for maps of it? Read once per content, and kept in one file beside the store: with
// ten changed files only these are read again.

import { hasSketch, SKETCH_VERSION, sketchSource } from "../../context/sketch-source.ts";
import { type Result, success } from "../../model/result.ts";
import type { Sketch, SketchedFile } from "../../model/sketch.ts";
import type { Oid, Tree } from "../../model/tree.ts";
import { readIfThere } from "../../platform/files.ts";
import { Grammars } from "../../platform/grammars.ts";
import { writeDurably } from "../../store/durable.ts";

/** A longer one is made anew. */
const LIMIT = 256 * 1024 * 1024;

/** Files whose contents are held at once. */
const BATCH = 200;

export type ReadContents = (oids: readonly Oid[]) => Promise<Result<readonly Uint8Array[]>>;

interface Kept {
  readonly version: number;
  /** By content and extension: the same bytes may be read by another grammar elsewhere. */
  readonly sketches: Readonly<Record<string, Sketch>>;
}

/** Of all files of the tree; `path` is where they are kept. */
export async function sketchesOf(
  tree: Tree,
  path: string,
  read: ReadContents,
): Promise<Result<readonly SketchedFile[]>> {
  const known = keptAt(path);
  const entries = [...tree].filter(([, { mode }]) => mode === "100644" || mode === "100755");
  const found = new Map<string, Sketch>();
  // Made with no grammar: not kept, so that it is made again once there is one.
  const passing = new Set<string>();
  const missing: (typeof entries)[number][] = [];
  for (const entry of entries) {
    if (!hasSketch(entry[0])) continue;
    const key = keyOf(entry[0], entry[1].oid);
    const sketch = known[key];
    if (sketch === undefined) missing.push(entry);
    else found.set(key, sketch);
  }
  const grammars = new Grammars();
  for (let at = 0; at < missing.length; at += BATCH) {
    const batch = missing.slice(at, at + BATCH);
    const contents = await read(batch.map(([, { oid }]) => oid));
    if (!contents.ok) return contents;
    for (const [index, [file, { oid }]] of batch.entries()) {
      const content = contents.value[index] as Uint8Array;
      const { sketch, isWhole } = await sketchSource(file, content, grammars);
      const key = keyOf(file, oid);
      found.set(key, sketch);
      if (!isWhole) passing.add(key);
    }
  }
  if (missing.length > 0) {
    const sketches = Object.fromEntries([...found].filter(([key]) => !passing.has(key)));
    const kept: Kept = { version: SKETCH_VERSION, sketches };
    await writeDurably(path, Buffer.from(JSON.stringify(kept)), { derived: true });
  }
  return success(
    entries.map(([file, { oid }]) => ({ path: file, sketch: found.get(keyOf(file, oid)) ?? null })),
  );
}

/** Manifests and packages of Python are read by their names. */
function keyOf(path: string, oid: Oid): string {
  const name = path.slice(path.lastIndexOf("/") + 1);
  const isNamed = /^(?:__init__\.pyi?|package\.json|pyproject\.toml|Cargo\.toml)$/.test(name);
  return `${oid} ${isNamed ? name : name.slice(name.lastIndexOf(".") + 1)}`;
}

function keptAt(path: string): Kept["sketches"] {
  const read = readIfThere(path, LIMIT);
  if (!read.ok || read.value === null) return {};
  try {
    const kept = JSON.parse(Buffer.from(read.value).toString("utf8")) as Kept;
    return kept.version === SKETCH_VERSION ? kept.sketches : {};
  } catch {
    // Derived state: what cannot be read is made again.
    return {};
  }
}
