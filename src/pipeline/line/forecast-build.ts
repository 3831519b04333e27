// What would a build cost, and whom? Adds up by project what an evaluation says is drafted or planned for money. What
// may become stale on the way is told beside it, as far as records tell who read what.

import type { Forecast } from "../../model/forecast.ts";
import { isWhole } from "../../model/task.ts";
import { estimate, type PaidWork } from "../../report/estimate.ts";
import { readAccount } from "../../store/spending-account.ts";
import type { Evaluation } from "./evaluate.ts";
import type { TaskState } from "./walk.ts";

interface Paying extends PaidWork {
  readonly project: string;
}

export function forecast(evaluation: Evaluation): Forecast {
  const { root, workspace, features } = evaluation.run.sources;
  const sentBack = partsSentBack(evaluation);
  const tasks = evaluation.taskStates
    .filter((taskState) =>
      isPaid(evaluation, sentBack.has(taskState.task.id) ? asDraft(taskState) : taskState),
    )
    .map(({ task, agent }): Paying => ({ subject: task.id, agent, project: task.project }));
  const plans = evaluation.plans
    .filter(({ feature }) => !isPlannedByTemplate(evaluation, feature))
    .map(({ feature }): Paying => {
      const [project = ""] = features.find(({ id }) => id === feature)?.projects ?? [];
      return { subject: feature, agent: "", project };
    });
  const readers = evaluation.taskStates
    .filter((taskState) => mayBePaid(evaluation, taskState))
    .map(({ task, agent }): Paying => ({ subject: task.id, agent, project: task.project }));
  const all = [...tasks, ...plans];
  const of = (project: string, work: readonly Paying[]) => work.filter((one) => one.project === project);
  const projects = workspace.projects.flatMap(({ id, budget }) => {
    const own = of(id, all);
    if (own.length === 0 && of(id, readers).length === 0) return [];
    const counts = { tasks: of(id, tasks).length, plans: of(id, plans).length };
    const later = of(id, readers);
    const told = { tasks: later.length, usd: costOf(root, later) };
    return [{ id, ...counts, usd: costOf(root, own), budgetUsd: budget.usd, readers: told }];
  });
  const budgetUsd = evaluation.run.options.budgetUsd ?? workspace.budget.usd;
  return { usd: costOf(root, all), budgetUsd, projects };
}

/** Where its agent read a file that a draft before it may change. */
function mayBePaid(evaluation: Evaluation, taskState: TaskState): boolean {
  const { judgement } = taskState;
  if (judgement.reasons.every(({ code }) => code !== "read-open")) return false;
  return isPaid(evaluation, asDraft(taskState));
}

/** A whole that failed on what stands now fails on it again, and sends back whom its evidence blames. */
function partsSentBack({ taskStates }: Evaluation): ReadonlySet<string> {
  return new Set(
    taskStates.flatMap(({ task, judgement: { work, obstacle }, past }) => {
      const isTried = obstacle === null && (work === "draft" || work === "verify");
      return isWhole(task) && isTried ? (past?.failure?.parts ?? []) : [];
    }),
  );
}

function asDraft(taskState: TaskState): TaskState {
  return { ...taskState, judgement: { ...taskState.judgement, work: "draft" } };
}

/** Where a project does not exist yet nothing can be judged, and all is drafted. */
export function isPaid({ run }: Evaluation, { judgement, job, agent }: TaskState): boolean {
  const { work, obstacle } = judgement;
  if (obstacle !== null || (work !== "draft" && work !== "make")) return false;
  const kind = job?.agent.kind ?? run.sources.workspace.agents.find(({ id }) => id === agent)?.kind;
  return kind !== "generator";
}

export function isPlannedByTemplate({ run }: Evaluation, feature: string): boolean {
  const name = run.sources.features.find(({ id }) => id === feature)?.template ?? null;
  return name !== null && (run.sources.templates.get(name)?.planner ?? null) !== null;
}

/** In USD; null where it cannot be told. */
export function costOf(root: string, work: readonly PaidWork[]): number | null {
  if (work.length === 0) return 0;
  const account = readAccount(`${root}/.factory/store`);
  return account.ok ? estimate(work, account.value.spending) : null;
}
