// What half-written files did a killed build leave? Those that nobody can be writing while the build lock is held. Slots and
// clones are not looked into: whoever uses one puts it in order.

import { join } from "node:path";
import { type Result, success } from "../../model/result.ts";
import { SPECS } from "../../model/spec-folders.ts";
import { listIfThere } from "../../platform/files.ts";
import { sweepTemps } from "../../store/durable.ts";
import { declaredSpecFolders } from "../reading/declared-projects.ts";

const PUT_IN_ORDER = new Set(["git", "slots", "lock", "processes"]);

/** To be asked by whoever has the build lock, where a build was killed. */
export async function sweepAfterKill(root: string): Promise<Result<void>> {
  const state = join(root, ".factory");
  const entries = listIfThere(state);
  if (!entries.ok) return entries;
  const inside = entries.value.filter(({ kind, name }) => kind === "folder" && !PUT_IN_ORDER.has(name));
  const specs = await declaredSpecFolders(root);
  // Whoever asked reads projects.yaml next, and tells why it cannot be understood.
  const folders = specs.ok ? specs.value : [SPECS];
  const whole = [...inside.map(({ name }) => join(state, name)), ...folders.map((one) => join(root, one))];
  const shallow = [state, join(state, "slots")];
  for (const [places, depth] of [
    [whole, Number.POSITIVE_INFINITY],
    [shallow, 0],
  ] as const) {
    for (const folder of places) {
      const swept = await sweepTemps(folder, Number.POSITIVE_INFINITY, 0, depth);
      if (!swept.ok) return swept;
    }
  }
  return success(undefined);
}
