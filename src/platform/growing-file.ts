// What was appended to a file since somebody looked? For whoever reads along while another process writes.

import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { type Result, success } from "../model/result.ts";
import { fileFailure, systemCode } from "./file-failure.ts";

export interface Appended {
  readonly bytes: Uint8Array;
  /** Where to read on. */
  readonly next: number;
}

/** `from` 0 at first, and then the `next` of the time before; a file that became shorter is read from its beginning. Null: it is not there. */
export function appendedTo(path: string, from: number): Result<Appended | null> {
  try {
    const file = openSync(path, "r");
    try {
      const { size } = fstatSync(file);
      const start = size < from ? 0 : from;
      const bytes = Buffer.alloc(size - start);
      const length = readSync(file, bytes, 0, bytes.length, start);
      return success({ bytes: bytes.subarray(0, length), next: start + length });
    } finally {
      closeSync(file);
    }
  } catch (error) {
    return systemCode(error) === "ENOENT" ? success(null) : fileFailure(path, "read", error);
  }
}
