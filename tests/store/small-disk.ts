// A disk that can be filled up: from then on no file below it grows, and what is written over or removed makes room.

import { fstatSync, statSync } from "node:fs";
import { DISK, type DurableIo } from "../../src/store/durable-io.ts";

export class SmallDisk implements DurableIo {
  readonly #place = new Map<number, number>();
  #free = Number.POSITIVE_INFINITY;

  fill(): void {
    this.#free = 0;
  }

  open(path: string, flags: "wx" | "a" | "r+", mode: number): number {
    const descriptor = DISK.open(path, flags, mode);
    this.#place.set(descriptor, flags === "a" ? fstatSync(descriptor).size : 0);
    return descriptor;
  }

  write(descriptor: number, bytes: Uint8Array, offset: number): number {
    const at = this.#place.get(descriptor) as number;
    const grows = Math.max(0, at + bytes.length - offset - fstatSync(descriptor).size);
    if (grows > this.#free) throw Object.assign(new Error("ENOSPC: no space left"), { code: "ENOSPC" });
    this.#free -= grows;
    const written = DISK.write(descriptor, bytes, offset);
    this.#place.set(descriptor, at + written);
    return written;
  }

  truncate(descriptor: number, length: number): void {
    this.#free += Math.max(0, fstatSync(descriptor).size - length);
    DISK.truncate(descriptor, length);
  }

  remove(path: string): void {
    const { size } = statSync(path);
    DISK.remove(path);
    this.#free += size;
  }

  sync = DISK.sync;
  syncData = DISK.syncData;
  close = DISK.close;
  rename = DISK.rename;
  makeFolder = DISK.makeFolder;
  syncFolder = DISK.syncFolder;
}
