// What did a file of the workspace say before? Every version that git's history holds, newest first, for what the store
// has lost. Nothing is checked out, and neither a person's configuration nor their hooks take part.

import { type Result, success } from "../../model/result.ts";
import type { Oid } from "../../model/tree.ts";
import { readBlobs } from "../../workspaces/objects.ts";
import { workspaceRepository } from "../../workspaces/workspace-repository.ts";

/** How far back is looked. */
const VERSIONS = 500;

/** `path` is relative to the workspace. None where there is no repository; where git cannot tell, the last is a failure. */
export async function* versionsOf(root: string, path: string): AsyncGenerator<Result<Uint8Array>> {
  const repository = await workspaceRepository(root);
  if (!repository.ok) yield repository;
  if (!repository.ok || repository.value === null) return;
  const { git, prefix } = repository.value;
  const raw = [
    "log",
    "--all",
    `--max-count=${VERSIONS}`,
    "--format=",
    "--raw",
    "--no-abbrev",
    "--no-renames",
  ];
  const log = await git.feed([...raw, "--", prefix + path]);
  if (!log.ok) yield log;
  if (!log.ok) return;
  const lines = log.value.toString("utf8").split("\n");
  const ids = new Set(
    lines.flatMap((line) => /^:\d+ \d+ [0-9a-f]+ ([0-9a-f]+) [AM]\t/.exec(line)?.[1] ?? []),
  );
  for (const id of ids) {
    const read = await readBlobs(git, [id as Oid]);
    if (!read.ok) {
      yield read;
      return;
    }
    yield success(read.value[0] as Uint8Array);
  }
}

/** The newest version that is the one; null where git's history holds none. */
export async function versionThat(
  root: string,
  path: string,
  isTheOne: (bytes: Uint8Array) => boolean,
): Promise<Result<Uint8Array | null>> {
  for await (const version of versionsOf(root, path)) {
    if (!version.ok || isTheOne(version.value)) return version;
  }
  return success(null);
}
