// Which order does a worker begin next, and is it still its own? It looks through the lanes whose install it has before all
// others, holds a lease on what it took, and leaves undone what nobody waits for. It does not know what is asked.

import { randomUUID } from "node:crypto";
import { type Job, Worker } from "bullmq";
import type { Redis } from "ioredis";
import { monotonic, pause } from "../platform/clock.ts";
import { Semaphore } from "../platform/semaphore.ts";
import { atMost, untilLeft } from "./bounded-wait.ts";
import type { FleetLink } from "./fleet-link.ts";
import { type FleetMember, Heartbeat } from "./fleet-member.ts";
import type { Rest } from "./rest.ts";

export interface TakenOrder {
  readonly id: string;
  readonly body: string;
  /** As people read it. */
  readonly label: string;
  /** Ends the work: its lease is lost, or nobody waits for it any more. */
  readonly signal: AbortSignal;
}

export interface TakerOrder {
  /** Its end is its owner's. */
  readonly link: FleetLink;
  /** Of this start of the worker. */
  readonly id: string;
  readonly name: string;
  readonly slots: number;
  /** Never rejects. Null: it is for another worker, and this one rests. */
  readonly work: (order: TakenOrder) => Promise<string | null>;
  readonly rest: Rest;
  /** What else the worker says of itself. */
  readonly drafts: () => Pick<FleetMember, "drafts" | "drafting" | "programs" | "lacks">;
  /** Stops it: what is under way is given back to the queue. */
  readonly signal: AbortSignal;
  /** Whether Redis answers, told at each change. */
  readonly onReach: (isReached: boolean) => void;
}

/** Until an order is given to another worker when its own falls silent, and between two looks for such orders. */
const LEASE_MS = 15_000;
const STALLED_MS = 5000;
/** Between two renewals of a lease, and two looks whether the order is still wanted. */
const RENEW_MS = 3000;
/** Between two looks for work where nobody tells of it. */
const IDLE_MS = 1000;
/** After so many orders of lanes whose install is here, another lane has its turn. */
const IN_A_ROW = 4;
/** For how long it is known which turn is served, where nothing is begun. */
const TURN_MS = 60 * 60 * 1000;
/** How often an answer is tried to be told while Redis is away. */
const TELLS = 10;

interface Lease {
  readonly job: Job;
  readonly token: string;
  readonly end: AbortController;
  unwanted: number;
  /** When Redis said last that it is ours. */
  heldAt: number;
}

export class OrderTaker {
  readonly #order: TakerOrder;
  readonly #room: Semaphore;
  readonly #lanes = new Map<string, Worker>();
  /** Lanes in which orders were done here, the last one at the end: their installs are in our slots. */
  readonly #held = new Set<string>();
  readonly #leases = new Map<string, Lease>();
  /** Its commands wait until Redis is there, as lanes ask of theirs. */
  readonly #patient: Redis;
  readonly #news: { readonly end: () => void };
  readonly #heart: Heartbeat;
  readonly #over: Promise<never>;
  #inARow = 0;
  #isTurnKnown = true;
  #wake = () => {};
  #isReached = true;

  constructor(order: TakerOrder) {
    const { link, slots, signal } = order;
    this.#order = order;
    this.#room = new Semaphore(slots);
    this.#patient = link.another();
    this.#over = untilLeft(link.redis, signal);
    this.#news = link.listen(link.key("work"), () => this.#wake());
    // A question that waits for Redis to be back says nothing until then.
    link.redis.on("close", () => {
      if (!signal.aborted) this.#reached(false);
    });
    signal.addEventListener("abort", () => this.#stop(), { once: true });
    this.#heart = new Heartbeat(link.redis, () => this.#member());
  }

  /** Name of the lane that is this worker's alone. */
  get #own(): string {
    return `worker-${this.#order.id}`;
  }

