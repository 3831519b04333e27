// What is in a file or folder, read without blocking, without surprise sizes, and never half old, half new?
// Synchronous: for the many small files of a workspace a thread hop costs more than the read.

import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readdirSync,
  readSync,
  type Stats,
  statSync,
} from "node:fs";
import { failed, type Result, success } from "../model/result.ts";
import { now } from "./clock.ts";
import { fileFailure, isAbsent, systemCode } from "./file-failure.ts";
import { restedStamp, type Stamp, sameStamp, stampFrom, stampOf } from "./stamp.ts";

export interface Entry {
  readonly name: string;
  readonly kind: "file" | "folder" | "link" | "special";
}

/** Content together with the stamp to remember for it. */
export interface StampedContent {
  readonly bytes: Uint8Array;
  readonly stamp: Stamp;
}

const READ_ATTEMPTS = 5;

/** Entries by code unit of their names. Fails with `io`, code `ENOENT` where there is no folder. */
export function listFolder(path: string): Result<readonly Entry[]> {
  try {
    const entries = readdirSync(path, { withFileTypes: true }).map((entry): Entry => {
      if (entry.isFile()) return { name: entry.name, kind: "file" };
      if (entry.isDirectory()) return { name: entry.name, kind: "folder" };
      return { name: entry.name, kind: entry.isSymbolicLink() ? "link" : "special" };
    });
    return success(entries.sort((a, b) => (a.name < b.name ? -1 : 1)));
  } catch (error) {
    return fileFailure(path, "list", error);
  }
}

/** What is at the path, links followed. A link that leads nowhere or to itself is a failure. */
export function kindBehind(path: string): Result<"file" | "folder" | "special"> {
  try {
    const stats = statSync(path);
    return success(stats.isFile() ? "file" : stats.isDirectory() ? "folder" : "special");
  } catch (error) {
    return fileFailure(path, "follow", error);
  }
}

/** Whether anything is at the path, a link that leads nowhere included. What cannot be looked at is a failure. */
export function isThere(path: string): Result<boolean> {
  try {
    lstatSync(path);
    return success(true);
  } catch (error) {
    return systemCode(error) === "ENOENT" ? success(false) : fileFailure(path, "look at", error);
  }
}

/** As `listFolder`; none where there is nothing. What cannot be looked into is a failure, and never empty. */
export function listIfThere(path: string): Result<readonly Entry[]> {
  const listed = listFolder(path);
  return listed.ok || !isAbsent(listed.failure) ? listed : success([]);
}

/**
 * The whole file, links followed. Fails with `io` and the system's code, `not-a-file` for a folder, FIFO, socket or
 * device (which is never opened for long enough to block), or `too-large` past `limit` bytes.
 */
export function readFileCapped(path: string, limit: number): Result<Uint8Array> {
  const reading = readOnce(path, limit);
  return reading.ok ? success(reading.value.bytes) : reading;
}

/** As `readFileCapped`; null where there is nothing. What cannot be looked at is a failure, and never nothing. */
export function readIfThere(path: string, limit: number): Result<Uint8Array | null> {
  const read = readFileCapped(path, limit);
  return read.ok || !isAbsent(read.failure) ? read : success(null);
}

/**
 * As `readFileCapped`, and of one moment: a file that changed under the reading is read again, and one that never
 * rests fails with code `changing`. The stamp is ready to be remembered (`restedStamp`).
 */
export function readSnapshot(path: string, limit: number): Result<StampedContent> {
  for (let attempt = 0; attempt < READ_ATTEMPTS; attempt += 1) {
    const readAt = now();
    const reading = readOnce(path, limit);
    if (!reading.ok) return reading;
    const { bytes, stamp } = reading.value;
    if (bytes.length !== stamp.size || !sameStamp(stamp, stampOf(path))) continue;
    const rested = restedStamp(stamp, readAt);
    // Within one step of the file system's clock a writer leaves no mark but the content.
    if (rested === stamp || readsAgain(path, limit, bytes)) return success({ bytes, stamp: rested });
  }
  return refused(path, "changing", `changed during each of ${READ_ATTEMPTS} readings`);
}

function readsAgain(path: string, limit: number, bytes: Uint8Array): boolean {
  const again = readOnce(path, limit);
  return again.ok && Buffer.compare(again.value.bytes, bytes) === 0;
}

function readOnce(path: string, limit: number): Result<StampedContent> {
  let descriptor: number | null = null;
  try {
    // Asked before opening, since to open a device can itself have effects; and again after, since it may be another.
    if (!statSync(path).isFile()) return notAFile(path);
    descriptor = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    const stats = fstatSync(descriptor);
    if (!stats.isFile()) return notAFile(path);
    const bytes = readUpTo(descriptor, limit + 1, stats);
    if (bytes.length > limit) return refused(path, "too-large", `more than ${limit} bytes`);
    return success({ bytes, stamp: stampFrom(stats) });
  } catch (error) {
    return fileFailure(path, "read", error);
  } finally {
    if (descriptor !== null) closeSync(descriptor);
  }
}

/** Goes on past the size that `stat` gave: the file may have grown, and under /proc sizes are zero. */
function readUpTo(descriptor: number, most: number, stats: Stats): Uint8Array {
  let buffer = Buffer.allocUnsafe(Math.min(most, stats.size + 1));
  let filled = 0;
  for (;;) {
    const count = readSync(descriptor, buffer, filled, buffer.length - filled, filled);
    filled += count;
    if (count === 0 || filled === most) return buffer.subarray(0, filled);
    if (filled === buffer.length) {
      buffer = Buffer.concat([buffer], Math.min(most, buffer.length * 2 + 4_096));
    }
  }
}

function notAFile(path: string): Result<never> {
  return refused(path, "not-a-file", "not a regular file");
}

function refused(path: string, code: string, message: string): Result<never> {
  return failed({ reason: "io", path, operation: "read", code, message });
}
