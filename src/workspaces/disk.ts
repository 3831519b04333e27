// How does an error of the file system become a Failure? The one place of this folder that knows.

import { type FileHandle, open, readdir, rename, rm, utimes } from "node:fs/promises";
import { dirname } from "node:path";
import { failed, type Result, success } from "../model/result.ts";
import { now } from "../platform/clock.ts";

/** Runs one file-system action; a system error becomes the failure `io`, anything else is a bug and is thrown. */
export async function onDisk<T>(
  path: string,
  operation: string,
  action: () => Promise<T>,
): Promise<Result<T>> {
  try {
    return success(await action());
  } catch (error) {
    const code = errorCode(error);
    if (code === null) throw error;
    return failed({ reason: "io", path, operation, code, message: (error as Error).message });
  }
}

/**
 * Like the action itself, but null where its path does not exist. Other errors are thrown. Nothing lies below a file, so
 * that is an absence, too; whoever lists a folder asks `namesIn`, for a file in its place is not an empty folder.
 */
export async function unlessMissing<T>(action: Promise<T>): Promise<T | null> {
  try {
    return await action;
  } catch (error) {
    const code = errorCode(error);
    if (code === "ENOENT" || code === "ENOTDIR") return null;
    throw error;
  }
}

/** Names in the folder, none where it does not exist. A file in its place is an error, and is thrown. */
export async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (errorCode(error) === "ENOENT") return [];
    throw error;
  }
}

const DAY_MS = 24 * 60 * 60 * 1000;

/** Marks what is kept between builds as asked for, for whoever takes away what nobody asks for. A hint, once a day. */
export async function inUse(path: string, { mtimeMs }: { readonly mtimeMs: number }): Promise<void> {
  const time = now();
  if (mtimeMs < time - DAY_MS) await utimes(path, time / 1000, time / 1000).catch(() => {});
}

/** Replaces a file so that a crash leaves the old or the new content, and a success is on the disk. */
export async function replaceFile(path: string, content: Uint8Array | string): Promise<void> {
  const draft = `${path}.${process.pid}.draft`;
  try {
    await withHandle(draft, "w", async (handle) => {
      await handle.writeFile(content);
      await handle.sync();
    });
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
  await syncFolder(dirname(path));
}

export async function syncFolder(path: string): Promise<void> {
  await withHandle(path, "r", (handle) => handle.sync());
}

async function withHandle<T>(
  path: string,
  flags: string,
  use: (handle: FileHandle) => Promise<T>,
): Promise<T> {
  const handle = await open(path, flags);
  try {
    return await use(handle);
  } finally {
    await handle.close();
  }
}

function errorCode(error: unknown): string | null {
  const code = error instanceof Error && "code" in error ? error.code : null;
  return typeof code === "string" ? code : null;
}
