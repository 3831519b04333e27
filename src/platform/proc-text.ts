// What does a file of /proc say at this moment? Such files tell no size, and Node's readFileSync takes 64 KiB for each read
// of what has none: over a whole table of processes that is most of the cost of a look.

import { closeSync, openSync, readSync } from "node:fs";

/** Grown where a file did not fit. Nothing is awaited while it is in use. */
let buffer = Buffer.allocUnsafeSlow(8192);

/** As Latin-1. Empty where it cannot be read: a process may leave while it is looked at, and others show no stranger theirs. */
export function procText(path: string): string {
  let file: number;
  try {
    file = openSync(path, "r");
  } catch {
    return "";
  }
  try {
    let end = 0;
    for (;;) {
      if (end === buffer.length) buffer = Buffer.concat([buffer], 2 * buffer.length);
      const bytes = readSync(file, buffer, end, buffer.length - end, null);
      if (bytes === 0) return buffer.toString("latin1", 0, end);
      end += bytes;
    }
  } catch {
    return "";
  } finally {
    closeSync(file);
  }
}
