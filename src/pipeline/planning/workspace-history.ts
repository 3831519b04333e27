// What did a file of the workspace say before? Every version that git's history holds, newest first, for what the store
// has lost. Nothing is checked out, and neither a person's configuration nor their hooks take part.

import type { Oid } from "../../model/tree.ts";
import { readBlobs } from "../../workspaces/objects.ts";
import { workspaceRepository } from "../../workspaces/workspace-repository.ts";

/** How far back is looked. */
const VERSIONS = 500;

/** `path` is relative to the workspace. None where there is no repository, or git cannot be asked. */
export async function* versionsOf(root: string, path: string): AsyncGenerator<Uint8Array> {
  const repository = await workspaceRepository(root);
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
  const log = await git.ask([...raw, "--", prefix + path], "", [0, 128]);
  if (!log.ok || log.value.code !== 0) return;
  const lines = log.value.stdout.toString("utf8").split("\n");
  const ids = new Set(
    lines.flatMap((line) => /^:\d+ \d+ [0-9a-f]+ ([0-9a-f]+) [AM]\t/.exec(line)?.[1] ?? []),
  );
  for (const id of ids) {
    const read = await readBlobs(git, [id as Oid]);
    const bytes = read.ok ? read.value[0] : undefined;
    if (bytes !== undefined) yield bytes;
  }
}

/** Whether the file's content of now is one that git's history holds, so that writing over it loses nothing. */
export async function isInHistory(root: string, path: string, bytes: Uint8Array): Promise<boolean> {
  for await (const version of versionsOf(root, path)) if (Buffer.compare(version, bytes) === 0) return true;
  return false;
}
