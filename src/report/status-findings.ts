// What does a check hold against tasks and features that are not up to date, in the shape of findings? For those who show
// findings alone, such as a host of code.

import type { Diagnostic } from "../model/diagnostic.ts";
import type { Verdict } from "../model/verdict.ts";
import { plain } from "./plain.ts";
import { type PlanDue, planLines } from "./planning-text.ts";
import { reasonText } from "./stale-text.ts";
import type { TaskStatus } from "./status-text.ts";

/** One for every task that is not fresh, and for every feature whose planning is due. */
export function statusFindings(tasks: readonly TaskStatus[], plans: readonly PlanDue[]): Diagnostic[] {
  return [...plans.map(planFinding), ...tasks.filter(({ verdict }) => verdict !== "fresh").map(taskFinding)];
}

function planFinding(plan: PlanDue): Diagnostic {
  return {
    severity: "error",
    code: "plan-due",
    message: `${planLines([plan]).join(" ")}.`,
    target: plan.feature,
    file: `specs/${plan.feature}/feature.md`,
    line: null,
    column: null,
    fix: `Run \`factory plan ${plan.feature}\`.`,
  };
}

function taskFinding({ id, verdict, reasons }: TaskStatus): Diagnostic {
  const [first, ...others] = reasons;
  const why = first === undefined ? "" : `: ${[first, ...others].map(reasonText).join("; ")}`;
  return {
    severity: "error",
    code: `task-${verdict}`,
    message: plain(`${id} is ${verdict}${why}.`),
    target: id,
    file: first?.file ?? null,
    line: first?.line ?? null,
    column: null,
    fix: nextStep(verdict, plain(id)),
  };
}

function nextStep(verdict: Verdict, id: string): string {
  switch (verdict) {
    case "modified":
      return `Build it, or settle the edit: \`factory accept ${id}\`, \`absorb\` or \`discard\`.`;
    case "conflict":
      return `Settle the edit with \`factory accept ${id}\`, \`absorb\` or \`discard\`.`;
    case "blocked":
      return `See what it waits for with \`factory explain ${id}\`.`;
    case "orphan":
      return "Run `factory build`, which takes its files away.";
    default:
      return `Run \`factory build ${id}\`, and commit the lock.`;
  }
}
