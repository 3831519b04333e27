// How is it told that a build would plan a feature first?

import type { PlanDue, PlanningReason } from "../model/planning.ts";
import { plain } from "./plain.ts";

/** One line per feature, such as `products would be planned: its request changed`. */
export function planLines(plans: readonly PlanDue[]): string[] {
  return plans.map(({ feature, reason }) => `${plain(feature)} would be planned: ${planningText(reason)}`);
}

function planningText(reason: PlanningReason): string {
  switch (reason) {
    case "never-planned":
      return "it has no backlog yet";
    case "request-changed":
      return "its request changed";
    case "planner-changed":
      return "its planners, or their instructions, changed";
    case "template-changed":
      return "its template changed";
    case "asked-for":
      return "a person asked for it";
  }
}
