// What is known of each file of a project, for maps of it? Read once per content, and kept in one file beside the store: with
// ten changed files only these are read again.

import { hasSketch, SKETCH_VERSION, sketchSource } from "../../context/sketch-source.ts";
import { SketchedNames } from "../../context/sketched-names.ts";
import { isBeside } from "../../model/path.ts";
import { type Result, success } from "../../model/result.ts";
import type { Sketch, SketchedCode } from "../../model/sketch.ts";
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
  /** Names that sketches use, separated by spaces. */
  readonly names: string;
  /** By content and extension: the same bytes may be read by another grammar elsewhere. */
  readonly sketches: Readonly<Record<string, Sketch>>;
}

/** Of all files of a project; `path` is where they are kept. */
export async function sketchesOf(
  tree: Tree,
  path: string,
  read: ReadContents,
): Promise<Result<SketchedCode>> {
  const { names, sketches: known } = keptAt(path);
  const entries = [...tree].filter(
    ([file, { mode }]) => (mode === "100644" || mode === "100755") && !isBeside(file),
  );
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
      found.set(key, names.sketch(sketch));
      if (!isWhole) passing.add(key);
    }
  }
  if (missing.length > 0) {
    const kept = keptOf(
      [...found].filter(([key]) => !passing.has(key)),
      names,
      known,
    );
    await writeDurably(path, Buffer.from(JSON.stringify(kept)), { derived: true });
  }
  const files = entries.map(([file, { oid }]) => ({
    path: file,
    sketch: found.get(keyOf(file, oid)) ?? null,
  }));
  return success({ names: names.all, files });
}

/** What was kept for other trees stays, too, as long as it is not most of it: each feature is planned on a tree of its own. */
function keptOf(
  found: readonly (readonly [string, Sketch])[],
  names: SketchedNames,
  known: Kept["sketches"],
): Kept {
  const own = new Set(found.map(([key]) => key));
  const others = Object.entries(known).filter(([key]) => !own.has(key));
  const all = others.length > found.length ? found : [...found, ...others];
  // Names that nobody uses any more go.
  const left = new SketchedNames();
  const sketches = names.renumbered(
    all.map(([, sketch]) => sketch),
    left,
  );
  return {
    version: SKETCH_VERSION,
    names: left.all.join(" "),
    sketches: Object.fromEntries(all.map(([key], index) => [key, sketches[index] as Sketch])),
  };
}

/** Manifests and packages of Python are read by their names. */
function keyOf(path: string, oid: Oid): string {
  const name = path.slice(path.lastIndexOf("/") + 1);
  const isNamed = /^(?:__init__\.pyi?|package\.json|pyproject\.toml|Cargo\.toml)$/.test(name);
  return `${oid} ${isNamed ? name : name.slice(name.lastIndexOf(".") + 1)}`;
}

function keptAt(path: string): { readonly names: SketchedNames; readonly sketches: Kept["sketches"] } {
  const nothing = { names: new SketchedNames(), sketches: {} };
  const read = readIfThere(path, LIMIT);
  if (!read.ok || read.value === null) return nothing;
  try {
    const { version, names, sketches } = JSON.parse(Buffer.from(read.value).toString("utf8")) as Kept;
    if (version !== SKETCH_VERSION) return nothing;
    return { names: new SketchedNames(names === "" ? [] : names.split(" ")), sketches };
  } catch {
    // Derived state: what cannot be read is made again.
    return nothing;
  }
}
