// How does a log grow without a torn middle? One open file whose end is always the end of a whole append.
// It does not know what a record is.

import { fstatSync } from "node:fs";
import { dirname } from "node:path";
import { type Result, success } from "../model/result.ts";
import { fileFailure } from "../platform/file-failure.ts";
import { whenNotCrowded } from "../platform/open-files.ts";
import { makeFolder, type WriteOptions, writeAll } from "./durable.ts";
import { DISK, type DurableIo } from "./durable-io.ts";

/**
 * Appends one after the other, in the order of the calls. What a failed append left is cut off again; where even
 * that fails, every later append is refused, since a record after a torn one could not be found again.
 */
export class AppendFile {
  readonly path: string;
  readonly #descriptor: number;
  readonly #io: DurableIo;
  #length: number;
  #broken: Result<never> | null = null;
  #closed = false;

  private constructor(path: string, descriptor: number, io: DurableIo) {
    this.path = path;
    this.#descriptor = descriptor;
    this.#io = io;
    this.#length = fstatSync(descriptor).size;
  }

  /** Makes the file and its folder where they are missing; with `keep`, cuts it to that many bytes first. */
  static async open(
    path: string,
    keep: number | null,
    { mode = 0o600, derived = false, io = DISK }: WriteOptions = {},
  ): Promise<Result<AppendFile>> {
    const folder = await makeFolder(dirname(path), { derived, io });
    if (!folder.ok) return folder;
    try {
      const descriptor = await whenNotCrowded(() => io.open(path, "a", mode));
      const file = new AppendFile(path, descriptor, io);
      if (keep !== null && keep < file.#length) file.#cut(keep);
      if (!derived) await whenNotCrowded(() => io.syncFolder(dirname(path)));
      return success(file);
    } catch (error) {
      return fileFailure(path, "open", error);
    }
  }

  /** Into the page cache: survives the process, not a power cut. */
  append(bytes: Uint8Array): Result<void> {
    if (this.#broken !== null) return this.#broken;
    try {
      writeAll(this.#io, this.#descriptor, bytes);
      this.#length += bytes.length;
      return success(undefined);
    } catch (error) {
      const failure = fileFailure(this.path, "append", error);
      try {
        this.#cut(this.#length);
      } catch {
        this.#broken = failure;
      }
      return failure;
    }
  }

  /** Everything appended so far, onto the disk. After a failure nothing is known of any of it: the file is done. */
  async sync(): Promise<Result<void>> {
    if (this.#broken !== null) return this.#broken;
    try {
      await this.#io.syncData(this.#descriptor);
      return success(undefined);
    } catch (error) {
      this.#broken = fileFailure(this.path, "sync", error);
      return this.#broken;
    }
  }

  /** Does not sync. A second call does nothing; an append after it is a bug. */
  close(): Result<void> {
    if (this.#closed) return success(undefined);
    this.#closed = true;
    try {
      this.#io.close(this.#descriptor);
      return success(undefined);
    } catch (error) {
      return fileFailure(this.path, "close", error);
    }
  }

  #cut(length: number): void {
    this.#io.truncate(this.#descriptor, length);
    this.#length = length;
  }
}
