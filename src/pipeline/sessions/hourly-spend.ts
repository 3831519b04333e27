// What was spent within the last sixty minutes, by this build and by all before it? The store's account is read once,
// when money is first asked for; from then on the build keeps it up.

import { join } from "node:path";
import { readAccount } from "../../store/spending-account.ts";

const HOUR_MS = 60 * 60 * 1000;

export interface HourlySpend {
  /** In USD. */
  readonly limit: number;
  /** In USD, now. Calls whose outcome is unknown count with the most that they may have cost. */
  spent(): number;
  /** When another `usd` fits, in milliseconds since the epoch; undefined where it never does. */
  fitsAt(usd: number): number | undefined;
  put(usd: number): void;
}

interface Entry {
  readonly at: number;
  readonly usd: number;
}

/** Null where there is no limit. */
export function hourlySpendOf(limit: number | null, root: string, clock: () => number): HourlySpend | null {
  if (limit === null) return null;
  let entries: Entry[] | null = null;
  const current = (): Entry[] => {
    entries = (entries ?? spentBefore(root)).filter(({ at }) => at > clock() - HOUR_MS);
    return entries;
  };
  return {
    limit,
    spent: () => sumOf(current()),
    fitsAt: (usd) => {
      if (usd > limit) return undefined;
      const byAge = [...current()].sort((a, b) => a.at - b.at);
      let rest = sumOf(byAge);
      for (const { at, usd: gone } of byAge) {
        if (rest + usd <= limit) return clock();
        rest -= gone;
        if (rest + usd <= limit) return at + HOUR_MS;
      }
      return clock();
    },
    put: (usd) => {
      if (usd > 0) current().push({ at: clock(), usd });
    },
  };
}

/** An account that cannot be read stops the build where it is opened for the first call; there is nothing to add to it. */
function spentBefore(root: string): Entry[] {
  const account = readAccount(join(root, ".factory", "store"));
  if (!account.ok) return [];
  return account.value.spending.flatMap(({ at, usage }) =>
    at === null || usage.usd === null || usage.usd === 0 ? [] : [{ at, usd: usage.usd }],
  );
}

function sumOf(entries: readonly Entry[]): number {
  return entries.reduce((sum, { usd }) => sum + usd, 0);
}
