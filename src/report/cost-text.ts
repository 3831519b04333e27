// How is the cost of a workspace told? Tables for people, a document for scripts. It reads nothing and prices nothing.

import type { Tokens } from "../model/output.ts";
import { columns, pad } from "./columns.ts";
import type { CostTotals, Share, Sum } from "./cost-totals.ts";
import type { COST_DOCUMENT, DocumentOf } from "./document-schemas.ts";
import { briefMoney, count, minuteOf, money } from "./figures.ts";
import { type Line, paintAll } from "./theme.ts";

/** The same tokens on the dearest model that the workspace routes to. */
export interface Comparison {
  readonly agent: string;
  readonly model: string;
  /** What it would have cost there, and what was paid for the very same tokens. */
  readonly usd: number;
  readonly paid: number;
}

export interface CostReport {
  readonly totals: CostTotals;
  /** Null where nothing can be compared: no price, or no model routed. */
  readonly dearest: Comparison | null;
  /** Start of what is told, in milliseconds since the epoch; null: all that was ever spent. */
  readonly since: number | null;
  /** Stretches of the account that could not be read. */
  readonly damaged: number;
}

/** The list of tasks shows the dearest alone. */
const MOST_SUBJECTS = 10;

export function costText({ totals, dearest, since, damaged }: CostReport, color: boolean): string[] {
  const { total, atRisk } = totals;
  const from = since === null ? "" : ` since ${minuteOf(since)}`;
  const lines: Line[] = [[["strong", money(total.cost)], `  ${figures(total)}${from}`]];
  if (total.estimated) lines.push([["warn", "some of it is estimated: a provider did not count its tokens"]]);
  if (atRisk.calls > 0) {
    const sent = atRisk.calls === 1 ? "1 call was" : `${atRisk.calls} calls were`;
    lines.push([["warn", `${sent} sent and not answered: at most ${money(atRisk.cost)} more`]]);
  }
  if (damaged > 0) lines.push([["bad", `${count(damaged, "part")} of the account cannot be read`]]);
  if (total.calls > 0 || total.tokens.in > 0) {
    lines.push(...table("by phase", totals.phases), ...table("by role", totals.roles));
    lines.push(...table("by agent", totals.agents), ...table("by feature", totals.features));
    if (totals.projects.length > 1) lines.push(...table("by project", totals.projects));
    lines.push(...table("most expensive tasks", totals.subjects.slice(0, MOST_SUBJECTS)));
  }
  if (dearest !== null) lines.push([], comparisonLine(dearest));
  return paintAll(lines, color);
}

function figures({ calls, tokens }: Sum): string {
  const part = cachedShare(tokens);
  const cached = part === null || part === 0 ? "" : ` (${tokens.cached} cached, ${Math.round(100 * part)} %)`;
  return `${count(calls, "call")}, ${tokens.in} tokens in${cached}, ${tokens.out} out`;
}

/** Of what was sent, the part that providers had cached; null where nothing was sent. */
function cachedShare({ in: given, cached }: Tokens): number | null {
  return given === 0 ? null : cached / given;
}

function table(title: string, shares: readonly Share[]): Line[] {
  const names = Math.max(...shares.map(({ name }) => columns(name)));
  const costs = Math.max(...shares.map(({ sum }) => briefMoney(sum.cost).length));
  const rows = shares.map(
    ({ name, sum }): Line => [
      `  ${pad(name, names)}  ${briefMoney(sum.cost).padStart(costs)}`,
      ["faint", `  ${figures(sum)}`],
    ],
  );
  return [[], [["note", title]], ...rows];
}

function comparisonLine({ agent, model, usd, paid }: Comparison): Line {
  const whole = `all of it by ${agent} (${model}), the most expensive model routed`;
  const told = `would be ${money({ usd, complete: true })}`;
  const saved = usd - paid;
  const part = usd === 0 ? "" : ` (${Math.round((100 * saved) / usd)} %)`;
  return [`${whole}, ${told}: `, ["good", `${money({ usd: saved, complete: true })} saved${part}`]];
}

export function costDocument({
  totals,
  dearest,
  since,
  damaged,
}: CostReport): DocumentOf<typeof COST_DOCUMENT> {
  const shares = (list: readonly Share[]) => list.map(({ name, sum }) => ({ name, ...sumObject(sum) }));
  return {
    schema: 1,
    since: since === null ? null : new Date(since).toISOString(),
    total: sumObject(totals.total),
    at_risk: sumObject(totals.atRisk),
    phases: shares(totals.phases),
    roles: shares(totals.roles),
    agents: shares(totals.agents),
    features: shares(totals.features),
    projects: shares(totals.projects),
    tasks: shares(totals.subjects),
    dearest:
      dearest === null
        ? null
        : {
            agent: dearest.agent,
            model: dearest.model,
            usd: dearest.usd,
            paid: dearest.paid,
            saved: dearest.usd - dearest.paid,
            saved_percent: dearest.usd === 0 ? null : (100 * (dearest.usd - dearest.paid)) / dearest.usd,
          },
    damaged,
  };
}

/** `usd` is null where no price is known at all, and a lower bound where `complete` is false. */
function sumObject({ calls, tokens, cost, estimated }: Sum): DocumentOf<typeof COST_DOCUMENT>["total"] {
  return {
    calls,
    tokens: { in: tokens.in, out: tokens.out, cached: tokens.cached },
    cached_share: cachedShare(tokens),
    usd: !cost.complete && cost.usd === 0 ? null : cost.usd,
    complete: cost.complete,
    estimated,
  };
}
