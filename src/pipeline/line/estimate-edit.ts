// What does an edit come to? What it makes stale and what that will cost, out of what a build would do.

import type { TaskId } from "../../model/address.ts";
import type { Verdict } from "../../model/verdict.ts";
import type { SourceChange } from "../../model/watch-event.ts";
import type { PaidWork } from "../../report/estimate.ts";
import type { Evaluation } from "./evaluate.ts";
import { costOf, isPaid, isPlannedByTemplate } from "./forecast-build.ts";

/** Nothing is to be done about them, or only by a person. */
const SETTLED: ReadonlySet<Verdict> = new Set(["fresh", "modified", "blocked", "conflict"] as const);

/** `files` are those that changed; `first` where nothing was built yet. */
export function estimateEdit(evaluation: Evaluation, files: readonly string[], first: boolean): SourceChange {
  const { run, taskStates, plans, orphans } = evaluation;
  const failed: TaskId[] = [];
  const stale: TaskId[] = [];
  const paying: PaidWork[] = [];
  const requirements = new Set<string>();
  let maybe = 0;
  for (const taskState of taskStates) {
    const { task, agent } = taskState;
    const { verdict, reasons, obstacle } = taskState.judgement;
    if (reasons.some(({ code }) => code === "dependency-stale")) {
      maybe++;
      continue;
    }
    if (obstacle?.failure?.reason === "failed-before") failed.push(task.id);
    if (SETTLED.has(verdict)) continue;
    stale.push(task.id);
    if (isPaid(evaluation, taskState)) paying.push({ subject: task.id, agent });
    for (const { code, subject } of reasons) if (code === "requirement-changed") requirements.add(subject);
  }
  for (const { feature } of plans) {
    if (!isPlannedByTemplate(evaluation, feature)) paying.push({ subject: feature, agent: "" });
  }
  return {
    first,
    files,
    requirements: [...requirements].sort(),
    stale: [...stale, ...orphans.map(({ task }) => task)],
    maybe,
    plans: plans.map(({ feature }) => feature),
    failedBefore: failed,
    paid: paying.length > 0,
    usd: costOf(run.sources.root, paying),
  };
}
