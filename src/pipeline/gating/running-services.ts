// Which services run for the gates of this build? One that names FACTORY_SLOT runs once for each number that needs it, any
// other once. Started by the first who needs them, in a checkout of what people wrote, and ended with the build.

import { randomUUID } from "node:crypto";
import { dirname, join, relative } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { Circumstance } from "../../model/circumstance.ts";
import type { Failure } from "../../model/failure.ts";
import type { Service } from "../../model/project.ts";
import type { Reach } from "../../model/reach.ts";
import { failed, type Result, success } from "../../model/result.ts";
import { childEnvironment } from "../../platform/child-environment.ts";
import { namedPlaces } from "../../platform/named-places.ts";
import { type ProcessEnd, runProcess } from "../../platform/process.ts";
import { Semaphore } from "../../platform/semaphore.ts";
import type { ProjectState } from "../projects/project-state.ts";
import type { LentSlot } from "../slots/lease.ts";
import type { Slots } from "../slots/slots.ts";

export interface ServicePlace {
  readonly root: string;
  readonly signal: AbortSignal;
  readonly clock: () => number;
  readonly slots: Slots;
}

interface Running {
  readonly service: Service;
  /** Relative to the workspace. */
  readonly log: string;
  /** A checkout of what people wrote. */
  readonly lent: LentSlot;
  readonly env: Readonly<Record<string, string>>;
  readonly secrets: readonly string[];
  readonly reach: Reach;
  readonly stop: AbortController;
  readonly done: Promise<ProcessEnd>;
  ended: ProcessEnd | null;
}

/** Its place in the build: who starts or looks at it does so alone. */
interface Seat {
  readonly turn: Semaphore;
  running: Running | null;
  /** What could not be started is not tried again in this build: every task would wait for it. */
  failure: Failure | null;
}

const BETWEEN_TRIES_MS = 100;
const OUTPUT_BYTES = 64 * 1024;
const TAIL_CHARACTERS = 4096;
const FOR_EVER_MS = Number.MAX_SAFE_INTEGER;

export class Services {
  readonly #place: ServicePlace;
  readonly #seats = new Map<string, Seat>();

  constructor(place: ServicePlace) {
    this.#place = place;
  }

