// What is known of each slot? One small file per slot, beside its folder:
//
//   slots/<n>.json     this record        slots/<n>/tree   the folder in which stages work, alone in its own
//                                          between builds slots/<n>/node_modules
//   slots/<n>.index    what git laid      slots/<n>.stamp  what its setup left
//   slots/<n>.scratch  reports of gates, in a folder for each lease
//
// Derived: to a build, a slot whose record cannot be read is as if it had never been used.

import { join } from "node:path";
import { failed, type Result, success } from "../model/result.ts";
import type { SlotRecord } from "../model/slot.ts";
import { listFolder, readIfThere } from "../platform/files.ts";
import { writeDurably } from "./durable.ts";

const VERSION = 2;
const LIMIT = 4 * 1024 * 1024;

export class SlotRecords {
  readonly folder: string;

  /** `folder` is `.factory/slots`. */
  constructor(folder: string) {
    this.folder = folder;
  }

  /** All slots that have a folder or a record, by number; null for one whose record says nothing to this version. */
  all(): Result<ReadonlyMap<number, Result<SlotRecord | null>>> {
    const listed = listFolder(this.folder);
    if (!listed.ok) {
      const isAbsent = listed.failure.reason === "io" && listed.failure.code === "ENOENT";
      return isAbsent ? success(new Map()) : failed(listed.failure);
    }
    const numbers = listed.value.flatMap(({ name }) => /^(\d+)(?:\.json)?$/.exec(name)?.[1] ?? []);
    return success(new Map([...new Set(numbers)].map((number) => [Number(number), this.#read(number)])));
  }

  write(number: number, record: SlotRecord): Promise<Result<void>> {
    return writeDurably(join(this.folder, `${number}.json`), JSON.stringify(record), { derived: true });
  }

  #read(number: string): Result<SlotRecord | null> {
    const path = join(this.folder, `${number}.json`);
    const read = readIfThere(path, LIMIT);
    if (!read.ok) return read;
    if (read.value === null) return success(null);
    try {
      const record = JSON.parse(Buffer.from(read.value).toString("utf8")) as SlotRecord;
      if (record.version > VERSION) {
        return failed({ reason: "newer-format", path, found: record.version, known: VERSION });
      }
      return success(record.version === VERSION ? record : null);
    } catch {
      // Torn by a crash.
      return success(null);
    }
  }
}
