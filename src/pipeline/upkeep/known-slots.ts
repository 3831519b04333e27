// Which slots does a workspace keep, and what belongs to each on the disk?

import { join } from "node:path";
import type { Failure } from "../../model/failure.ts";
import { type Result, success } from "../../model/result.ts";
import type { SlotRecord } from "../../model/slot.ts";
import { listFolder } from "../../platform/files.ts";
import { SlotRecords } from "../../store/slot-records.ts";

export interface KnownSlot {
  readonly number: number;
  /** Null where it says nothing: the slot was never used, or a crash tore its record. */
  readonly record: SlotRecord | null;
  /** Why nobody can tell what it is used for; null where its record could be looked at. */
  readonly unknown: Failure | null;
  /** Absolute: its folder, and the files beside it that share its name. */
  readonly paths: readonly string[];
}

/** `factory` is `.factory`. */
export function knownSlots(factory: string): Result<readonly KnownSlot[]> {
  const records = new SlotRecords(join(factory, "slots"));
  const all = records.all();
  if (!all.ok) return all;
  if (all.value.size === 0) return success([]);
  const listed = listFolder(records.folder);
  if (!listed.ok) return listed;
  const names = listed.value.map(({ name }) => name);
  return success(
    [...all.value].map(([number, record]) => ({
      number,
      record: record.ok ? record.value : null,
      unknown: record.ok ? null : record.failure,
      paths: names
        .filter((name) => name === String(number) || name.startsWith(`${number}.`))
        .map((name) => join(records.folder, name)),
    })),
  );
}