  /** Settles once all services of the project can be used under this number: those that ended are started again. */
  async ready(state: ProjectState, slot: number): Promise<Result<void>> {
    for (const service of state.project.services) {
      const name = nameOf(state, service, slot);
      const seat = this.#seats.get(name) ?? { turn: new Semaphore(1), running: null, failure: null };
      this.#seats.set(name, seat);
      const ready = await seat.turn.hold(() => this.#inSeat(seat, name, { state, service, slot }));
      if (!ready.ok) return ready;
    }
    return success(undefined);
  }

  /** Which of them are no longer there. */
  async ended(state: ProjectState, slot: number): Promise<Circumstance[]> {
    const gone: Circumstance[] = [];
    for (const service of state.project.services) {
      const running = this.#seats.get(nameOf(state, service, slot))?.running ?? null;
      if (running === null || (await this.#lives(running))) continue;
      const how = running.ended === null ? "it does not answer" : endOf(running.ended);
      gone.push({ kind: "service-ended", service: service.id, how, log: running.log });
    }
    return gone;
  }

  /** Ends all of them, with all that they started. */
  async close(): Promise<void> {
    await Promise.all([...this.#seats.values()].map((seat) => seat.turn.hold(() => end(seat))));
  }

  async #inSeat(
    seat: Seat,
    name: string,
    order: { readonly state: ProjectState; readonly service: Service; readonly slot: number },
  ): Promise<Result<void>> {
    if (this.#place.signal.aborted) return failed({ reason: "cancelled" });
    if (seat.failure !== null) return failed(seat.failure);
    if (seat.running !== null && (await this.#lives(seat.running))) return success(undefined);
    await end(seat);
    const { state, service, slot } = order;
    const lease = { kind: "service", tree: state.human, subject: `${state.project.id}/` } as const;
    const lent = await this.#place.slots.lend(state, lease);
    if (!lent.ok) return lent;
    const running = this.#start(state, service, { lentSlot: lent.value, slot, name });
    seat.running = running;
    const failure = await this.#awaitReady(state, running);
    if (failure === null) return success(undefined);
    await end(seat);
    if (failure.reason !== "cancelled") seat.failure = failure;
    return failed(failure);
  }

  #start(
    state: ProjectState,
    service: Service,
    at: { lentSlot: LentSlot; slot: number; name: string },
  ): Running {
    const { root, signal } = this.#place;
    const { env: secrets } = state.project;
    const number = isPerSlot(service) ? { FACTORY_SLOT: String(at.slot) } : {};
    const { dir, worktree } = at.lentSlot.slot;
    const folder = dirname(worktree.dir);
    const env = childEnvironment({ GIT_CEILING_DIRECTORIES: folder, ...number }, secrets);
    const suffix = isPerSlot(service) ? `.${at.slot}` : "";
    const log = join(root, ".factory", "logs", `${state.project.id}.${service.id}${suffix}.log`);
    const stop = new AbortController();
    const named = namedPlaces(env, secrets, `${service.run}\n${service.ready}`);
    const reach: Reach = {
      stage: "service",
      writes: [folder],
      reads: worktree.borrows,
      named,
      network: true,
    };
    const done = runProcess({
      command: service.run,
      cwd: dir,
      env,
      secrets,
      reach,
      timeoutMs: FOR_EVER_MS,
      outputLimit: OUTPUT_BYTES,
      log,
      own: [folder],
      lasting: true,
      signal: AbortSignal.any([signal, stop.signal]),
      marker: `service-${at.name}-${randomUUID()}`,
    });
    const running: Running = {
      service,
      log: relative(root, log),
      lent: at.lentSlot,
      env,
      secrets,
      reach,
      stop,
      done,
      ended: null,
    };
    void done.then((ended) => {
      running.ended = ended;
    });
    return running;
  }

  /** Null once it can be used. */
  async #awaitReady(state: ProjectState, running: Running): Promise<Failure | null> {
    const { service } = running;
    const deadline = this.#place.clock() + service.timeoutMs;
    for (;;) {
      const left = deadline - this.#place.clock();
      const isReady = left > 0 && (await this.#answers(running, left));
      if (this.#place.signal.aborted) return { reason: "cancelled" };
      // Somebody else's server may answer at its address.
      if (hasFailed(running)) return failureOf(state, running, "ended");
      if (isReady) return null;
      if (left <= 0) {
        running.stop.abort();
        await running.done;
        return failureOf(state, running, "not-ready");
      }
      await delay(Math.min(BETWEEN_TRIES_MS, left));
    }
  }

  /** What went to the background is asked itself: that it was not seen to end says nothing. */
  async #lives(running: Running): Promise<boolean> {
    if (running.ended === null) return true;
    return !hasFailed(running) && (await this.#answers(running, running.service.timeoutMs));
  }

  async #answers({ service, lent, env, secrets, reach, done }: Running, timeoutMs: number): Promise<boolean> {
    const stop = new AbortController();
    // Nobody waits for what is gone.
    void done.then((ended) => (ended.code === 0 ? undefined : stop.abort()));
    const tried = await runProcess({
      command: service.ready,
      cwd: lent.slot.dir,
      env,
      secrets,
      reach,
      timeoutMs,
      outputLimit: OUTPUT_BYTES,
      signal: AbortSignal.any([this.#place.signal, stop.signal]),
      marker: `ready-${service.id}-${randomUUID()}`,
    });
    return tried.end === "exited" && tried.code === 0;
  }
}

async function end(seat: Seat): Promise<void> {
  const { running } = seat;
  if (running === null) return;
  seat.running = null;
  running.stop.abort();
  await running.done;
  await running.lent.giveBack();
}

function isPerSlot({ run, ready }: Service): boolean {
  return run.includes("FACTORY_SLOT") || ready.includes("FACTORY_SLOT");
}

function nameOf(state: ProjectState, service: Service, slot: number): string {
  const name = `${state.project.id}-service-${service.id}`;
  return isPerSlot(service) ? `${name}-${slot}` : name;
}

function hasFailed({ ended }: Running): boolean {
  return ended !== null && (ended.end !== "exited" || ended.code !== 0);
}

function endOf({ code, end, exceeded, signal }: ProcessEnd): string {
  if (exceeded !== null) return exceeded;
  if (end !== "exited") return end;
  return code === null ? `killed by ${signal}` : `exit code ${code}`;
}

function failureOf(
  { project }: ProjectState,
  { service, log, ended }: Running,
  how: "ended" | "not-ready",
): Failure {
  return {
    reason: "service-failed",
    project: project.id,
    service: service.id,
    how,
    detail: how === "ended" && ended !== null ? endOf(ended) : `${service.timeoutMs / 1000} s`,
    output: (ended?.output ?? "").slice(-TAIL_CHARACTERS),
    log,
  };
}
