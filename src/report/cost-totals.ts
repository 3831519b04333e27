// Where did the money go? Adds up an account in every way that `cost` and `metrics` show. What has no price is counted
// beside the sum, and never as nothing.

import type { Tokens, Usage } from "../model/output.ts";
import type { Spending } from "../model/spending.ts";
import { addCost, type Cost, NO_COST } from "./figures.ts";

/** What many spendings come to. */
export interface Sum {
  readonly calls: number;
  readonly tokens: Tokens;
  readonly cost: Cost;
  /** Some of it was counted by us, as the provider did not. */
  readonly estimated: boolean;
}

const NOTHING: Sum = {
  calls: 0,
  tokens: { in: 0, out: 0, cached: 0 },
  cost: NO_COST,
  estimated: false,
};

export interface Share {
  readonly name: string;
  readonly sum: Sum;
}

export interface CostTotals {
  readonly total: Sum;
  /** What may have been spent on calls that were never answered; not part of `total`. */
  readonly atRisk: Sum;
  /** The dearest first, in each list. */
  readonly phases: readonly Share[];
  readonly roles: readonly Share[];
  /** `agent (model)`. */
  readonly agents: readonly Share[];
  readonly features: readonly Share[];
  readonly projects: readonly Share[];
  /** Tasks, and features where a session was about the whole. */
  readonly subjects: readonly Share[];
}

export function addUp(spending: readonly Spending[]): CostTotals {
  const sure = spending.filter(({ what }) => what !== "at-risk");
  return {
    total: sumOf(sure),
    atRisk: sumOf(spending.filter(({ what }) => what === "at-risk")),
    phases: sharesOf(sure, ({ phase }) => phase),
    roles: sharesOf(sure, ({ role }) => role),
    agents: sharesOf(sure, ({ agent, model }) => (model === null ? agent : `${agent} (${model})`)),
    features: sharesOf(sure, ({ subject }) => subject?.split(":")[0] ?? null),
    projects: sharesOf(sure, ({ project }) => project),
    subjects: sharesOf(sure, ({ subject }) => subject),
  };
}

function sumOf(spending: readonly Spending[]): Sum {
  return spending.reduce<Sum>((sum, { usage }) => add(sum, usage), NOTHING);
}

function add(sum: Sum, { calls, tokens, usd, estimated }: Usage): Sum {
  return {
    calls: sum.calls + calls,
    tokens: {
      in: sum.tokens.in + tokens.in,
      out: sum.tokens.out + tokens.out,
      cached: sum.tokens.cached + tokens.cached,
    },
    cost: addCost(sum.cost, usd),
    estimated: sum.estimated || estimated === true,
  };
}

function sharesOf(spending: readonly Spending[], nameOf: (one: Spending) => string | null): readonly Share[] {
  const groups = new Map<string, Spending[]>();
  for (const one of spending) {
    const name = nameOf(one) ?? "unknown";
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [one]);
    else group.push(one);
  }
  return [...groups]
    .map(([name, group]) => ({ name, sum: sumOf(group) }))
    .sort((a, b) => b.sum.cost.usd - a.sum.cost.usd || (a.name < b.name ? -1 : 1));
}
