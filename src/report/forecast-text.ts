// How is it told what a build is expected to cost, and of which budgets?

import type { Diagnostic } from "../model/diagnostic.ts";
import type { Forecast, ProjectForecast } from "../model/forecast.ts";
import type { PlanDue } from "../model/planning.ts";
import type { DocumentOf, FORECAST, FORECAST_DOCUMENT } from "./document-schemas.ts";
import { count, price } from "./figures.ts";
import { statusDocument } from "./json.ts";
import { plain } from "./plain.ts";
import type { TaskStatus } from "./status-text.ts";

/** Nothing where nobody is paid: the sum, and below it each project that has work to pay for. */
export function forecastLines({ usd, budgetUsd, projects }: Forecast): string[] {
  if (projects.length === 0) return [];
  const sum = `expected cost: ${amount(usd, budgetUsd)}`;
  return [
    sum,
    ...projects.map(
      (project) =>
        `  ${plain(project.id)}/  ${workOf(project)}: ${amount(project.usd, project.budgetUsd)}${readersOf(project)}`,
    ),
  ];
}

function readersOf({ readers }: ProjectForecast): string {
  if (readers.tasks === 0) return "";
  return `; ${count(readers.tasks, "task")} more if what they read changes: ${amount(readers.usd, null)}`;
}

function workOf({ tasks, plans }: ProjectForecast): string {
  const drafts = tasks === 0 ? [] : [`${count(tasks, "task")} to draft`];
  const planned = plans === 0 ? [] : [`${count(plans, "feature")} to plan`];
  return [...drafts, ...planned].join(", ") || "nothing to draft yet";
}

/** What has never been paid for has no known price. */
function amount(usd: number | null, budgetUsd: number | null): string {
  const cost = usd === null ? "unknown" : `about ${price(usd)}`;
  if (budgetUsd === null) return cost;
  const over = usd !== null && usd > budgetUsd ? ", which is not enough" : "";
  return `${cost}, of a budget of ${price(budgetUsd)}${over}`;
}

export function forecastObject({ usd, budgetUsd, projects }: Forecast): DocumentOf<typeof FORECAST> {
  return {
    usd,
    budget_usd: budgetUsd,
    projects: projects.map((project) => ({
      id: project.id,
      tasks: project.tasks,
      plans: project.plans,
      usd: project.usd,
      budget_usd: project.budgetUsd,
      readers: { tasks: project.readers.tasks, usd: project.readers.usd },
    })),
  };
}

/** What a build would do and cost. */
export function forecastDocument(
  tasks: readonly TaskStatus[],
  diagnostics: readonly Diagnostic[],
  plans: readonly PlanDue[],
  expected: Forecast,
): DocumentOf<typeof FORECAST_DOCUMENT> {
  return { ...statusDocument(tasks, diagnostics, plans), expected_cost: forecastObject(expected) };
}
