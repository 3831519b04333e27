// Does somebody build here right now? Whoever builds listens, and to knock disturbs nobody.

import { monotonic } from "../../platform/clock.ts";
import { LockFolder } from "../../store/lock-claim.ts";
import { LockWatch } from "../../store/lock-watch.ts";

export async function isBuildUnderWay(root: string): Promise<boolean> {
  const folder = new LockFolder(root);
  const met = await new LockWatch(folder).meet(folder.highest(), monotonic);
  if (met.state === "held") met.leave();
  return met.state === "held" || (met.state === "silent" && met.recent);
}
