// A workspace of fares, and what happens to it in these stories: a price changes, and products are nowhere any more.

import type { FactoryRig } from "./factory-rig.ts";

/** What its task writes. */
export const FARES = "src/fares/T01.txt";

/** Nobody has what products held any more, as in a shallow clone. */
export async function loseProducts(rig: FactoryRig): Promise<void> {
  rig.remove(".factory");
  await rig.git("app", "update-ref", "-d", "refs/factory/main");
  await rig.git("app", "reflog", "expire", "--expire=now", "--all");
  await rig.git("app", "gc", "--quiet", "--prune=now");
}

/** One price becomes another one, and that is built. */
export async function costs(rig: FactoryRig, before: number, now: number) {
  rig.edit("specs/fares/feature.md", `costs ${before}.`, `costs ${now}.`);
  return rig.build();
}
