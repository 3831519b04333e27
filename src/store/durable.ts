// How does a file come to be on disk whole, and stay there? The one module that writes files of the store and of the
// specs: temporary file beside the target, every byte, fsync, rename, fsync of the folder. It knows no formats.

import { randomBytes } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { type Result, success } from "../model/result.ts";
import { fileFailure, systemCode } from "../platform/file-failure.ts";
import { whenNotCrowded } from "../platform/open-files.ts";
import { DISK, type DurableIo } from "./durable-io.ts";

/** How to write. What is `derived` can be made again for nothing: it is never torn, but waits for no disk. */
export interface WriteOptions {
  readonly mode?: number;
  readonly derived?: boolean;
  readonly io?: DurableIo;
}

/** Bytes of the disk that are kept free for a file that is still to come, as a temporary file beside it. */
export interface Room {
  readonly temp: string;
}

const TEMP = /^\.tmp-[0-9a-f]{12}~/;

/**
 * Replaces or makes the file: a reader sees the old content or the new, and after success a power cut leaves the
 * new. Missing folders are made. Fails with `io` naming the step; the old content then stands.
 */
export async function writeDurably(
  path: string,
  bytes: Uint8Array | string,
  { mode = 0o666, derived = false, io = DISK, room }: WriteOptions & { readonly room?: Room } = {},
): Promise<Result<void>> {
  const content = typeof bytes === "string" ? Buffer.from(bytes) : bytes;
  const folder = dirname(path);
  const temp = room?.temp ?? tempFor(path);
  const opened =
    (room === undefined ? null : await openRoom(room, io)) ?? (await openNew(temp, mode, { derived, io }));
  if (!opened.ok) return opened;
  try {
    try {
      writeAll(io, opened.value, content);
      if (room !== undefined) io.truncate(opened.value, content.length);
      if (!derived) await io.sync(opened.value);
    } finally {
      io.close(opened.value);
    }
    renameOver(io, temp, path, content);
  } catch (error) {
    discard(io, temp);
    return fileFailure(path, "write", error);
  }
  try {
    if (!derived) await whenNotCrowded(() => io.syncFolder(folder));
    return success(undefined);
  } catch (error) {
    return fileFailure(folder, "sync folder", error);
  }
}

/**
 * Keeps `bytes` of the disk free for a file at `path`, so that it is known before what it will hold is paid for: there is
 * space, and it may be written there. Ends by `writeDurably` with the room, or by `freeRoom`. A file that comes out longer
 * than its room takes the rest as any file does.
 */
export async function keepRoom(
  path: string,
  bytes: number,
  { mode = 0o666, io = DISK }: WriteOptions = {},
): Promise<Result<Room>> {
  const temp = tempFor(path);
  const opened = await openNew(temp, mode, { derived: false, io });
  if (!opened.ok) return opened;
  try {
    try {
      writeAll(io, opened.value, Buffer.alloc(bytes));
    } finally {
      io.close(opened.value);
    }
    return success({ temp });
  } catch (error) {
    discard(io, temp);
    return fileFailure(path, "keep room for", error);
  }
}

export function freeRoom({ temp }: Room, { io = DISK }: WriteOptions = {}): void {
  discard(io, temp);
}

/** Chance decides where each process begins to count, so that no two that write at once have a name in common. */
let lastTemp = randomBytes(6).readUIntBE(0, 6);

function tempFor(path: string): string {
  lastTemp = (lastTemp + 1) % 2 ** 48;
  const number = lastTemp.toString(16).padStart(12, "0");
  return join(dirname(path), `.tmp-${number}~${basename(path).slice(0, 80)}`);
}

/** Null where somebody took the room away: then the file is one like any other. */
async function openRoom({ temp }: Room, io: DurableIo): Promise<Result<number> | null> {
  try {
    return success(await whenNotCrowded(() => io.open(temp, "r+", 0)));
  } catch (error) {
    return systemCode(error) === "ENOENT" ? null : fileFailure(temp, "open", error);
  }
}

/** Removes the file; one that is not there is success. */
export async function removeDurably(
  path: string,
  { derived = false, io = DISK }: WriteOptions = {},
): Promise<Result<void>> {
  try {
    io.remove(path);
    if (!derived) await whenNotCrowded(() => io.syncFolder(dirname(path)));
    return success(undefined);
  } catch (error) {
    if (systemCode(error) === "ENOENT") return success(undefined);
    return fileFailure(path, "remove", error);
  }
}

