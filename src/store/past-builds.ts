// What is kept of builds whose journals are gone? One small record per build, never pruned: a few hundred bytes each.
// It does not know what the figures mean.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Json } from "../model/digest.ts";
import { failed, type Result, success } from "../model/result.ts";
import { fileFailure, systemCode } from "../platform/file-failure.ts";
import { AppendFile } from "./append-file.ts";
import { DISK, type DurableIo } from "./durable-io.ts";
import { parseRecords, recordLine } from "./records.ts";

const FORMAT = 1;

/** Appends a record of a build. Asked for by the holder of the build lock alone. */
export async function appendHistory(
  store: string,
  record: Json,
  io: DurableIo = DISK,
): Promise<Result<void>> {
  const path = historyPath(store);
  const known = read(path);
  if (!known.ok) return known;
  const file = await AppendFile.open(path, known.value.whole, { io });
  if (!file.ok) return file;
  const lines = known.value.whole === 0 ? [recordLine(JSON.stringify({ history: FORMAT }))] : [];
  const appended = file.value.append(Buffer.concat([...lines, recordLine(JSON.stringify(record))]));
  const synced = appended.ok ? await file.value.sync() : appended;
  const closed = file.value.close();
  return synced.ok ? closed : synced;
}

/** The oldest first. Damaged records are left out. */
export function readHistory(store: string): Result<readonly Json[]> {
  const known = read(historyPath(store));
  return known.ok ? success(known.value.records) : known;
}

function historyPath(store: string): string {
  return join(store, "history.jsonl");
}

function read(path: string): Result<{ readonly records: readonly Json[]; readonly whole: number }> {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    if (systemCode(error) === "ENOENT") return success({ records: [], whole: 0 });
    return fileFailure(path, "read", error);
  }
  const { values, whole } = parseRecords(bytes);
  const records: Json[] = [];
  for (const value of values as readonly (Json & { readonly history?: number })[]) {
    if (value?.history === undefined) records.push(value);
    else if (value.history > FORMAT) {
      return failed({ reason: "newer-format", path, found: value.history, known: FORMAT });
    }
  }
  return success({ records, whole });
}
