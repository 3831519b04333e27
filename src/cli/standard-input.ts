// What came on stdin?

import { readFileSync } from "node:fs";
import { type Result, success } from "../model/result.ts";
import { fileFailure } from "../platform/file-failure.ts";
import type { SourceFile } from "../spec/read/source.ts";

/** Reads to its end. Fails where it is closed or no file to read. */
export function standardInput(): Result<SourceFile> {
  try {
    return success({ path: "stdin", bytes: readFileSync(0) });
  } catch (error) {
    return fileFailure("stdin", "read", error);
  }
}
