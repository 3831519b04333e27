// What lies in the repository of a folder, as far as a proposal needs it? Files that git tracks and would track, and the
// texts of those that speak of tools.

import { join } from "node:path";
import { type Result, success } from "../../model/result.ts";
import { isThere, readFileCapped } from "../../platform/files.ts";
import { isManifest, type Listing } from "../../spec/survey/listing.ts";
import { workspaceRepository } from "../../workspaces/workspace-repository.ts";

/** More than the lockfile of a large workspace. */
const MANIFEST_BYTES = 64 * 1024 * 1024;

export type Surveyed =
  | { readonly listing: Listing; readonly hasCommit: boolean }
  /** The folder is a part of a repository, at whose root the workspace belongs. */
  | { readonly partOf: string };

/** Null where the folder is in no repository. */
export async function surveyFolder(root: string): Promise<Result<Surveyed | null>> {
  const found = await workspaceRepository(root);
  if (!found.ok) return found;
  if (found.value === null) return success(null);
  const { git, prefix } = found.value;
  if (prefix !== "") return success({ partOf: prefix.replace(/\/$/, "") });
  const listed = await git.feed(["ls-files", "-z", "--cached", "--others", "--exclude-standard"]);
  if (!listed.ok) return listed;
  const head = await git.ask(["rev-parse", "--verify", "--quiet", "HEAD"], "", [0, 1]);
  if (!head.ok) return head;
  const paths = [...new Set(listed.value.toString("utf8").split("\0"))].filter((path) => path !== "").sort();
  const texts = new Map<string, string>();
  for (const path of paths.filter(isManifest)) {
    const file = join(root, path);
    const there = isThere(file);
    if (!there.ok) return there;
    // Deleted, and not committed yet.
    if (!there.value) continue;
    const read = readFileCapped(file, MANIFEST_BYTES);
    if (!read.ok) return read;
    texts.set(path, Buffer.from(read.value).toString("utf8"));
  }
  return success({ listing: { paths, texts }, hasCommit: head.value.code === 0 });
}
