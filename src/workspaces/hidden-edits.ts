// Which files did a person tell git not to look at, and changed? `git status` and `diff-files` pass over them, and a
// checkout that would write them fails without a word that helps. Asked only about files that are to be written.

import { lstat, readFile, readlink } from "node:fs/promises";
import { join } from "node:path";
import { type Result, success } from "../model/result.ts";
import type { Tree } from "../model/tree.ts";
import { onDisk, unlessMissing } from "./disk.ts";
import type { Git } from "./git.ts";

/** Of `paths`, those behind `skip-worktree` or `assume-unchanged` that are not as `before` has them. */
export async function hiddenEdits(
  git: Git,
  {
    workTree,
    paths,
    before,
  }: { readonly workTree: string; readonly paths: readonly string[]; readonly before: Tree },
): Promise<Result<readonly string[]>> {
  const listed = await git.feed(["ls-files", "-v", "-z"]);
  if (!listed.ok) return listed;
  const asked = new Set(paths);
  const flagged = listed.value
    .toString("utf8")
    .split("\0")
    // Small letters are assumed to be unchanged, and S is skipped.
    .filter((line) => /^[a-zS] /.test(line))
    .map((line) => line.slice(2))
    .filter((path) => asked.has(path));
  const edited: string[] = [];
  for (const path of flagged) {
    const content = await onDisk(workTree, "look at a file that git passes over", () =>
      contentAt(join(workTree, path)),
    );
    if (!content.ok) return content;
    // A sparse checkout has no file there.
    if (content.value === null) continue;
    const { bytes, isLink } = content.value;
    const form = isLink ? "--no-filters" : `--path=${path}`;
    const oid = await git.feed(["hash-object", "--stdin", form], bytes);
    if (!oid.ok) return oid;
    if (oid.value.toString("latin1").trim() !== before.get(path)?.oid) edited.push(path);
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
