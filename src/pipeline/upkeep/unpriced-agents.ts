// Which agents would a budget refuse, because nobody knows what their models cost? Told before anything is asked.

import type { HostedDeclaration } from "../../model/agent-declaration.ts";
import type { Diagnostic } from "../../model/diagnostic.ts";
import type { Workspace } from "../../model/workspace.ts";

export interface Unpriced {
  readonly agent: HostedDeclaration;
  readonly message: string;
  readonly fix: string;
}

/** Without a budget nobody is refused. `at`: milliseconds since the epoch. */
export async function unpricedAgents(
  { agents, budget, prices }: Workspace,
  at: number,
): Promise<readonly Unpriced[]> {
  if (budget.usd === null && budget.perTaskUsd === null) return [];
  const hosted = agents.filter((agent): agent is HostedDeclaration => agent.kind === "hosted");
  if (hosted.length === 0) return [];
  const { priceOf } = await import("../../agents/prices.ts");
  const found: Unpriced[] = [];
  for (const agent of hosted) {
    const { model } = agent;
    const tokens = { in: 1, out: 1, cached: 0 };
    if ((await priceOf(agent, { answered: null, tokens, at }, prices)) !== null) continue;
    found.push({
      agent,
      message: `The price of ${model} is not known, and a budget is set: the factory does not call it.`,
      fix: `Add \`prices: {${JSON.stringify(model)}: {in: USD, out: USD}}\` to projects.yaml, per million tokens; 0 for a model of your own.`,
    });
  }
  return found;
}

/** For `validate`, which tells where the agent is declared. */
export async function priceFindings(workspace: Workspace, at: number): Promise<readonly Diagnostic[]> {
  const unpriced = await unpricedAgents(workspace, at);
  return unpriced.map(({ agent, message, fix }) => ({
    severity: "warning",
    code: "price-unknown",
    message: `Agent ${agent.id}: ${message}`,
    target: null,
    ...agent.place,
    fix,
  }));
}
