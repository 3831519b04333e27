// Which draft does a worker begin next, and what becomes of it? It takes only those whose program is there, and begins none that
// anybody had begun. What it has begun costs money: it is made to its end although the queue gives it to another, nobody waits for
// it, or Redis is away, and its answer is kept until whoever asked has it. Only a word of theirs ends it, or an interrupt here.

import { randomUUID } from "node:crypto";
import { type Job, Worker } from "bullmq";
import type { Redis } from "ioredis";
import { monotonic, pause } from "../platform/clock.ts";
import { Semaphore } from "../platform/semaphore.ts";
import { atMost, untilLeft } from "./bounded-wait.ts";
import {
  beginMark,
  draftLane,
  dropMark,
  isStopped,
  programsAskedFor,
  readMark,
  setMark,
} from "./draft-mark.ts";
import type { FleetLink } from "./fleet-link.ts";
import type { FleetMember } from "./fleet-member.ts";
import type { Rest } from "./rest.ts";

export interface TakenDraft {
  readonly name: string;
  readonly body: string;
  /** To be called right before its program starts. False: it must not start; another one has begun it. */
  readonly begin: () => Promise<boolean>;
  /** What it told of its cost so far. */
  readonly tell: (told: string) => void;
  /** Ends the work. */
  readonly signal: AbortSignal;
}

/** What a worker keeps on its own disk of the drafts that it has begun. */
export interface KeptDrafts {
  /** `answer` null: it has begun, and nothing more is known. */
  find(name: string): { readonly sending: number; readonly answer: string | null } | null;
  names(): readonly string[];
  /** Rejects where it cannot be kept: then nothing is begun. */
  begin(name: string, sending: number): Promise<void>;
  /** Rejects as `begin` does. */
  keep(name: string, answer: string): Promise<void>;
  drop(name: string): Promise<void>;
}

export interface DraftTakerOrder {
  readonly link: FleetLink;
  /** Of this start of the worker. */
  readonly id: string;
  readonly name: string;
  /** How many drafts at once. */
  readonly rooms: number;
  readonly kept: KeptDrafts;
  /** Whether a program can be started here. */
  readonly has: (program: string) => Promise<boolean>;
  /** Never rejects. Null, where nothing was begun: it is for another worker, and this one rests. */
  readonly work: (draft: TakenDraft) => Promise<string | null>;
  readonly rest: Rest;
  /** Puts an answer where builds look for what the queue lost. */
  readonly share: (name: string, answer: string) => Promise<boolean>;
  /** What it says of itself is another now. */
  readonly onChange: () => void;
  readonly signal: AbortSignal;
}

const LEASE_MS = 15_000;
const STALLED_MS = 5000;
const RENEW_MS = 3000;
const IDLE_MS = 1000;
/** Between two looks for programs, and for answers that whoever asked has by now. */
const LOOK_MS = 10_000;

interface Held {
  readonly job: Job;
  readonly token: string;
  readonly end: AbortController;
  heldAt: number;
  unwanted: number;
  isBegun: boolean;
  /** It must not begin here. */
  isRefused: boolean;
}

export class DraftTaker {
  readonly #order: DraftTakerOrder;
  readonly #room: Semaphore;
  readonly #lanes = new Map<string, Worker>();
  readonly #held = new Map<string, Held>();
  readonly #programs = new Map<string, boolean>();
  /** Answers that the shared store did not take yet. */
  readonly #unshared = new Set<string>();
  readonly #patient: Redis;
  readonly #news: { readonly end: () => void };
  #lookedAt = Number.NEGATIVE_INFINITY;
  #wake = () => {};
  readonly #over: Promise<never>;

