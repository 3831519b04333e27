// Which projects does projects.yaml declare, now or at a commit, and in which folders do features lie by that? For who needs
// that alone, and reads no other source.

import { join } from "node:path";
import type { Project } from "../../model/project.ts";
import { failed, type Result, success } from "../../model/result.ts";
import { SPECS, specFolders } from "../../model/spec-folders.ts";
import type { Workspace } from "../../model/workspace.ts";
import { isThere, readFileCapped, readIfThere } from "../../platform/files.ts";
import type { Git } from "../../workspaces/git.ts";

const FILE = "projects.yaml";
const FILE_BYTES = 1024 * 1024;

/** As the working copy declares them. Fails with `invalid-spec` where what it says cannot be understood. */
export async function declaredSpecFolders(root: string): Promise<Result<readonly string[]>> {
  const read = readIfThere(join(root, FILE), FILE_BYTES);
  if (!read.ok) return read;
  if (read.value === null) return success([SPECS]);
  const { value, diagnostics } = await parsed(read.value);
  return value === null
    ? failed({ reason: "invalid-spec", diagnostics })
    : success(specFolders(value.projects));
}

/** As the working copy declares it, for who reads no feature. Fails as `declaredSpecFolders`, and with `io` where it is not there. */
export async function declaredWorkspace(root: string): Promise<Result<Workspace>> {
  const path = join(root, FILE);
  const read = readFileCapped(path, FILE_BYTES);
  if (!read.ok) return read;
  const { value, diagnostics } = await parsed(read.value);
  const isSound = diagnostics.every(({ severity }) => severity !== "error");
  return value === null || !isSound ? failed({ reason: "invalid-spec", diagnostics }) : success(value);
}

/** Null where the commit declares nothing that can be understood. `prefix` is the path of the workspace in its repository. */
export async function projectsAt(
  { git, prefix }: { readonly git: Git; readonly prefix: string },
  commit: string,
): Promise<Result<readonly Project[] | null>> {
  const path = `${prefix}${FILE}`;
  const entry = await git.feed(["ls-tree", "--full-tree", commit, "--", path]);
  if (!entry.ok) return entry;
  if (!entry.value.toString("utf8").startsWith("100")) return success(null);
  const bytes = await git.feed(["cat-file", "blob", `${commit}:${path}`]);
  return bytes.ok ? success((await parsed(bytes.value)).value?.projects ?? null) : bytes;
}

/** Folders of that name, in whatever folder of features. */
export function foldersOf(
  root: string,
  specs: readonly string[],
  feature: string,
): Result<readonly string[]> {
  const found: string[] = [];
  for (const folder of specs.map((one) => `${one}/${feature}`)) {
    const there = isThere(join(root, folder));
    if (!there.ok) return there;
    if (there.value) found.push(folder);
  }
  return success(found);
}

async function parsed(bytes: Uint8Array) {
  const { CATALOGUE } = await import("../../agents/agent-kinds.ts");
  const { parseWorkspace } = await import("../../spec/read/parse-workspace.ts");
  return parseWorkspace({ path: FILE, bytes }, CATALOGUE);
}
