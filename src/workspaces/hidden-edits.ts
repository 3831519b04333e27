// Which files did a person tell git not to look at, and changed? `git status` and `diff-files` pass over them, and a
// checkout that would write them fails without a word that helps. Asked only about files that are to be written.

import { lstat, readFile, readlink } from "node:fs/promises";
import { join } from "node:path";
import { type Result, success } from "../model/result.ts";
import { onDisk, unlessMissing } from "./disk.ts";
import type { Git } from "./git.ts";

/** A file that git was told to pass over. */
export interface PassedOver {
  readonly path: string;
  /** Not as the index has it. */
  readonly isEdited: boolean;
  /** Options of `git update-index` that tell git to pass over it. */
  readonly flags: readonly Flag[];
}

export type Flag = "skip-worktree" | "assume-unchanged";

/** Files behind `skip-worktree` or `assume-unchanged` that are there. */
export async function passedOver(
  git: Git,
  workTree: string,
  isMeant: (path: string) => boolean,
): Promise<Result<readonly PassedOver[]>> {
  const listed = await git.feed(["ls-files", "-v", "--stage", "-z"]);
  if (!listed.ok) return listed;
  const found: PassedOver[] = [];
  for (const line of listed.value.toString("utf8").split("\0")) {
    const path = line.slice(line.indexOf("\t") + 1);
    // Small letters are assumed to be unchanged, and S is skipped.
    if (!/^[a-zS] /.test(line) || !isMeant(path)) continue;
    const [, mode, staged] = line.split(" ");
    if (mode === "160000") continue;
    const content = await onDisk(workTree, "look at a file that git ignores", () =>
      contentAt(join(workTree, path)),
    );
    if (!content.ok) return content;
    // A sparse checkout has no file there.
    if (content.value === null) continue;
    const { bytes, isLink } = content.value;
    const oid = await git.feed(["hash-object", "--stdin", isLink ? "--no-filters" : `--path=${path}`], bytes);
    if (!oid.ok) return oid;
    const letter = line.slice(0, 1);
    const flags: Flag[] = letter.toUpperCase() === "S" ? ["skip-worktree"] : [];
    if (letter !== "S") flags.push("assume-unchanged");
    found.push({ path, isEdited: oid.value.toString("latin1").trim() !== staged, flags });
  }
  return success(found);
}

/** A file or a link itself; null for anything else. */
export async function contentAt(
  path: string,
): Promise<{ readonly bytes: Buffer; readonly isLink: boolean } | null> {
  const found = await unlessMissing(lstat(path));
  if (found === null || found.isDirectory()) return null;
  return found.isSymbolicLink()
    ? { bytes: Buffer.from(await readlink(path)), isLink: true }
    : { bytes: await readFile(path), isLink: false };
}
