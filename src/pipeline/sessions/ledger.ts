// May the build spend more? One ledger for all tasks and attempts of a build. It knows sums alone: what a call may cost
// is reserved before it is sent, and what it did cost is put down after it. All amounts are in USD.
//
//   reserve ──► waits while it would only fit once others have settled ──► reserved ──settle──► spent
//      └─ never fits: `budget`

import type { TaskId } from "../../model/address.ts";
import type { Failure } from "../../model/failure.ts";
import type { Usage } from "../../model/output.ts";
import { failed, type Result, success } from "../../model/result.ts";
import type { Hour } from "./hour.ts";

/** Money that is kept back for a call. */
export interface Reservation {
  /** To be called once, however the call went: what it cost, 0 for nothing, null where the price is unknown. */
  settle(usd: number | null): void;
}

export interface Caps {
  /** For the whole build; null: no limit. */
  readonly build: number | null;
  readonly perTask: number | null;
  /** For any sixty minutes, builds before this one included; absent or null: no limit. */
  readonly hour?: Hour | null;
}

/** What something under way has cost so far, told while it goes on. */
export interface Meter {
  /** Fails with `budget` where so much is too much: then it has to be ended. After the end it says nothing more. */
  read(usd: number): Result<void>;
  /** To be called once; what it cost in the end is put down by `spend`. */
  end(): void;
}

type Budget = Failure & { readonly reason: "budget" };

/** The least amount that is one. */
const ANYTHING = 1e-9;

interface Account {
  readonly of: Budget["of"];
  readonly limit: number;
  readonly spent: number;
  readonly reserved: number;
}

interface Share {
  readonly task: TaskId | null;
  readonly usd: number;
}

interface Waiter extends Share {
  readonly admit: (result: Result<Reservation>) => void;
}

export class Ledger {
  readonly #caps: Caps;
  #spent = 0;
  readonly #spentBy = new Map<TaskId, number>();
  /** Summed anew whenever it is asked for: adding and taking off again would leave a rest that nobody gives back. */
  readonly #reserved = new Set<Share>();
  #waiting: Waiter[] = [];

  constructor(caps: Caps) {
    this.#caps = caps;
  }

  /** Whether a price must be known before anything is spent. */
  isLimited(task: TaskId | null): boolean {
    const { build, hour = null } = this.#caps;
    return build !== null || hour !== null || (task !== null && this.#caps.perTask !== null);
  }

  /** Asked before an attempt whose cost nobody can tell. Fails with `budget` once a limit is reached. */
  check(task: TaskId | null = null): Result<void, Failure> {
    for (const { of, limit, spent } of this.#accounts(task)) {
      if (spent >= limit) return failed(this.#reached({ of, limit, spent }));
    }
    return success(undefined);
  }

  /** What was spent without a reservation. Unknown prices cannot be added up; the report says so beside the sum. */
  spend(usage: Usage, task: TaskId | null = null): void {
    this.#put(usage.usd ?? 0, task);
    this.#admit();
  }

  /** For programs whose calls nobody can stop one by one: what they tell counts as if it were reserved. */
  meter(task: TaskId | null): Meter {
    let share: Share = { task, usd: 0 };
    this.#reserved.add(share);
    return {
      read: (usd) => {
        if (!this.#reserved.delete(share)) return success(undefined);
        share = { task, usd };
        this.#reserved.add(share);
        for (const { of, limit, spent, reserved } of this.#accounts(task)) {
          if (spent + reserved > limit) return failed({ reason: "budget", spent: spent + usd, limit, of });
        }
        return success(undefined);
      },
      end: () => {
        this.#reserved.delete(share);
        this.#admit();
      },
    };
  }

  /**
   * Keeps `usd` back, waiting for those before it where it would fit once they cost less than they reserved. Fails with
   * `budget` as soon as it can never fit, and with `cancelled` once the signal aborts. Whoever holds a reservation must
   * not ask for another before it is settled.
   */
  reserve(usd: number, task: TaskId | null, signal: AbortSignal): Promise<Result<Reservation>> {
    return new Promise((resolve) => {
      const leave = () => {
        this.#waiting = this.#waiting.filter((one) => one !== waiter);
        resolve(failed({ reason: "cancelled" }));
        this.#admit();
      };
      const waiter: Waiter = {
        task,
        usd,
        admit: (result) => {
          signal.removeEventListener("abort", leave);
          resolve(result);
        },
      };
      if (signal.aborted) return leave();
      signal.addEventListener("abort", leave, { once: true });
      this.#waiting.push(waiter);
      this.#admit();
    });
  }

  /** In the order of their coming: a large one is not overtaken for ever, and one task's limit stops no other task. */
  #admit(): void {
    const stopped = new Set<TaskId | null>();
    const still: Waiter[] = [];
    for (const waiter of this.#waiting) {
      const blocked = stopped.has(null) || stopped.has(waiter.task);
      const verdict = this.#judge(waiter);
      if (verdict.fits === "never") waiter.admit(failed(verdict.failure));
      else if (verdict.fits === "now" && !blocked) waiter.admit(success(this.#open(waiter)));
      else {
        still.push(waiter);
        if (verdict.fits === "later") stopped.add(verdict.of === "task" ? waiter.task : null);
      }
    }
    this.#waiting = still;
  }

  #judge({
    task,
    usd,
  }: Share): { fits: "now" } | { fits: "later"; of: Account["of"] } | { fits: "never"; failure: Failure } {
    let later: Account["of"] | null = null;
    for (const { of, limit, spent, reserved } of this.#accounts(task)) {
      if (spent + usd > limit)
        return { fits: "never", failure: { ...this.#reached({ of, limit, spent }, usd), next: usd } };
      if (spent + reserved + usd > limit) later ??= of;
    }
    return later === null ? { fits: "now" } : { fits: "later", of: later };
  }

  /** `usd` is what has to fit; where nobody can tell, anything at all. */
  #reached({ of, limit, spent }: Omit<Account, "reserved">, usd = ANYTHING): Budget {
    const fitsAt = of === "hour" ? this.#caps.hour?.fitsAt(usd) : undefined;
    return { reason: "budget", spent, limit, of, ...(fitsAt === undefined ? {} : { fitsAt }) };
  }

  #open({ task, usd }: Share): Reservation {
    const share: Share = { task, usd };
    this.#reserved.add(share);
    return {
      settle: (cost) => {
        if (!this.#reserved.delete(share)) throw new Error("bug: a reservation was settled twice");
        this.#put(cost ?? 0, task);
        this.#admit();
      },
    };
  }

  #put(usd: number, task: TaskId | null): void {
    this.#spent += usd;
    this.#caps.hour?.put(usd);
    if (task !== null) this.#spentBy.set(task, (this.#spentBy.get(task) ?? 0) + usd);
  }

  /** The limits that hold for a task, the build's first. */
  #accounts(task: TaskId | null) {
    const { build, perTask, hour = null } = this.#caps;
    const open = [...this.#reserved];
    const sum = (shares: readonly Share[]) => shares.reduce((total, { usd }) => total + usd, 0);
    const accounts: Account[] = [];
    if (build !== null) accounts.push({ of: "build", limit: build, spent: this.#spent, reserved: sum(open) });
    if (hour !== null) {
      accounts.push({ of: "hour", limit: hour.limit, spent: hour.spent(), reserved: sum(open) });
    }
    if (task !== null && perTask !== null) {
      const reserved = sum(open.filter((share) => share.task === task));
      accounts.push({ of: "task", limit: perTask, spent: this.#spentBy.get(task) ?? 0, reserved });
    }
    return accounts;
  }
}
