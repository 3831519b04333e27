// What is an imported feature called? As its tool calls it, where our grammar allows that and no other folder is in the
// way.

import { NAME } from "../schema/schema-words.ts";
import type { Notes } from "./foreign.ts";

export interface TakenFeatures {
  /** Where the folder of that name lies, or would. */
  readonly folderOf: (id: string) => string;
  /** Whether there is a folder of that name, and whether it is a feature. */
  readonly isThere: (id: string) => boolean;
  readonly isFeature: (id: string) => boolean;
  /** Ids that were given in this import. */
  readonly taken: ReadonlySet<string>;
}

/** `exists` where the feature was imported before, or another has its name. */
export function freeFeatureId(
  name: string,
  { folderOf, isThere, isFeature, taken }: TakenFeatures,
  notes: Notes,
  source: string,
): { readonly id: string; readonly exists: boolean } {
  const legal = legalName(name);
  if (legal !== name)
    notes.note(
      "renamed-feature",
      { file: source, line: 1 },
      `"${name}" is not an id of a feature, so it is called ${legal}.`,
    );
  const isTaken = (id: string) => [...taken].some((other) => other.toLowerCase() === id.toLowerCase());
  if (isFeature(legal)) return { id: legal, exists: true };
  if (!isThere(legal) && !isTaken(legal)) return { id: legal, exists: false };
  // The specs of spec-kit lie where ours do: PLAN.md must not fall on its plan.md.
  const bare = legal.replace(/^\d+-(?=[A-Za-z0-9])/, "");
  for (let copy = 1; ; copy++) {
    const base = bare === legal || copy > 1 ? `${bare}-${bare === legal ? copy + 1 : copy}` : bare;
    if (isFeature(base)) return { id: base, exists: true };
    if (isThere(base) || isTaken(base)) continue;
    notes.note(
      "renamed-feature",
      { file: source, line: 1 },
      `${folderOf(legal)} is taken, so it is called ${base}.`,
    );
    return { id: base, exists: false };
  }
}

/** `photo-albums` is called Photo albums until a person finds a better title. */
export function titleFrom(name: string): string {
  const words = name.replace(/[-_.]+/g, " ").trim();
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
}

function legalName(name: string): string {
  if (NAME.test(name)) return name;
  const plain = name
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .replace(/[^A-Za-z0-9._-]+/g, "-")
    .replace(/^[^A-Za-z0-9]+/, "")
    .slice(0, 80)
    .replace(/[^A-Za-z0-9]+$/, "");
  return plain === "" ? "imported" : plain;
}
