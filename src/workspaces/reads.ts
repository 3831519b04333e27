// Which files of a tree did a command read? Seen by the time of the last reading that the file system keeps: it moves
// when a file is read first after it was written. Some file systems are told not to keep it, so that is tried before.

import { existsSync, lstatSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { Result } from "../model/result.ts";
import type { Tree } from "../model/tree.ts";
import { onDisk } from "./disk.ts";

/** Times of files move in ticks of up to 10 ms. */
const TICK_MS = 20;

/**
 * To be asked when a tree has just been written into a folder beside `probe`, and before the command starts: since
 * when `readSince` can tell, or null where it cannot. A reading in the tick of the writing would not show, so one tick passes.
 */
export function showsReads(probe: string): Promise<Result<bigint | null>> {
  return onDisk(probe, "look whether reading shows", async () => {
    writeFileSync(probe, "read me\n");
    await delay(TICK_MS);
    const { ctimeNs } = lstatSync(probe, { bigint: true });
    readFileSync(probe);
    const shows = isRead(probe, ctimeNs);
    rmSync(probe);
    return shows ? ctimeNs : null;
  });
}

/**
 * To be done before the command starts. git reads a file again that is of the same second as its index, and a command that
 * asks for the state of a repository, such as one that makes a version of it, would have read all of them.
 */
export function ageIndex(dir: string): Promise<Result<null>> {
  const index = join(dir, ".git", "index");
  return onDisk(index, "set the time of an index", async () => {
    const nextSecond = Math.floor(Date.now() / 1000) + 1;
    if (existsSync(index)) utimesSync(index, nextSecond, nextSecond);
    return null;
  });
}

/** Files of the tree that were read since they were written, or changed since then. */
export function readSince(dir: string, tree: Tree, since: bigint): Promise<Result<readonly string[]>> {
  return onDisk(dir, "look what was read", async () =>
    [...tree].flatMap(([path, { mode }]) =>
      mode !== "160000" && isRead(join(dir, path), since) ? [path] : [],
    ),
  );
}

/** What a command removed or wrote anew was its own business, and counts as read. */
function isRead(path: string, since: bigint): boolean {
  const stats = lstatSync(path, { bigint: true, throwIfNoEntry: false });
  return stats === undefined || stats.atimeNs > stats.mtimeNs || stats.ctimeNs > since;
}
