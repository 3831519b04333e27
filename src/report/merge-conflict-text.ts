// On which files do people and the product disagree, and how is that settled? By the task that owns a file.

import type { Failure } from "../model/failure.ts";
import { FETCH_FILES, FETCH_HISTORY } from "../model/fetch-commands.ts";
import { count } from "./figures.ts";
import { quoted } from "./plain.ts";
import type { FailureText } from "./wording.ts";

/** How many files one line can name. */
const NAMED = 3;

type Conflict = Extract<Failure, { reason: "merge-conflict" }>;

export function mergeConflictText({ paths }: Conflict): FailureText {
  const clashes = paths.map(({ path, task }) => (task === null ? quoted(path) : `${quoted(path)} (${task})`));
  return {
    message: `People's edits and the product conflict in ${count(paths.length, "file")}, ${clashes.slice(0, NAMED).join(", ")}${clashes.length > NAMED ? " …" : ""}; the branch is untouched.`,
    detail: clashes.slice(NAMED),
    fix: fixOf(paths),
  };
}

function fixOf(paths: Conflict["paths"]): string {
  const tasks = [...new Set(paths.flatMap(({ task }) => task ?? []))];
  const [task] = tasks;
  if (task === undefined) {
    const name = quoted(paths[0]?.path ?? "");
    return `${name} is a file on one side and a folder on the other. Move yours in the project and commit. Then build again.`;
  }
  const each = tasks.length > 1 ? ", and do so for each task named" : "";
  const settle = `Settle it with \`factory absorb ${task}\`, \`factory accept ${task}\` or \`factory discard ${task}\`${each}, then build again.`;
  if (!paths.some(({ lost }) => lost)) return settle;
  return `The version that was edited is not in this repository. In a shallow clone, run \`${FETCH_HISTORY}\`, in a partial one \`${FETCH_FILES}\`, and build again. Or: ${settle.charAt(0).toLowerCase()}${settle.slice(1)}`;
}
