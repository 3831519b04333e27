// What stands in calls.jsonl now? The one place that opens it, for the build that writes on and for those who only read.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { failed, type Result, success } from "../model/result.ts";
import { fileFailure, systemCode } from "../platform/file-failure.ts";
import { CALLS_FORMAT, type CallRecord } from "./call-record.ts";
import { parseRecords, type Records } from "./records.ts";

export interface CallFile {
  readonly path: string;
  readonly bytes: Uint8Array;
  readonly parsed: Records;
  /** In the order in which they were written; those that are damaged are left out. */
  readonly records: readonly CallRecord[];
}

/** `store` is `.factory/store`. Empty where there is no file; `newer-format` where a later version wrote it. */
export function readCallFile(store: string): Result<CallFile> {
  const path = join(store, "calls", "calls.jsonl");
  let bytes: Uint8Array = new Uint8Array();
  try {
    bytes = readFileSync(path);
  } catch (error) {
    if (systemCode(error) !== "ENOENT") return fileFailure(path, "read", error);
  }
  const parsed = parseRecords(bytes);
  const records = parsed.values as readonly CallRecord[];
  for (const record of records) {
    if (record.type === "calls" && record.format > CALLS_FORMAT) {
      return failed({ reason: "newer-format", path, found: record.format, known: CALLS_FORMAT });
    }
  }
  return success({ path, bytes, parsed, records });
}
