// Which files of a tree did a command read? Seen by the time of the last reading that the file system keeps: it moves
// when a file is read first after it was written. Some file systems are told not to keep it, so that is tried before.

import { lstatSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { Result } from "../model/result.ts";
import type { Tree } from "../model/tree.ts";
import { onDisk } from "./disk.ts";

/** Times of files move in ticks of up to 10 ms. */
const TICK_MS = 20;

/**
 * To be asked when a tree has just been written into a folder beside `probe`, and before the command starts: whether
 * `readSince` can tell afterwards. A reading in the tick of the writing would not show, so one tick passes.
 */
export function showsReads(probe: string): Promise<Result<boolean>> {
  return onDisk(probe, "look whether reading shows", async () => {
    writeFileSync(probe, "read me\n");
    await delay(TICK_MS);
    readFileSync(probe);
    const shows = isRead(probe);
    rmSync(probe);
    return shows;
  });
}

/** Files of the tree that were read since they were written. */
export function readSince(dir: string, tree: Tree): Promise<Result<readonly string[]>> {
  return onDisk(dir, "look what was read", async () =>
    [...tree].flatMap(([path, { mode }]) => (mode !== "160000" && isRead(join(dir, path)) ? [path] : [])),
  );
}

/** What a command removed or wrote anew was its own business, and counts as read. */
function isRead(path: string): boolean {
  const stats = lstatSync(path, { bigint: true, throwIfNoEntry: false });
  return stats === undefined || stats.atimeNs > stats.mtimeNs;
}
