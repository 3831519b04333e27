// What is a draft worth that another machine makes? It is a paid call like those of models: an INTENT is on disk before it is sent,
// its answer and DONE before anybody uses it, and what it cost is in one account with them. A build that comes to a draft that an
// earlier one had sent finds its answer, or knows that it may have been paid for.

import type { SessionResult } from "../../agents/agent-port.ts";
import type { Digest } from "../../model/digest.ts";
import { NO_USAGE, type Usage } from "../../model/output.ts";
import { type Result, success } from "../../model/result.ts";
import type { CallMeta } from "../../store/call-record.ts";
import type { Calls } from "../../store/calls.ts";

type Told = Pick<SessionResult<unknown>, "usage" | "model">;

export interface DraftAccountOrder {
  readonly calls: Calls;
  /** `usd`: the most that is expected of it. */
  readonly meta: (usd: number | null) => CallMeta;
  /** What a program told, with its price, in the ledger. */
  readonly book: (told: Told) => Promise<Usage>;
  /** What drafts by this agent came to before, in USD; null where nobody knows. */
  readonly expected: number | null;
  readonly tellRisk: (atRisk: number | null) => void;
}

/** What an answer may well come to, in bytes. */
const ROOM = 1024 * 1024;

export class DraftAccount {
  readonly #order: DraftAccountOrder;

  constructor(order: DraftAccountOrder) {
    this.#order = order;
  }

  /** What an earlier build has paid for and not used. */
  async answer(name: Digest): Promise<Result<string | null>> {
    const found = await this.#order.calls.lookup(name);
    if (!found.ok) return found;
    return success(found.value === null ? null : Buffer.from(found.value.bytes).toString("utf8"));
  }

  /** How often it was begun without an outcome, and when last, in ms since the epoch. */
  unanswered(name: Digest): { readonly begun: number; readonly at: number } {
    return this.#order.calls.unanswered(name);
  }

  /** To be called before it is sent. */
  begin(name: Digest, order: string): Promise<Result<void>> {
    const { calls, expected, meta } = this.#order;
    return calls.begin(name, Buffer.from(order), meta(expected), ROOM);
  }

  /** No program was started for it the last time. */
  unbegun(name: Digest): Promise<Result<void>> {
    return this.#order.calls.fail(name, "not-sent");
  }

  /** It came to a draft. The sum is what it cost. */
  async done(name: Digest, answer: string, told: Told): Promise<Result<Usage>> {
    const usage = await this.#order.book(told);
    const kept = await this.#order.calls.finish(name, Buffer.from(answer), usage);
    return kept.ok ? success(usage) : kept;
  }

  /** It came to nothing that could be used again, and its cost is known. */
  async failed(name: Digest, told: Told): Promise<Result<Usage>> {
    const { calls, book, meta } = this.#order;
    const usage = told.usage.calls === 0 ? NO_USAGE : await book(told);
    if (usage.calls > 0) {
      const spent = await calls.spent(meta(usage.usd), usage);
      if (!spent.ok) return spent;
    }
    const ended = await this.unbegun(name);
    return ended.ok ? success(usage) : ended;
  }

  get expected(): number | null {
    return this.#order.expected;
  }

  tellRisk(times: number): void {
    const { expected, tellRisk } = this.#order;
    tellRisk(expected === null ? null : expected * times);
  }
}
