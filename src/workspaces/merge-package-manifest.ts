// What is a manifest that many tasks wrote, some of them after others? What each changed of the file that it saw. It does
// not know how two versions become one (merge-json.ts).

import type { TaskId } from "../model/address.ts";
import { type Result, success } from "../model/result.ts";
import { mergeJson } from "./merge-json.ts";

export interface PackageManifestWriter {
  readonly task: TaskId;
  readonly bytes: Uint8Array;
  /** Positions of all earlier writers whose work it saw, in order. */
  readonly saw: readonly number[];
}

/** `start`: what all began with, null where there was no file. `writers` in graph order. Fails as `mergeJson` does. */
export function mergePackageManifest(
  path: string,
  start: Uint8Array | null,
  writers: readonly PackageManifestWriter[],
): Result<Uint8Array | null> {
  const bases: (Uint8Array | null)[] = [];
  for (const { saw } of writers) {
    const base = together(saw);
    if (!base.ok) return base;
    bases.push(base.value);
  }
  return together([...writers.keys()]);

  function together(positions: readonly number[]): Result<Uint8Array | null> {
    const last = writers[positions.at(-1) ?? -1];
    if (last === undefined) return success(start);
    // It saw all the others: what it wrote is their sum.
    if (last.saw.length === positions.length - 1) return success(last.bytes);
    const variants = positions.flatMap((at) => {
      const writer = writers[at];
      return writer === undefined ? [] : [{ ...writer, base: bases[at] ?? null }];
    });
    return mergeJson(path, start, variants);
  }
}