  /** Ends once stopped and all that was under way is given back. */
  async run(): Promise<void> {
    const { signal } = this.#order;
    const renewing = setInterval(() => void this.#renewAll(), RENEW_MS);
    const working = new Set<Promise<void>>();
    while (!signal.aborted) {
      await this.#room.take();
      const mayBegin = await this.#order.rest.isOver();
      const lease = signal.aborted || !mayBegin ? null : await this.#next();
      if (lease === null) {
        this.#room.give();
        await this.#untilNews();
        continue;
      }
      const work = this.#do(lease).finally(() => {
        working.delete(work);
        this.#room.give();
      });
      working.add(work);
    }
    for (const { end } of this.#leases.values()) end.abort();
    await Promise.all(working);
    clearInterval(renewing);
    await this.#heart.end();
    const closed = Promise.all([...this.#lanes.values()].map((worker) => worker.close(true).catch(() => {})));
    await atMost(closed);
    this.#news.end();
    this.#patient.disconnect();
  }

  /** Says anew what it does. */
  beat(): void {
    this.#heart.beat();
  }

  /** What waits for a Redis that is away waits no longer: its leases end by themselves. */
  #stop(): void {
    if (this.#order.link.redis.status !== "ready") this.#patient.disconnect();
    this.#wake();
  }

  #member(): FleetMember {
    const { link, id, name, slots, drafts, rest } = this.#order;
    const busy = [...this.#leases.values()].map(({ job }) => String(job.data.label));
    return { id, name, fleet: link.name, slots, busy, rests: rest.why, ...drafts() };
  }

  async #untilNews(): Promise<void> {
    const waited = new AbortController();
    this.#wake = () => waited.abort();
    if (this.#order.signal.aborted) return;
    await pause(IDLE_MS, waited.signal);
  }

  /** Null where there is nothing to do, or nobody to ask. */
  async #next(): Promise<Lease | null> {
    try {
      for (const lane of await this.#lanesInOrder()) {
        const token = randomUUID();
        const worker = await this.#bounded(this.#laneOf(lane));
        const job = await this.#bounded(worker.getNextJob(token, { block: false }));
        if (job === undefined || job === null) continue;
        const isHeld = this.#held.delete(lane);
        this.#inARow = isHeld ? this.#inARow + 1 : 0;
        if (lane !== this.#own) this.#held.add(lane);
        const lease = { job, token, end: new AbortController(), unwanted: 0, heldAt: monotonic() };
        this.#leases.set(String(job.id), lease);
        this.#isTurnKnown = true;
        this.#reached(true);
        return lease;
      }
      await this.#restTurn();
      this.#reached(true);
    } catch {
      this.#reached(false);
    }
    return null;
  }

  async #lanesInOrder(): Promise<readonly string[]> {
    const { link } = this.#order;
    const known = await link.lanes();
    const shared = known.filter((lane) => lane.startsWith("install-"));
    const own = known.filter((lane) => lane === this.#own);
    // The one that waited longest first: to go from one to the other costs nothing.
    const held = [...this.#held].filter((lane) => shared.includes(lane));
    const others = shared.filter((lane) => !this.#held.has(lane));
    const isTheirTurn = this.#inARow >= IN_A_ROW;
    if (isTheirTurn) this.#inARow = 0;
    return [...own, ...(isTheirTurn ? [...others, ...held] : [...held, ...others])];
  }

  /** Turns are counted anew once nothing waits. */
  async #restTurn(): Promise<void> {
    if (!this.#isTurnKnown) return;
    const { link } = this.#order;
    await link.redis.del(link.key("turn"));
    this.#isTurnKnown = false;
  }

  async #laneOf(lane: string): Promise<Worker> {
    const known = this.#lanes.get(lane);
    if (known !== undefined) return known;
    const { link, name } = this.#order;
    const worker = new Worker(link.queueName(lane), null, {
      connection: this.#patient,
      autorun: false,
      name,
      lockDuration: LEASE_MS,
      stalledInterval: STALLED_MS,
      maxStalledCount: 1,
      skipLockRenewal: true,
    });
    // Each question says itself what became of it.
    worker.on("error", () => {});
    this.#lanes.set(lane, worker);
    await worker.waitUntilReady();
    void worker.startStalledCheckTimer();
    return worker;
  }

  async #do(lease: Lease): Promise<void> {
    const { job, end } = lease;
    const id = String(job.id);
    const { link, work, signal } = this.#order;
    try {
      const turn = String(job.opts.priority ?? 1);
      const said = await link.redis
        .multi()
        .exists(link.key("asked", id))
        .set(link.key("turn"), turn, "PX", TURN_MS)
        .publish(String(job.data.reply), id)
        .exec();
      if (said?.[0]?.[1] !== 1) return await this.#tell(lease, "");
      this.#heart.beat();
      const answer = await work({
        id,
        body: String(job.data.body),
        label: String(job.data.label),
        signal: end.signal,
      });
      if (signal.aborted || answer === null) await atMost(job.moveToWait(lease.token));
      else if (!end.signal.aborted) await this.#tell(lease, answer);
    } catch {
      // It is not ours any more, or Redis is away: whoever asks sees to it.
    } finally {
      this.#leases.delete(id);
      this.#heart.beat();
    }
  }

  #bounded<T>(work: Promise<T>): Promise<T> {
    return Promise.race([work, this.#over]);
  }

  async #tell({ job, token }: Lease, answer: string): Promise<void> {
    for (let tried = 1; ; tried++) {
      try {
        await this.#bounded(job.moveToCompleted(answer, token, false));
        await this.#notify(job);
        return;
      } catch (error) {
        if (tried === TELLS || this.#order.link.redis.status === "ready") throw error;
        await pause(IDLE_MS, this.#order.signal);
      }
    }
  }

  async #notify({ id, data }: Job): Promise<void> {
    await this.#order.link.redis.publish(String(data.reply), String(id));
  }

  async #isWanted(id: string): Promise<boolean> {
    const { link } = this.#order;
    return (await link.redis.exists(link.key("asked", id))) === 1;
  }

  async #renewAll(): Promise<void> {
    await Promise.all([...this.#leases.values()].map((lease) => this.#renew(lease)));
  }

  async #renew(lease: Lease): Promise<void> {
    const { job, token, end } = lease;
    // Whoever is out of reach for so long has lost it to another worker by now.
    if (monotonic() - lease.heldAt > LEASE_MS) return end.abort();
    const asked = monotonic();
    try {
      const isOurs = (await job.extendLock(token, LEASE_MS)) === 1;
      lease.heldAt = asked;
      lease.unwanted = (await this.#isWanted(String(job.id))) ? 0 : lease.unwanted + 1;
      // Asked twice: between two orders of one sender its sign may be late.
      if (!isOurs || lease.unwanted > 1) end.abort();
    } catch {
      // The next look tells whether it is ours still.
    }
  }

  #reached(isReached: boolean): void {
    if (isReached === this.#isReached) return;
    this.#isReached = isReached;
    this.#order.onReach(isReached);
  }
}
