// In what does a copy differ from a person's checkout, in words? One clause per fact.

import type { Difference } from "../model/difference.ts";
import { quoted } from "./plain.ts";

/** Paths that one clause has room for. */
const NAMED = 6;

/** What a person who sees the gate pass in their folder has to know: a sentence, and a clause for each fact. */
export function differencesText(differences: readonly Difference[]): readonly [string, ...string[]] {
  if (differences.length === 0)
    return ["Between the copy that it ran in and your checkout no difference of files was found."];
  return ["The copy that it ran in differs from your checkout:", ...differences.map(differenceText)];
}

/** Without capital and full stop. */
function differenceText(difference: Difference): string {
  switch (difference.kind) {
    case "other-branch": {
      const shown = difference.shown === null ? "no branch" : `the branch ${quoted(difference.shown)}`;
      return `the copy is of the branch ${quoted(difference.branch)}, and your checkout shows ${shown}`;
    }
    case "not-committed":
      return `not committed, so not in the copy as you have it: ${named(difference.paths)}`;
    case "ignored":
      return `ignored by git, so not in the copy: ${named(difference.paths)}`;
    case "no-setup":
      return `the project declares no \`setup\`, and your checkout has ${named(difference.paths)}`;
    case "submodules":
      return `submodules that are empty in the copy: ${named(difference.paths)}`;
    case "filtered":
      return `files under a filter of git, with another content in the copy: ${named(difference.paths)}`;
    case "generated":
      return `made by the factory, so taken out of the untouched tree: ${named(difference.paths)}`;
    case "unknown":
      return `${difference.what} could not be looked at: ${difference.why}`;
  }
}

function named(paths: readonly string[]): string {
  const shown = paths.slice(0, NAMED).map(quoted).join(", ");
  return paths.length > NAMED ? `${shown} and ${paths.length - NAMED} more` : shown;
}
