// How does the index of a project become the one that the factory has worked on, and what does a kill on the way leave behind?
// Its lock appears whole, by a hard link, and is held for one rename. It does not know what stands in an index.

import { link, readFile, rename, rm, stat, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Result } from "../model/result.ts";
import { onDisk, syncFolder, unlessMissing } from "./disk.ts";

/** `copy` is the factory's. The lock has its content, which is how `takeBackIndex` knows one of ours. */
export function replaceIndex(gitDir: string, copy: string): Promise<Result<null>> {
  const index = join(gitDir, "index");
  return onDisk(index, "replace the index", async () => {
    const draft = draftOf(index);
    const { mtimeMs } = await stat(copy);
    // One that a kill left may be the index itself by its other name: it is replaced, and never written to.
    await rm(draft, { force: true });
    await writeFile(draft, await readFile(copy), { flag: "wx", flush: true });
    await keepTime(draft, mtimeMs);
    await link(draft, `${index}.lock`);
    await rename(`${index}.lock`, index);
    await rm(draft);
    await syncFolder(gitDir);
    return null;
  });
}

/** Removes what a kill left beside the index while it was replaced. */
export function takeBackIndex(gitDir: string, copy: string): Promise<Result<null>> {
  const index = join(gitDir, "index");
  return onDisk(index, "remove what was left beside the index", async () => {
    const lock = `${index}.lock`;
    const content = await unlessMissing(readFile(lock));
    const ours = await unlessMissing(readFile(copy));
    if (content !== null && ours?.equals(content)) await rm(lock);
    await rm(draftOf(index), { force: true });
    return null;
  });
}

// git takes a file for changed when it is not older than the index. A copy must not look younger than its original.
export async function keepTime(path: string, mtimeMs: number): Promise<void> {
  const time = new Date(Math.floor(mtimeMs));
  await utimes(path, time, time);
}

function draftOf(index: string): string {
  return `${index}.factory`;
}
