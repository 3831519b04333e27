// May the build spend more? One ledger for all tasks and attempts of a build. It knows sums alone: what a call may cost
// is reserved before it is sent, and what it did cost is put down after it. All amounts are in USD.
//
//   reserve ──► waits while it would only fit once others have settled ──► reserved ──settle──► spent
//      └─ never fits: `budget`
//
// What a program will cost is bounded by nothing, so it begins as long as anything is left; but beside others only where
// what is expected of all of them fits. So a limit may be passed by the last of them and never by several at once.

import type { TaskId } from "../../model/address.ts";
import type { Budget } from "../../model/budget.ts";
import type { Failure } from "../../model/failure.ts";
import type { Usage } from "../../model/output.ts";
import { failed, type Result, success } from "../../model/result.ts";
import type { Purpose } from "../../model/role.ts";
import type { HourlySpend } from "./hourly-spend.ts";

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
  readonly hourly?: HourlySpend | null;
  /** Limits of projects, by id. What one says of its tasks beats `perTask`. */
  readonly projects?: ReadonlyMap<string, Budget>;
}

/** On whose account money goes: null where it is about no task, or about no project. */
export interface Payer {
  readonly task: TaskId | null;
  readonly project: string | null;
}

export function payerOf({ subject, project }: Pick<Purpose, "subject" | "project">): Payer {
  return { task: subject.includes(":") ? (subject as TaskId) : null, project };
}

/** What something under way has cost so far, told while it goes on. */
export interface Meter {
  /** Fails with `budget` where so much is too much: then it has to be ended. After the end it says nothing more. */
  read(usd: number): Result<void>;
  /** To be called once, after `spend` has put down what it cost in the end. */
  end(): void;
}

/** What a program is expected to cost, as far as is known by now: Infinity where nobody can tell. */
export type Expectation = () => number;

type Overspent = Failure & { readonly reason: "budget" };

/** The least amount that is one. */
const ANYTHING = 1e-9;

interface Account {
  readonly of: Overspent["of"];
  readonly limit: number;
  readonly spent: number;
  /** What is kept back for all that is under way, and as much of it as was told or is bounded. */
  readonly reserved: number;
  readonly told: number;
}

interface Share {
  readonly payer: Payer;
  /** What a call may cost at most, or what a program has told so far. */
  readonly usd: number;
  /** Null for a call. */
  readonly expected: Expectation | null;
}

interface Waiter extends Share {
  /** `refusal` is null where it may begin: then its share is kept back. */
  readonly admit: (refusal: Failure | null) => void;
}

export class Ledger {
  readonly #caps: Caps;
  #spent = 0;
  readonly #spentBy = { project: new Map<string, number>(), task: new Map<TaskId, number>() };
  /** Summed anew whenever it is asked for: adding and taking off again would leave a rest that nobody gives back. */
  readonly #reserved = new Set<Share>();
  #waiting: Waiter[] = [];

  constructor(caps: Caps) {
    this.#caps = caps;
  }

  /** Whether a price must be known before anything is spent. */
  isLimited(payer: Payer): boolean {
    return this.#accounts(payer).length > 0;
  }