  constructor(order: DraftTakerOrder) {
    const { link, rooms, signal } = order;
    this.#order = order;
    this.#room = new Semaphore(rooms);
    this.#patient = link.another();
    this.#news = link.listen(link.key("work"), (word) => {
      if (word === "programs") this.#lookedAt = Number.NEGATIVE_INFINITY;
      this.#wake();
    });
    for (const name of order.kept.names())
      if (typeof order.kept.find(name)?.answer === "string") this.#unshared.add(name);
    this.#over = untilLeft(link.redis, signal);
    signal.addEventListener("abort", () => this.#stop(), { once: true });
  }

  /** What it says of itself. */
  get member(): Pick<FleetMember, "drafts" | "drafting" | "programs" | "lacks"> {
    const drafting = [...this.#held.values()].map(({ job }) => String(job.data.label));
    const programs = [...this.#programs.keys()].filter((program) => this.#programs.get(program) === true);
    const lacks = [...this.#programs.keys()].filter((program) => this.#programs.get(program) === false);
    return { drafts: this.#order.rooms, drafting, programs, lacks };
  }

  /** Ends once stopped, and what was under way has told what it cost. */
  async run(): Promise<void> {
    const { signal } = this.#order;
    const renewing = setInterval(() => void this.#renewAll(), RENEW_MS);
    const working = new Set<Promise<void>>();
    while (!signal.aborted) {
      await this.#room.take();
      const mayBegin = await this.#order.rest.isOver();
      const held = signal.aborted || !mayBegin ? null : await this.#next();
      if (held === null) {
        this.#room.give();
        await this.#untilNews();
        continue;
      }
      const work = this.#do(held).finally(() => {
        working.delete(work);
        this.#room.give();
      });
      working.add(work);
    }
    await Promise.all(working);
    clearInterval(renewing);
    const closed = Promise.all([...this.#lanes.values()].map((worker) => worker.close(true).catch(() => {})));
    await atMost(closed);
    this.#news.end();
    this.#patient.disconnect();
  }

  #stop(): void {
    if (this.#order.link.redis.status !== "ready") this.#patient.disconnect();
    for (const { end } of this.#held.values()) end.abort();
    this.#wake();
  }

  async #untilNews(): Promise<void> {
    const waited = new AbortController();
    this.#wake = () => waited.abort();
    if (this.#order.signal.aborted) return;
    await pause(IDLE_MS, waited.signal);
  }

  async #next(): Promise<Held | null> {
    try {
      await this.#lookAround();
      for (const [program, isThere] of this.#programs) {
        if (!isThere) continue;
        const token = randomUUID();
        const lane = await this.#bounded(this.#laneOf(draftLane(program)));
        const job = await this.#bounded(lane.getNextJob(token, { block: false }));
        if (job === undefined || job === null) continue;
        const held = {
          ...{ job, token, end: new AbortController(), heldAt: monotonic() },
          ...{ unwanted: 0, isBegun: false, isRefused: false },
        };
        this.#held.set(String(job.id), held);
        return held;
      }
    } catch {
      // Whoever takes gates beside it tells that Redis is away.
    }
    return null;
  }

  /** Which programs are there, and which answers need not be kept any more? */
  async #lookAround(): Promise<void> {
    if (monotonic() - this.#lookedAt < LOOK_MS) return;
    const { link, kept, has } = this.#order;
    for (const program of await programsAskedFor(link)) this.#programs.set(program, await has(program));
    this.#order.onChange();
    for (const name of this.#unshared) await this.#share(name);
    for (const name of kept.names()) {
      if (this.#held.has(name)) continue;
      const mark = await readMark(link, name);
      if (mark?.state === "settled") await kept.drop(name);
    }
    this.#lookedAt = monotonic();
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
      // Given back as often as it likes: a mark tells whether it was begun.
      maxStalledCount: 100,
      skipLockRenewal: true,
    });
    worker.on("error", () => {});
    this.#lanes.set(lane, worker);
    await worker.waitUntilReady();
    void worker.startStalledCheckTimer();
    return worker;
  }

  async #do(held: Held): Promise<void> {
    const { job, end, token } = held;
    const name = String(job.id);
    const { kept, work, signal } = this.#order;
    try {
      const before = kept.find(name);
      const isOurs = before !== null && before.sending >= Number(job.data.sending);
      if (isOurs && before.answer !== null) return await this.#tell(held, before.answer);
      if (isOurs || !(await this.#isWanted(name))) return await this.#tell(held, "");
      this.#order.onChange();
      await this.#notify(job);
      const answer = await work({
        name,
        body: String(job.data.body),
        begin: async () => {
          const isBegun = await this.#begin(held);
          held.isRefused = !isBegun;
          return isBegun;
        },
        tell: (told) => void job.updateProgress(told).catch(() => {}),
        signal: end.signal,
      });
      if (held.isBegun && answer !== null) await this.#keep(held, answer);
      else if (held.isRefused) await this.#tell(held, "");
      else if (signal.aborted || answer === null) await atMost(job.moveToWait(token));
      else if (!end.signal.aborted) await this.#tell(held, answer);
    } catch {
      // It is not ours any more, or Redis is away: whoever asks sees to it.
    } finally {
      this.#held.delete(name);
      this.#order.onChange();
    }
  }

  /** On our own disk first: a mark that nobody remembers would be worth nothing. */
  async #begin(held: Held): Promise<boolean> {
    const { job, token, end } = held;
    const name = String(job.id);
    const { link, kept } = this.#order;
    const sending = Number(job.data.sending);
    if (end.signal.aborted) return false;
    try {
      await kept.begin(name, sending);
      const other = await beginMark(link, name, this.#mark(sending, "begun"));
      if (other === null) {
        held.isBegun = (await this.#bounded(job.extendLock(token, LEASE_MS))) === 1;
        if (held.isBegun) return true;
        // Whoever asked has taken it back meanwhile, or it was given to another.
        await dropMark(link, name);
      }
    } catch {
      // Whether Redis has the mark is not known: it tells of a draft that nobody began, and is asked for again by the policy.
    }
    await kept.drop(name).catch(() => {});
    return false;
  }

  async #keep(held: Held, answer: string): Promise<void> {
    const name = String(held.job.id);
    await this.#order.kept.keep(name, answer);
    this.#unshared.add(name);
    await this.#share(name);
    await this.#tell(held, answer);
  }

  async #share(name: string): Promise<void> {
    const { kept, link, share } = this.#order;
    const found = kept.find(name);
    if (found?.answer === null || found === null) return;
    if (!(await share(name, found.answer))) return;
    const mark = await readMark(link, name);
    if (mark?.state !== "settled") await setMark(link, name, this.#mark(found.sending, "kept"));
    this.#unshared.delete(name);
  }

  #bounded<T>(work: Promise<T>): Promise<T> {
    return Promise.race([work, this.#over]);
  }

  #mark(sending: number, state: "begun" | "kept") {
    const { id, name: worker } = this.#order;
    return { id, worker, sending, state };
  }

  async #tell({ job, token }: Held, answer: string): Promise<void> {
    await this.#bounded(job.moveToCompleted(answer, token, false));
    await this.#notify(job);
  }

  async #notify({ id, data }: Job): Promise<void> {
    await this.#order.link.redis.publish(String(data.reply), String(id));
  }

  async #isWanted(name: string): Promise<boolean> {
    const { link } = this.#order;
    return (await link.redis.exists(link.key("draft-wanted", name))) === 1;
  }

  async #renewAll(): Promise<void> {
    await Promise.all([...this.#held.values()].map((held) => this.#renew(held)));
  }

  async #renew(held: Held): Promise<void> {
    const { job, token, end } = held;
    const name = String(job.id);
    const isLate = monotonic() - held.heldAt > LEASE_MS;
    if (isLate && !held.isBegun) return end.abort();
    const asked = monotonic();
    try {
      if (await isStopped(this.#order.link, name)) return end.abort();
      const isOurs = (await job.extendLock(token, LEASE_MS)) === 1;
      if (isOurs) held.heldAt = asked;
      held.unwanted = (await this.#isWanted(name)) ? 0 : held.unwanted + 1;
      if (!held.isBegun && (!isOurs || held.unwanted > 1)) end.abort();
    } catch {
      // The next look tells.
    }
  }
}
