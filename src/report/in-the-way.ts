// What of a person's is in the way of a product, and how do they clear it? It does not know what put it there.

import { count } from "./figures.ts";
import { quoted } from "./plain.ts";

/** How many paths one line can name. */
const NAMED = 3;

/** Paths below `.git/` are operations that a person has begun, or the lock of a git; all others are their files. */
export function inTheWay(
  paths: readonly string[],
  hidden = false,
): {
  readonly message: string;
  readonly detail: readonly string[];
  readonly fix: string;
} {
  const named = `${paths.slice(0, NAMED).map(quoted).join(", ")}${paths.length > NAMED ? " …" : ""}`;
  const detail = paths.slice(NAMED);
  if (paths.some((path) => path.startsWith(".git/"))) {
    return {
      message: `The project is in the middle of an operation of git, ${named}, and is not touched meanwhile.`,
      detail,
      fix: "End or abort it, as `git status` tells; a lock that a killed git left behind can be deleted. Then run `factory build` again; nothing is generated twice.",
    };
  }
  if (hidden) {
    return {
      message: `The project has an edit that its git passes over in ${count(paths.length, "file")}, ${named}, which is never touched.`,
      detail,
      fix: "Show it with `git update-index --no-skip-worktree` and `--no-assume-unchanged`, commit or move it away, then run `factory build` again; nothing is generated twice.",
    };
  }
  return {
    message: `The project has uncommitted work in ${count(paths.length, "file")}, ${named}, which is never touched.`,
    detail,
    fix: "Commit, stash or move it away, then run `factory build` again; nothing is generated twice.",
  };
}