  /** Asked before an attempt is begun whose cost nobody can tell. Fails with `budget` once a limit is reached. */
  check(payer: Payer): Result<void, Failure> {
    for (const account of this.#accounts(payer)) {
      if (account.spent >= account.limit) return failed(this.#reached(account, payer));
    }
    return success(undefined);
  }

  /** What was spent without a reservation. Unknown prices cannot be added up; the report says so beside the sum. */
  spend(usage: Usage, payer: Payer): void {
    this.#put(usage.usd ?? 0, payer);
    this.#admit();
  }

  /**
   * For programs whose calls nobody can stop one by one: what they tell counts as if it were reserved. Waits while others
   * are under way with whom it would not fit; fails with `budget` once a limit is reached, and with `cancelled` once the
   * signal aborts.
   */
  async meter(payer: Payer, expected: Expectation, signal: AbortSignal): Promise<Result<Meter>> {
    let share: Share = { payer, usd: 0, expected };
    const refusal = await this.#enter(share, signal);
    if (refusal !== null) return failed(refusal);
    return success({
      read: (usd) => {
        if (!this.#reserved.delete(share)) return success(undefined);
        share = { payer, usd, expected };
        this.#reserved.add(share);
        for (const { of, limit, spent, told } of this.#accounts(payer)) {
          if (spent + told > limit)
            return failed({ reason: "budget", spent: spent + usd, limit, of, project: payer.project });
        }
        return success(undefined);
      },
      end: () => {
        this.#reserved.delete(share);
        this.#admit();
      },
    });
  }

  /**
   * Keeps `usd` back, waiting for those before it where it would fit once they cost less than they reserved. Fails with
   * `budget` as soon as it can never fit, and with `cancelled` once the signal aborts. Whoever holds a reservation must
   * not ask for another before it is settled.
   */
  async reserve(usd: number, payer: Payer, signal: AbortSignal): Promise<Result<Reservation>> {
    const share: Share = { payer, usd, expected: null };
    const refusal = await this.#enter(share, signal);
    if (refusal !== null) return failed(refusal);
    return success({
      settle: (cost) => {
        if (!this.#reserved.delete(share)) throw new Error("bug: a reservation was settled twice");
        this.#put(cost ?? 0, payer);
        this.#admit();
      },
    });
  }

  /** Ends once the share is kept back, or never will be. */
  #enter(share: Share, signal: AbortSignal): Promise<Failure | null> {
    return new Promise((resolve) => {
      const leave = () => {
        this.#waiting = this.#waiting.filter((one) => one !== waiter);
        resolve({ reason: "cancelled" });
        this.#admit();
      };
      const waiter: Waiter = {
        ...share,
        admit: (refusal) => {
          signal.removeEventListener("abort", leave);
          if (refusal === null) this.#reserved.add(share);
          resolve(refusal);
        },
      };
      if (signal.aborted) return leave();
      signal.addEventListener("abort", leave, { once: true });
      this.#waiting.push(waiter);
      this.#admit();
    });
  }

  /** In the order of their coming: a large one is not overtaken for ever, and no limit stops whom it is not set for. */
  #admit(): void {
    const stopped = new Set<string>();
    const still: Waiter[] = [];
    for (const waiter of this.#waiting) {
      const blocked = names(waiter.payer).some((name) => stopped.has(name));
      const verdict = this.#judge(waiter);
      if (verdict.fits === "never") waiter.admit(verdict.failure);
      else if (verdict.fits === "now" && !blocked) waiter.admit(null);
      else {
        still.push(waiter);
        if (verdict.fits === "later") stopped.add(nameOf(verdict.of, waiter.payer));
      }
    }
    this.#waiting = still;
  }

  #judge({
    payer,
    usd,
    expected,
  }: Share): { fits: "now" } | { fits: "later"; of: Account["of"] } | { fits: "never"; failure: Failure } {
    let later: Account["of"] | null = null;
    for (const account of this.#accounts(payer)) {
      const { of, limit, spent, reserved } = account;
      if (expected === null && spent + usd > limit)
        return { fits: "never", failure: { ...this.#reached(account, payer, usd), next: usd } };
      if (expected !== null && spent >= limit)
        return { fits: "never", failure: this.#reached(account, payer) };
      const isAlone = expected !== null && reserved === 0;
      if (!isAlone && spent + reserved + (expected?.() ?? usd) > limit) later ??= of;
    }
    return later === null ? { fits: "now" } : { fits: "later", of: later };
  }

  /** `usd` is what has to fit; where nobody can tell, anything at all. */
  #reached({ of, limit, spent }: Account, { project }: Payer, usd = ANYTHING): Overspent {
    const fitsAt = of === "hour" ? this.#caps.hourly?.fitsAt(usd) : undefined;
    return { reason: "budget", spent, limit, of, project, ...(fitsAt === undefined ? {} : { fitsAt }) };
  }

  #put(usd: number, { task, project }: Payer): void {
    const { project: byProject, task: byTask } = this.#spentBy;
    this.#spent += usd;
    this.#caps.hourly?.put(usd);
    if (project !== null) byProject.set(project, (byProject.get(project) ?? 0) + usd);
    if (task !== null) byTask.set(task, (byTask.get(task) ?? 0) + usd);
  }

  /** The limits that hold for a payer, the widest first. */
  #accounts({ task, project }: Payer): readonly Account[] {
    const { build, perTask, projects, hourly = null } = this.#caps;
    const own = project === null ? undefined : projects?.get(project);
    const ofTask = task === null ? null : (own?.perTaskUsd ?? perTask);
    const ofProject = own?.usd ?? null;
    const accounts: Account[] = [];
    if (build !== null)
      accounts.push({ of: "build", limit: build, spent: this.#spent, ...this.#held(() => true) });
    if (hourly !== null)
      accounts.push({ of: "hour", limit: hourly.limit, spent: hourly.spent(), ...this.#held(() => true) });
    if (project !== null && ofProject !== null) {
      const spent = this.#spentBy.project.get(project) ?? 0;
      const held = this.#held((payer) => payer.project === project);
      accounts.push({ of: "project", limit: ofProject, spent, ...held });
    }
    if (task !== null && ofTask !== null) {
      const spent = this.#spentBy.task.get(task) ?? 0;
      const held = this.#held((payer) => payer.task === task);
      accounts.push({ of: "task", limit: ofTask, spent, ...held });
    }
    return accounts;
  }

  #held(isCounted: (payer: Payer) => boolean): Pick<Account, "reserved" | "told"> {
    let reserved = 0;
    let told = 0;
    for (const { payer, usd, expected } of this.#reserved) {
      if (!isCounted(payer)) continue;
      reserved += Math.max(usd, expected?.() ?? 0);
      told += usd;
    }
    return { reserved, told };
  }
}

function names(payer: Payer): readonly string[] {
  return (["build", "hour", "project", "task"] as const).map((of) => nameOf(of, payer));
}

function nameOf(of: Account["of"], { task, project }: Payer): string {
  return of === "build" || of === "hour" ? of : `${of} ${of === "task" ? task : project}`;
}
