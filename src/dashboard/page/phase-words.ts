// How is what happens to a task said in a few words?

import type { Phase } from "../../report/live-state.ts";

export function phaseWords(phase: Phase): string {
  switch (phase.kind) {
    case "drafting":
      return `is drafted by ${phase.agent}${phase.worker === undefined ? "" : ` on ${phase.worker}`}, attempt ${phase.attempt}`;
    case "drafted":
      return "waits for its gates";
    case "checking":
      if (phase.worker !== undefined) return `is inspected on ${phase.worker}`;
      return phase.gate === null ? "is inspected" : `is inspected by gate ${phase.gate}`;
    case "between":
      return `is tried again: ${phase.evidence}`;
    case "asking":
      return `is looked at by ${phase.agent} as ${phase.role}`;
    case "planning":
      return `is planned${phase.roles.length === 0 ? "" : ` by ${phase.roles.join(", ")}`}`;
    case "canary":
      return `tries its gates${phase.trials.length === 0 ? "" : `: ${phase.trials.map(({ gate, on }) => `${gate} (${on})`).join(", ")}`}`;
    case "setup":
      return "is set up";
    case "merging":
      return "is merged";
  }
}
