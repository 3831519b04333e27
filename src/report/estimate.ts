// What will work cost? Told from what the same work cost before, and where there was none, from what the same agent's
// work cost. An amount that nobody can tell is unknown, never nothing.

import { isDrafter } from "../model/role.ts";
import type { Spending } from "../model/spending.ts";

export interface PaidWork {
  /** Address of a task, or id of a feature that would be planned. */
  readonly subject: string;
  readonly agent: string;
}

/** In USD; null as soon as one of them cannot be told. */
export function estimate(work: readonly PaidWork[], spending: readonly Spending[]): number | null {
  let sum = 0;
  for (const one of work) {
    const usd = costOf(one, spending);
    if (usd === null) return null;
    sum += usd;
  }
  return sum;
}

/** All that was ever spent on a subject, by how often it was drafted or cut into tasks. */
function costOf({ subject, agent }: PaidWork, spending: readonly Spending[]): number | null {
  const isTask = subject.includes(":");
  const like = spending.filter((one) =>
    isTask ? one.agent === agent && one.subject?.includes(":") : one.phase === "planning",
  );
  return perRound(spending.filter((one) => one.subject === subject)) ?? perRound(like);
}

function perRound(spending: readonly Spending[]): number | null {
  const rounds = new Set(spending.flatMap(({ role, session }) => (isRound(role) ? [session] : [])));
  const known = spending.flatMap(({ usage }) => (usage.usd === null ? [] : [usage.usd]));
  if (rounds.size === 0 || known.length === 0) return null;
  return known.reduce((sum, usd) => sum + usd, 0) / rounds.size;
}

/** Whether a session of the role begins work that is priced as a whole. */
function isRound(role: Spending["role"]): boolean {
  return role !== null && (isDrafter(role) || role === "backlog");
}
