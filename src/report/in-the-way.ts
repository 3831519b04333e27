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
      message: `The project is in the middle of a git operation, ${named}, and the factory does not touch it until that ends.`,
      detail,
      fix: "Finish or abort it, as `git status` says; you can delete a lock that a killed git left behind. Then run `factory build` again; nothing is generated twice.",
    };
  }
  if (hidden) {
    return {
      message: `The project has an edit that its git ignores in ${count(paths.length, "file")}, ${named}, which the factory never touches.`,
      detail,
      fix: "Show it with `git update-index --no-skip-worktree` and `--no-assume-unchanged`, commit it or move it elsewhere, then run `factory build` again; nothing is generated twice.",
    };
  }
  return {
    message: `The project has uncommitted work in ${count(paths.length, "file")}, ${named}, which the factory never touches.`,
    detail,
    fix: "Commit it, stash it or move it elsewhere, then run `factory build` again; nothing is generated twice.",
  };
}
