// What does a project look like at one moment? Paths and git object ids, without any content.

import type { FileMode } from "./output.ts";

/** A git object id, lower-case hexadecimal: 40 characters, or 64 in a SHA-256 repository. */
export type Oid = string & { readonly brand: "Oid" };

/** One path of a tree. Mode `160000` is a submodule: its id names a commit of another repository. */
export interface TreeEntry {
  readonly mode: FileMode | "160000";
  readonly oid: Oid;
}

/** Files by path, relative to the project with `/`. Folders exist only through the files in them. */
export type Tree = ReadonlyMap<string, TreeEntry>;

export function sameEntry(a: TreeEntry | undefined, b: TreeEntry | undefined): boolean {
  return a === b || (a !== undefined && b !== undefined && a.mode === b.mode && a.oid === b.oid);
}

/** The paths at which two trees differ, in the order of `before` and then of what `after` adds. */
export function changedPaths(before: Tree, after: Tree): readonly string[] {
  const paths: string[] = [];
  for (const [path, entry] of before) if (!sameEntry(entry, after.get(path))) paths.push(path);
  for (const path of after.keys()) if (!before.has(path)) paths.push(path);
  return paths;
}
