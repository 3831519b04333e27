// May the build spend more? One ledger for all tasks and attempts of a build.

import type { Failure } from "../model/failure.ts";
import type { Usage } from "../model/output.ts";
import { failed, type Result, success } from "../model/result.ts";

export class Ledger {
  readonly #limit: number | null;
  #spent = 0;

  /** `limit` in USD; null: no limit. */
  constructor(limit: number | null) {
    this.#limit = limit;
  }

  /** Asked before each attempt. Fails with `budget` once the limit is reached. */
  check(): Result<void, Failure> {
    if (this.#limit === null || this.#spent < this.#limit) return success(undefined);
    return failed({ reason: "budget", spent: this.#spent, limit: this.#limit, of: "build" });
  }

  /** Unknown prices cannot be added up; the report says so beside the sum. */
  spend(usage: Usage): void {
    this.#spent += usage.usd ?? 0;
  }
}
