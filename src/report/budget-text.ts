// How is it told that money does not suffice? Which limit it is, and what makes it larger.

import type { Failure } from "../model/failure.ts";
import { price } from "./figures.ts";

type Budget = Failure & { readonly reason: "budget" };

export function budgetText({ limit, spent, next, of }: Budget) {
  const more = next === undefined ? "" : `, and the next call may cost up to ${price(next)}`;
  return {
    message: `The budget of ${price(limit)} for this ${of} is reached: ${price(spent)} is spent or promised${more}.`,
    detail: [],
    fix: fixOf(of),
  };
}

function fixOf(of: Budget["of"]): string {
  const smaller = "or give the agent a smaller `max_output_tokens`; finished work is kept.";
  if (of === "task") return `Raise \`per_task_usd\` in projects.yaml, ${smaller}`;
  if (of === "hour")
    return "Wait until the hour has moved on, or raise `per_hour_usd` in projects.yaml (or `--budget-per-hour USD`); finished work is kept.";
  return `Raise it with \`--budget USD\` or in projects.yaml, ${smaller}`;
}
