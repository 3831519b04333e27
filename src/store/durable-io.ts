// What does a durable write ask of the disk? A port as narrow as the system's own calls, so that a test can record
// every step and rebuild the disk as a crash after any of them would have left it.

import {
  closeSync,
  fdatasync,
  fsync,
  ftruncateSync,
  mkdirSync,
  openSync,
  renameSync,
  unlinkSync,
  writeSync,
} from "node:fs";
import { promisify } from "node:util";

/**
 * Every call throws (or rejects) as `node:fs` does. Only what waits for the disk is asynchronous: the other calls
 * end in the page cache, sooner than a hop to another thread would.
 */
export interface DurableIo {
  /** `wx` makes a new file; `a` and `r+` open one for appending or cutting, `a` making it where there is none. */
  open(path: string, flags: "wx" | "a" | "r+", mode: number): number;
  /** Returns how many bytes from `offset` on were taken, which may be fewer than there are. */
  write(descriptor: number, bytes: Uint8Array, offset: number): number;
  truncate(descriptor: number, length: number): void;
  sync(descriptor: number): Promise<void>;
  /** As `sync`, without waiting for time stamps. */
  syncData(descriptor: number): Promise<void>;
  close(descriptor: number): void;
  rename(from: string, to: string): void;
  remove(path: string): void;
  /** Makes the folder and those above it. Returns the topmost one made, or null where all were there. */
  makeFolder(path: string): string | null;
  /** Makes the entries of a folder durable: what was made, renamed or removed in it. */
  syncFolder(path: string): Promise<void>;
}

const fsyncAsync = promisify(fsync);
const fdatasyncAsync = promisify(fdatasync);

export const DISK: DurableIo = {
  open: openSync,
  write: (descriptor, bytes, offset) => writeSync(descriptor, bytes, offset),
  truncate: ftruncateSync,
  sync: fsyncAsync,
  syncData: fdatasyncAsync,
  close: closeSync,
  rename: renameSync,
  remove: unlinkSync,
  makeFolder: (path) => mkdirSync(path, { recursive: true }) ?? null,
  async syncFolder(path) {
    // Windows opens no folders, and keeps their entries in a journal of its own.
    if (process.platform === "win32") return;
    const descriptor = openSync(path, "r");
    try {
      await fsyncAsync(descriptor);
    } finally {
      closeSync(descriptor);
    }
  },
};
