// Is every path that a pattern may mean among those that others mean? Only where that can be shown by its spelling.

import { globMatcher, isGlob } from "./glob.ts";

/** What may part a pattern in two (`a|b` is either), or spell other text than it is read as. */
const UNTOLD = /["'|\\]/;
/** What may reach over a slash, or stand for other segments than it spells. */
const GROUPS = /[[\]{}()!+@]/;

/** Whether one of the hints covers the pattern; false where nobody can tell. */
export function isCovered(pattern: string, hints: readonly string[]): boolean {
  if (hints.includes(pattern)) return true;
  if (UNTOLD.test(pattern)) return false;
  if (GROUPS.test(pattern)) return hints.some((hint) => holdsWholeFolder(hint, pattern));
  if (!isGlob(pattern)) return hints.some((hint) => globMatcher(hint)(pattern));
  return hints.some((hint) => isGlob(hint) && isWithin(pattern.split("/"), hint.split("/")));
}

/** `src/**` holds whatever begins with `src/`. */
function holdsWholeFolder(hint: string, pattern: string): boolean {
  if (hint === "**") return true;
  const folder = hint.slice(0, -"**".length);
  const isPlain = !isGlob(folder) && !GROUPS.test(folder) && !UNTOLD.test(folder);
  return hint.endsWith("/**") && isPlain && pattern.startsWith(folder);
}

/** Whether every path of the pattern is one of the hint, segment by segment. */
function isWithin(pattern: readonly string[], hint: readonly string[]): boolean {
  const [first, ...rest] = hint;
  if (first === undefined) return pattern.length === 0;
  if (first === "**") {
    if (rest.length === 0) return pattern.length > 0;
    return pattern.some((_, index) => isWithin(pattern.slice(index), rest));
  }
  const [segment, ...others] = pattern;
  if (segment === undefined) return false;
  const isOne = first === segment ? segment !== "**" : first === "*" && !segment.includes("**");
  return isOne && isWithin(others, rest);
}
