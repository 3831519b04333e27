// Did whoever worked in a worktree leave its place?

import type { Dirent } from "node:fs";
import { readdir } from "node:fs/promises";
import { basename, dirname } from "node:path";
import type { Worktree } from "./worktree.ts";

/** Something that appeared beside the worktree, or in its place: what it was made for cannot be known, only that it left its place. */
export async function strayBeside({ dir }: Pick<Worktree, "dir">): Promise<string | null> {
  const entries = await readdir(dirname(dir), { withFileTypes: true });
  // A link in its place would have us read files that nobody laid.
  const isStray = (entry: Dirent) => entry.name !== basename(dir) || !entry.isDirectory();
  return entries.find(isStray)?.name ?? null;
}
