// Which files did a person tell git not to look at, and changed? `git status` and `diff-files` pass over them, and a
// checkout that would write them fails without a word that helps. Asked only about files that are to be written.

import { lstat, readFile, readlink } from "node:fs/promises";
import { join } from "node:path";
import { type Result, success } from "../model/result.ts";
import { onDisk, unlessMissing } from "./disk.ts";
import type { Git } from "./git.ts";

/** Behind `skip-worktree` or `assume-unchanged`, and not as the index of `git` has them. */
export async function hiddenEdits(
  git: Git,
  workTree: string,
  isMeant: (path: string) => boolean,
): Promise<Result<readonly string[]>> {
  const listed = await git.feed(["ls-files", "-v", "--stage", "-z"]);
  if (!listed.ok) return listed;
  const edited: string[] = [];
  for (const line of listed.value.toString("utf8").split("\0")) {
    const path = line.slice(line.indexOf("\t") + 1);
    // Small letters are assumed to be unchanged, and S is skipped.
    if (!/^[a-zS] /.test(line) || !isMeant(path)) continue;
    const [, mode, staged] = line.split(" ");
    if (mode === "160000") continue;
    const content = await onDisk(workTree, "look at a file that git passes over", () =>
      contentAt(join(workTree, path)),
    );
    if (!content.ok) return content;
    // A sparse checkout has no file there.
    if (content.value === null) continue;
    const { bytes, isLink } = content.value;
    const oid = await git.feed(["hash-object", "--stdin", isLink ? "--no-filters" : `--path=${path}`], bytes);
    if (!oid.ok) return oid;
    if (oid.value.toString("latin1").trim() !== staged) edited.push(path);
  }
  return success(edited);
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
