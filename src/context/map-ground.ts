// What of a map hangs on the repository alone? Its files in the order in which a map tells of them, what they are, and which
// uses which. Made once for all requests that are asked about the same files.

import type { SketchedCode, SketchedFile } from "../model/sketch.ts";
import { type Links, linksAmong, Places } from "./map-links.ts";
import { type FileKind, isEntryPath, kindOf } from "./map-order.ts";

export interface MapGround {
  /** Files of a folder stand together, before the folders within it. */
  readonly files: readonly SketchedFile[];
  readonly kinds: readonly FileKind[];
  /** Where programs start. */
  readonly entries: ReadonlySet<number>;
  readonly links: Links;
}

/** The same for the same files in whatever order. */
export function mapGround({ names, files: unsorted }: SketchedCode): MapGround {
  const keyed = unsorted.map((file) => ({
    file,
    folder: file.path.slice(0, file.path.lastIndexOf("/") + 1),
  }));
  keyed.sort((a, b) => compare(a.folder, b.folder) || compare(a.file.path, b.file.path));
  const files = keyed.map(({ file }) => file);
  const kinds = files.map(({ path }) => kindOf(path));
  const places = new Places(files);
  return {
    files,
    kinds,
    entries: entriesIn(files, kinds, places),
    links: linksAmong({ names, files }, places),
  };
}

function entriesIn(
  files: readonly SketchedFile[],
  kinds: readonly FileKind[],
  places: Places,
): ReadonlySet<number> {
  const entries = new Set<number>();
  for (const [index, { path, sketch }] of files.entries()) {
    if (kinds[index] === "code" && isEntryPath(path)) entries.add(index);
    if (kinds[index] === "test" || kinds[index] === "generated") continue;
    for (const named of sketch?.entries ?? []) {
      const found = places.entry(path, named);
      if (found !== null && kinds[found] === "code") entries.add(found);
    }
  }
  return entries;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
