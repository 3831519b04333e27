// What does a check hold against tasks and features that are not up to date, in the shape of findings? For those who show
// findings alone, such as a host of code.

import type { TaskId } from "../model/address.ts";
import type { Diagnostic } from "../model/diagnostic.ts";
import type { Place } from "../model/place.ts";
import type { PlanDue } from "../model/planning.ts";
import type { Verdict } from "../model/verdict.ts";
import { plain } from "./plain.ts";
import { planLines } from "./planning-text.ts";
import { reasonText } from "./stale-text.ts";
import type { TaskStatus } from "./status-text.ts";

/**
 * One for every task that is not fresh, and for every feature whose planning is due. `places` say where tasks are declared:
 * a clean checkout knows that one is stale, and not which line made it so.
 */
export function statusFindings(
  tasks: readonly TaskStatus[],
  plans: readonly PlanDue[],
  places: ReadonlyMap<TaskId, Place>,
): Diagnostic[] {
  const due = tasks.filter(({ verdict }) => verdict !== "fresh");
  return [...plans.map(planFinding), ...due.map((task) => taskFinding(task, places.get(task.id)))];
}

function planFinding(plan: PlanDue): Diagnostic {
  return {
    severity: "error",
    code: "plan-due",
    message: `${planLines([plan]).join(" ")}.`,
    target: plan.feature,
    file: plan.file,
    line: null,
    column: null,
    fix: `Run \`factory plan ${plan.feature}\`.`,
  };
}

function taskFinding({ id, verdict, reasons }: TaskStatus, declared: Place | undefined): Diagnostic {
  const why = reasons.length === 0 ? "" : `: ${reasons.map(reasonText).join("; ")}`;
  const changed = reasons.find(({ file }) => file !== null);
  const place = changed === undefined ? declared : { file: changed.file, line: changed.line, column: null };
  return {
    severity: "error",
    code: `task-${verdict}`,
    message: plain(`${id} is ${verdict}${why}.`),
    target: id,
    file: place?.file ?? null,
    line: place?.line ?? null,
    column: place?.column ?? null,
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
