// Which file does a model mean by a path? One file has one spelling: only a leading `./` is taken away, and whatever else
// is not the plain path from the project's root is refused with a sentence.

import { pathFault } from "../model/path.ts";

const SHOWN = 120;

/** The path in its one spelling, or why there is none. */
export function plainPath(path: string): { readonly path: string } | { readonly refusal: string } {
  let plain = path;
  while (plain.startsWith("./")) plain = plain.slice(2);
  const cause = pathFault(plain);
  if (cause === null) return { path: plain };
  const shown = JSON.stringify(path.length > SHOWN ? `${path.slice(0, SHOWN)}…` : path);
  return {
    refusal: `${shown} is refused (${cause}): give the path from the project's root, such as src/a.ts.`,
  };
}

/** The same for a folder: `.`, `./` and the empty path are the root, which is `""`. */
export function plainFolder(path: string): { readonly path: string } | { readonly refusal: string } {
  const folder = path.endsWith("/") && path !== "/" ? path.slice(0, -1) : path;
  return folder === "" || folder === "." ? { path: "" } : plainPath(folder);
}
