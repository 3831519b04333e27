// On which files do people and the product disagree, and how is that settled? By the task that owns a file; where none
// does any more, by git alone.

import type { Failure } from "../model/failure.ts";
import { count } from "./figures.ts";
import { quoted } from "./plain.ts";
import type { FailureText } from "./wording.ts";

/** How many files one line can name. */
const NAMED = 3;

export function mergeConflictText({ paths }: Extract<Failure, { reason: "merge-conflict" }>): FailureText {
  const clashes = paths.map(({ path, task }) => (task === null ? quoted(path) : `${quoted(path)} (${task})`));
  const task = paths.find((clash) => clash.task !== null)?.task ?? null;
  return {
    message: `People's edits and the product disagree in ${count(paths.length, "file")}, ${clashes.slice(0, NAMED).join(", ")}${clashes.length > NAMED ? " …" : ""}; the branch is untouched.`,
    detail: clashes.slice(NAMED),
    fix:
      task === null
        ? ownerlessFix(paths.map(({ path }) => path))
        : `Settle it with \`factory absorb ${task}\`, \`factory accept ${task}\` or \`factory discard ${task}\`, then build again.`,
  };
}

/** For files that a task wrote, a person edited, and no task writes any more. */
export function ownerlessFix(paths: readonly string[]): string {
  const [them, names] = [paths.length === 1 ? "it" : "them", paths.slice(0, NAMED).map(quoted).join(", ")];
  return `No task writes ${names} any more. In the project, delete ${them} and commit; or keep ${them}: \`git merge factory\`, \`git add\` and commit. Then build again.`;
}
