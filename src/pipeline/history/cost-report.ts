// What did the work of this workspace cost, and what would it have cost on its dearest model? Reads the account and the
// prices; takes no lock and calls no model.

import { basename, join } from "node:path";
import { priceOf } from "../../agents/prices.ts";
import type { HostedDeclaration } from "../../model/agent-declaration.ts";
import { failed, type Result, success } from "../../model/result.ts";
import type { Spending } from "../../model/spending.ts";
import type { Workspace } from "../../model/workspace.ts";
import type { Comparison, CostReport } from "../../report/cost-text.ts";
import { addUp } from "../../report/cost-totals.ts";
import { listJournals, readJournal } from "../../store/journal.ts";
import { readAccount } from "../../store/spending-account.ts";

/** `since` is a date, or the id of a build or its beginning; null for all time. */
export async function costOf(
  root: string,
  workspace: Workspace,
  since: string | null,
): Promise<Result<CostReport>> {
  const account = readAccount(join(root, ".factory", "store"));
  if (!account.ok) return account;
  const from = since === null ? success(null) : startOf(root, since);
  if (!from.ok) return from;
  const start = from.value;
  const spending = account.value.spending.filter(({ at }) => start === null || (at !== null && at >= start));
  return success({
    totals: addUp(spending),
    dearest: await dearestOf(spending, workspace),
    since: start,
    damaged: account.value.damaged,
  });
}

const DAY = "2026-11-22";

function startOf(root: string, since: string): Result<number> {
  const journals = listJournals(join(root, ".factory", "journal"));
  if (!journals.ok) return journals;
  for (const path of journals.value) {
    // A bare day means its beginning, not the build that happened to be its last.
    if (since.length <= DAY.length || !basename(path).startsWith(since)) continue;
    const reading = readJournal(path);
    if (!reading.ok) return reading;
    const first = reading.value.events[0];
    if (first !== undefined) return success(first.at);
  }
  const at = /^\d{4}-\d{2}-\d{2}/.test(since) ? Date.parse(since) : Number.NaN;
  if (!Number.isNaN(at)) return success(at);
  return failed({
    reason: "usage",
    message: `${JSON.stringify(since)} is neither a date nor a build whose journal is still there`,
    fix: "Give a date such as `2026-11-22`, or the name of a file in `.factory/journal/`.",
  });
}

/** Null where no routed model has a price for all of the work that was priced. */
async function dearestOf(spending: readonly Spending[], workspace: Workspace): Promise<Comparison | null> {
  const work = spending.filter(({ what, usage }) => what !== "at-risk" && usage.usd !== null);
  const paid = work.reduce((sum, { usage }) => sum + (usage.usd ?? 0), 0);
  if (work.length === 0) return null;
  let dearest: Comparison | null = null;
  for (const agent of routedModels(workspace)) {
    const usd = await priceOfAll(work, agent, workspace);
    if (usd === null || (dearest !== null && dearest.usd >= usd)) continue;
    dearest = { agent: agent.id, model: agent.model, usd, paid };
  }
  return dearest;
}

async function priceOfAll(
  work: readonly Spending[],
  agent: HostedDeclaration,
  { prices }: Workspace,
): Promise<number | null> {
  let sum = 0;
  for (const { usage, at } of work) {
    const usd = await priceOf(agent, { answered: null, tokens: usage.tokens, at: at ?? 0 }, prices);
    if (usd === null) return null;
    sum += usd;
  }
  return sum;
}

function routedModels({ agents, routing, projects }: Workspace): readonly HostedDeclaration[] {
  const own = projects.flatMap(({ drafters }) => Object.values(drafters?.byType ?? {}));
  const shared = [...Object.values(routing.roles), ...Object.values(routing.implementer)];
  const routed = new Set([...shared, ...own].flat());
  return agents.filter(
    (agent): agent is HostedDeclaration => agent.kind === "hosted" && routed.has(agent.id),
  );
}
