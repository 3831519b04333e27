// How much disk does something take, and how much is left? Sizes are those of the contents; links are not followed.

import { lstatSync, readdirSync, statfsSync } from "node:fs";
import { join } from "node:path";
import { systemCode } from "./file-failure.ts";

/** Bytes of all files at and below a path. What goes away while it is counted, or cannot be looked at, counts nothing. */
export function bytesBelow(path: string): number {
  let bytes = 0;
  const waiting = [path];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    try {
      const stats = lstatSync(next);
      if (!stats.isDirectory()) bytes += stats.size;
      else for (const name of readdirSync(next)) waiting.push(join(next, name));
    } catch (error) {
      systemCode(error);
    }
  }
  return bytes;
}

/** Bytes that an ordinary user may still write where the folder is. */
export function bytesFree(folder: string): number {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
}
