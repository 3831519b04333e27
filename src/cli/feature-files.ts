// How do the files of a new feature reach the disk? All at once: they are made in a folder that no reader looks into,
// and its name is changed last, so a crash leaves no half of a feature.

import { mkdir, readdir, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { wholeFile } from "../model/place.ts";
import { failed, type Result, success } from "../model/result.ts";
import { isThere } from "../platform/files.ts";
import { makeFolder, renameDurably, writeDurably } from "../store/durable.ts";
import { onDisk } from "../workspaces/disk.ts";

/** Folders among features whose names begin so are drafts; no feature's name begins with a dot. */
const DRAFT_PREFIX = ".new-";

/** `folder`, from the root, must not exist. */
export async function writeFeature(
  root: string,
  folder: string,
  files: Readonly<Record<string, string>>,
): Promise<Result<void>> {
  const specs = join(root, dirname(folder));
  const feature = basename(folder);
  const draft = join(specs, `${DRAFT_PREFIX}${feature}-${process.pid}`);
  const ready = await makeFolder(specs);
  if (!ready.ok) return ready;
  const cleared = await onDisk(draft, "make room for the feature", async () => {
    for (const name of await readdir(specs)) {
      if (name.startsWith(`${DRAFT_PREFIX}${feature}-`))
        await rm(join(specs, name), { recursive: true, force: true });
    }
    await mkdir(draft);
  });
  if (!cleared.ok) return cleared;
  const written = await fill(draft, join(specs, feature), files);
  if (written.ok) return written;
  const removed = await onDisk(draft, "remove the draft", () => rm(draft, { recursive: true, force: true }));
  return removed.ok ? written : removed;
}

async function fill(
  draft: string,
  folder: string,
  files: Readonly<Record<string, string>>,
): Promise<Result<void>> {
  for (const [name, text] of Object.entries(files)) {
    const written = await writeDurably(join(draft, name), text);
    if (!written.ok) return written;
  }
  // A folder that somebody made meanwhile is theirs.
  const there = isThere(folder);
  if (!there.ok) return there;
  if (there.value) {
    const message = `${folder} already exists`;
    return failed({
      reason: "usage",
      message,
      fix: "Choose another name, or edit that feature.",
      place: wholeFile(folder),
    });
  }
  return renameDurably(draft, folder);
}

/** A folder of the workspace with files by path, made whole before it takes its name. */
export async function writeFolder(
  root: string,
  folder: string,
  files: Readonly<Record<string, string>>,
  { replace }: { readonly replace: boolean },
): Promise<Result<void>> {
  const target = join(root, folder);
  const draft = join(dirname(target), `.new-${basename(target)}-${process.pid}`);
  const old = `${draft}.old`;
  const away = (path: string) => onDisk(path, "remove", () => rm(path, { recursive: true, force: true }));
  for (const path of [draft, old]) {
    const cleared = await away(path);
    if (!cleared.ok) return cleared;
  }
  for (const [path, text] of Object.entries(files)) {
    const ready = await makeFolder(dirname(join(draft, path)));
    if (!ready.ok) return ready;
    const written = await writeDurably(join(draft, path), text);
    if (!written.ok) return written;
  }
  const there = replace ? isThere(target) : success(false);
  if (!there.ok) return there;
  if (there.value) {
    const moved = await renameDurably(target, old);
    if (!moved.ok) return moved;
  }
  const placed = await renameDurably(draft, target);
  if (!placed.ok) return placed;
  return away(old);
}
