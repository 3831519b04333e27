// A workspace of fares, and what happens to a project in these stories: a price changes, a host squashes, products are nowhere.

import type { FactoryRig } from "./factory-rig.ts";

/** What its task writes. */
export const FARES = "src/fares/T01.txt";

/** The commit that every project begins with. */
export function firstCommit(rig: FactoryRig): Promise<string> {
  return rig.git("app", "rev-list", "--max-parents=0", "main");
}

/** What a host's button makes of all that was built since `base`. */
export async function squash(rig: FactoryRig, base: string, message: string): Promise<void> {
  await rig.git("app", "reset", "--quiet", "--soft", base);
  await rig.git("app", "commit", "--quiet", "--message", message);
}

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
