// What does /proc say at this moment? Its files tell no size, and Node's readFileSync takes 64 KiB for each read of what has
// none: over a whole table of processes that is most of the cost of a look.
//
// Whoever cannot look takes what still runs for gone. So a descriptor is held in reserve, for looks where the process has no
// other left.

import { closeSync, openSync, readdirSync, readSync } from "node:fs";
import { isCrowded } from "./open-files.ts";

/** Grown where a file did not fit. Nothing is awaited while it is in use. */
let buffer = Buffer.allocUnsafeSlow(8192);
let reserve: number | null = null;

/** To be called before anything is started. */
export function reserveForLooks(): void {
  try {
    reserve ??= openSync("/dev/null", "r");
  } catch (error) {
    if (!isCrowded(error)) throw error;
  }
}

/** As Latin-1. Empty where it cannot be read: a process may leave while it is looked at, and others show no stranger theirs. */
export function procText(path: string): string {
  let file: number;
  try {
    file = looked(() => openSync(path, "r"));
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
    reserveForLooks();
  }
}

/** Names in a folder of /proc. */
export function procNames(folder: string): readonly string[] {
  try {
    return looked(() => readdirSync(folder));
  } finally {
    reserveForLooks();
  }
}

function looked<T>(look: () => T): T {
  try {
    return look();
  } catch (error) {
    if (reserve === null || !isCrowded(error)) throw error;
    closeSync(reserve);
    reserve = null;
    return look();
  }
}
