// What half-written files did a killed build leave? Those that nobody can be writing while the build lock is held. Slots and
// clones are not looked into: whoever uses one puts it in order. A clone that was not yet one is used by nobody.

import { rmSync } from "node:fs";
import { join } from "node:path";
import { type Result, success } from "../../model/result.ts";
import { fileFailure } from "../../platform/file-failure.ts";
import { listIfThere } from "../../platform/files.ts";
import { sweepTemps } from "../../store/durable.ts";

const BEGUN_CLONE = /\.git\.new-\w+$/;
const PUT_IN_ORDER = new Set(["git", "slots", "lock", "processes"]);

/** To be asked by whoever has the build lock, where a build was killed. */
export async function sweepAfterKill(root: string): Promise<Result<void>> {
  const state = join(root, ".factory");
  const entries = listIfThere(state);
  if (!entries.ok) return entries;
  const inside = entries.value.filter(({ kind, name }) => kind === "folder" && !PUT_IN_ORDER.has(name));
  const whole = [...inside.map(({ name }) => join(state, name)), join(root, "specs")];
  const shallow = [state, join(state, "slots")];
  for (const [folders, depth] of [
    [whole, Number.POSITIVE_INFINITY],
    [shallow, 0],
  ] as const) {
    for (const folder of folders) {
      const swept = await sweepTemps(folder, Number.POSITIVE_INFINITY, 0, depth);
      if (!swept.ok) return swept;
    }
  }
  const clones = listIfThere(join(state, "git"));
  if (!clones.ok) return clones;
  for (const { name } of clones.value.filter(({ name }) => BEGUN_CLONE.test(name))) {
    const path = join(state, "git", name);
    try {
      rmSync(path, { recursive: true, force: true });
    } catch (error) {
      return fileFailure(path, "remove", error);
    }
  }
  return success(undefined);
}
