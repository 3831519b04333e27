// How is a place named at which planners and people disagree?

import type { PlanClash } from "../model/failure.ts";

/** Such as `BACKLOG.yaml: products:T02: acceptance`. */
export function clashText({ file, task, part, unknown }: PlanClash): string {
  const where = [file, task, part].filter((name) => name !== null).join(": ");
  return unknown ? `${where}: the earlier plan is unknown` : where;
}
