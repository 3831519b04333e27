// What will a session with a program cost? Told from what sessions with the same agent cost before: in this build, and in
// all before it, whose account is read once, when somebody asks.

import { join } from "node:path";
import { readAccount } from "../../store/spending-account.ts";

/** So many of the last ones count, since models and prices change. */
const LAST = 20;

export class ProgramPrices {
  readonly #root: string;
  #known: Map<string, (number | null)[]> | null = null;

  constructor(root: string) {
    this.#root = root;
  }

  /** In USD: Infinity where there was no session yet, and 0 where none ever told what it cost. */
  expected(agent: string): number {
    const costs = this.#costs().get(agent) ?? [];
    if (costs.length === 0) return Number.POSITIVE_INFINITY;
    const told = costs.filter((usd) => usd !== null);
    return told.length === 0 ? 0 : told.reduce((sum, usd) => sum + usd, 0) / told.length;
  }

  /** A session has ended; null where it did not tell what it cost. */
  learn(agent: string, usd: number | null): void {
    put(this.#costs(), agent, usd);
  }

  /** An account that cannot be read stops the build where it is opened to be added to. */
  #costs(): Map<string, (number | null)[]> {
    if (this.#known !== null) return this.#known;
    const known = new Map<string, (number | null)[]>();
    const account = readAccount(join(this.#root, ".factory", "store"));
    for (const { what, agent, usage } of account.ok ? account.value.spending : []) {
      if (what === "program" && agent !== null) put(known, agent, usage.usd);
    }
    this.#known = known;
    return known;
  }
}

function put(costs: Map<string, (number | null)[]>, agent: string, usd: number | null): void {
  costs.set(agent, [...(costs.get(agent) ?? []), usd].slice(-LAST));
}
