// What holds for every task of a project or of the workspace?

import type { Place } from "./place.ts";

/** A file of the workspace, or lines as they stand in projects.yaml. */
export type Rules =
  | { readonly kind: "file"; readonly path: string; readonly place: Place }
  | { readonly kind: "lines"; readonly lines: readonly RuleLine[] };

interface RuleLine {
  readonly text: string;
  readonly place: Place;
}

/** Among the prompts, none of which has a name with a space. */
export function rulesKey(path: string): string {
  return `rules ${path}`;
}