/** Moves a file, replacing what is there. Both folders must exist. */
export async function renameDurably(
  from: string,
  to: string,
  { derived = false, io = DISK }: WriteOptions = {},
): Promise<Result<void>> {
  try {
    io.rename(from, to);
    if (!derived) {
      await whenNotCrowded(() => io.syncFolder(dirname(to)));
      if (dirname(from) !== dirname(to)) await whenNotCrowded(() => io.syncFolder(dirname(from)));
    }
    return success(undefined);
  } catch (error) {
    return fileFailure(from, "rename", error);
  }
}

/** Makes the folder and those above it; one that is there is success. */
export async function makeFolder(
  path: string,
  { derived = false, io = DISK }: WriteOptions = {},
): Promise<Result<void>> {
  try {
    const top = io.makeFolder(path);
    if (top === null || derived) return success(undefined);
    // From the folder that got the topmost new one down to the one that got the last.
    for (let folder = dirname(path); ; folder = dirname(folder)) {
      await whenNotCrowded(() => io.syncFolder(folder));
      if (folder === dirname(top) || folder === dirname(folder)) return success(undefined);
    }
  } catch (error) {
    return fileFailure(path, "make folder", error);
  }
}

/** All bytes, though the disk may take a few at a time. */
export function writeAll(io: DurableIo, descriptor: number, bytes: Uint8Array): void {
  for (let written = 0; written < bytes.length; ) written += io.write(descriptor, bytes, written);
}

/**
 * Removes temporary files that a crash left below `folder`, so many folders deep, and that are older than `graceMs` at
 * `now` (ms since the epoch). Returns how many. A folder that is not there has none.
 */
export async function sweepTemps(
  folder: string,
  now: number,
  graceMs: number,
  depth = Number.POSITIVE_INFINITY,
): Promise<Result<number>> {
  const temps = findTemps(folder, now, graceMs, depth);
  if (!temps.ok) return temps;
  for (const path of temps.value) {
    const removed = await removeDurably(path, { derived: true });
    if (!removed.ok) return removed;
  }
  return success(temps.value.length);
}

/** The files that `sweepTemps` would remove. */
export function findTemps(
  folder: string,
  now: number,
  graceMs: number,
  depth = Number.POSITIVE_INFINITY,
): Result<readonly string[]> {
  const found: string[] = [];
  try {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) {
        if (depth === 0) continue;
        const below = findTemps(path, now, graceMs, depth - 1);
        if (!below.ok) return below;
        found.push(...below.value);
      } else if (TEMP.test(entry.name) && statSync(path).mtimeMs <= now - graceMs) {
        found.push(path);
      }
    }
    return success(found);
  } catch (error) {
    if (systemCode(error) === "ENOENT") return success(found);
    return fileFailure(folder, "sweep", error);
  }
}

async function openNew(
  path: string,
  mode: number,
  options: { readonly derived: boolean; readonly io: DurableIo },
): Promise<Result<number>> {
  // The folder is nearly always there, and to find out by opening costs nothing.
  for (let folderMade = false; ; folderMade = true) {
    try {
      return success(await whenNotCrowded(() => options.io.open(path, "wx", mode)));
    } catch (error) {
      if (folderMade || systemCode(error) !== "ENOENT") return fileFailure(path, "create", error);
    }
    const folder = await makeFolder(dirname(path), options);
    if (!folder.ok) return folder;
  }
}

/** Windows refuses to replace a file that somebody has open; where that file already says the same, all is well. */
function renameOver(io: DurableIo, temp: string, path: string, content: Uint8Array): void {
  try {
    io.rename(temp, path);
  } catch (error) {
    if (!["EEXIST", "EPERM", "EACCES"].includes(systemCode(error)) || !holds(path, content)) throw error;
    io.remove(temp);
  }
}

function holds(path: string, content: Uint8Array): boolean {
  try {
    return readFileSync(path).equals(content);
  } catch {
    return false;
  }
}

/** The first failure is the one to tell; a temporary file that stays is swept later. */
function discard(io: DurableIo, temp: string): void {
  try {
    io.remove(temp);
  } catch {}
}
