// How does an order get to a worker, and what comes back? Whoever asks waits within bounds: it takes back what nobody begins and
// it could do itself, gives up on what takes too long, and sends once more what the queue has lost. It does not know what is asked.
//
//   added ──► waiting ──► taken ──► done
//               │  ▲         │
//               │  └─stalled─┘  (its worker fell silent: BullMQ gives it to another one, once)
//               ▼
//           taken back
//
// Several senders take turns: each order stands at the turn that it would have if its sender were alone, counted from the turn that
// is being served. So the first order of whoever comes later stands beside the next one of whoever has a hundred there.

import { monotonic, now } from "../platform/clock.ts";
import { causeOf, type FleetLink, type FleetOrder } from "./fleet-link.ts";
import { listMembers } from "./fleet-member.ts";

export interface Asking {
  readonly lane: string;
  readonly body: string;
  /** As people read what is to be done. */
  readonly label: string;
  /** The more, the sooner. */
  readonly urgency: number;
  /** Longest time that a worker may be at it, in ms. */
  readonly longestMs: number;
  /** Whether whoever asks could do it at once. */
  readonly isIdle: () => boolean;
  readonly onTaken: (worker: string) => void;
  readonly signal: AbortSignal;
}

export type FleetReply =
  | { readonly kind: "done"; readonly worker: string; readonly body: string }
  /** No worker has begun it, and none will. `alone`: there is no worker at all. */
  | { readonly kind: "taken-back"; readonly alone: boolean }
  /** Nobody knows what becomes of it, in words that follow the fleet's address. */
  | { readonly kind: "lost"; readonly detail: string }
  | { readonly kind: "cancelled" };

interface OpenOrder {
  readonly order: FleetOrder;
  readonly asking: Asking;
  readonly settle: (reply: FleetReply) => void;
  /** Since when it is where it is. */
  since: number;
  worker: string | null;
  isSentAgain: boolean;
  /** When its sender gave a sign of it last. */
  signedAt: number;
  /** One look at a time; who wants another one meanwhile gets it afterwards. */
  look: "none" | "under-way" | "again";
}

/** Between two looks at what is open, where nobody tells of news. */
const LOOK_MS = 500;
/** For how long an order without a sign of its sender is still wanted. */
const ASKED_MS = 20_000;
/** Between two such signs. */
const SIGN_MS = 5000;
/** How long an order waits for a worker: where there is none, and where whoever asks could do it at once. */
const ALONE_MS = 3000;
const WAIT_MS = 20_000;
/** How long the queue may be out of reach, or without any worker, before orders that were taken are given up. */
const OUTAGE_MS = 15_000;
/** For how long a lane is looked through after its last order. */
const LANE_MS = 24 * 60 * 60 * 1000;
/** For how long the queue keeps what nobody came back for, in seconds. */
const KEPT_S = 3600;
/** The lowest priority that BullMQ knows. */
const LAST = 2_000_000;

export class OrderSender {
  readonly #link: FleetLink;
  readonly #id: string;
  readonly #open = new Map<string, OpenOrder>();
  /** How urgent those are that nobody has begun. */
  readonly #waiting = new Map<string, number>();
  readonly #news: { readonly end: () => void };
  readonly #forgetting = new Set<Promise<void>>();
  #count = 0;
  #timer: NodeJS.Timeout | null = null;
  /** Since when the queue is out of reach; null while it is not. */
  #outSince: number | null = null;
  /** Since when there is no worker; null while there is one. */
  #goneSince: number | null = null;
  /** Since when there is none that takes anything; null while there is one. */
  #aloneSince: number | null = null;

  /** `id`: of this sender alone. */
  constructor(link: FleetLink, id: string) {
    this.#link = link;
    this.#id = id;
    this.#news = link.listen(this.#reply, (id) => {
      const open = this.#open.get(id);
      if (open !== undefined) void this.#look(open);
    });
  }

  get #reply(): string {
    return this.#link.key("news", this.#id);
  }

  /** Never rejects, and always ends. */
  async ask(asking: Asking): Promise<FleetReply> {
    if (asking.signal.aborted) return { kind: "cancelled" };
    this.#count += 1;
    const id = `${this.#id}-${this.#count}`;
    const { lane, body } = asking;
    const order: FleetOrder = { id, lane, body, reply: this.#reply };
    try {
      await this.#add(order, asking);
    } catch (error) {
      this.#waiting.delete(id);
      return { kind: "lost", detail: `took no order: ${causeOf(error)}` };
    }
    const answered = new AbortController();
    const reply = await new Promise<FleetReply>((settle) => {
      const at = monotonic();
      const begun = { since: at, signedAt: at, worker: null, isSentAgain: false, look: "none" } as const;
      this.#open.set(id, { order, asking, settle, ...begun });
      const cancel = () => settle({ kind: "cancelled" });
      asking.signal.addEventListener("abort", cancel, { signal: answered.signal });
      this.#timer ??= setInterval(() => void this.#lookAround(), LOOK_MS);
    });
    answered.abort();
    this.#open.delete(id);
    this.#waiting.delete(id);
    if (this.#open.size === 0 && this.#timer !== null) {
      clearInterval(this.#timer);
      this.#timer = null;
    }
    // Whoever asked has its answer, and waits for no more.
    const forgetting = this.#forget(order).finally(() => this.#forgetting.delete(forgetting));
    this.#forgetting.add(forgetting);
    return reply;
  }

  async close(): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#news.end();
    await Promise.all(this.#forgetting);
    await this.#link.close();
  }

  async #add({ id, lane, body, reply }: FleetOrder, { urgency, label }: Asking): Promise<void> {
    const { redis } = this.#link;
    // Before anything is waited for: what is asked for at the same moment stands behind each other.
    const before = [...this.#waiting.values()].filter((other) => other >= urgency).length;
    this.#waiting.set(id, urgency);
    const said = await redis
      .multi()
      .set(this.#link.key("asked", id), "1", "PX", ASKED_MS)
      .zremrangebyscore(this.#link.key("lanes"), "0", String(now() - LANE_MS))
      .zadd(this.#link.key("lanes"), String(now()), lane)
      .get(this.#link.key("turn"))
      .exec();
    await this.#link.queue(lane).add(
      "order",
      { body, reply, label },
      {
        jobId: id,
        priority: Math.min(LAST, Number(said?.[3]?.[1] ?? 0) + before + 1),
        removeOnComplete: { age: KEPT_S },
        removeOnFail: { age: KEPT_S },
      },
    );
    await redis.publish(this.#link.key("work"), lane);
  }

  /** Its worker, if any, finds that it is not wanted any more. */
  async #forget({ id, lane }: FleetOrder): Promise<void> {
    try {
      await this.#link.redis.del(this.#link.key("asked", id));
      await this.#link.queue(lane).remove(id);
    } catch {
      // It goes by itself.
    }
  }

  async #lookAround(): Promise<void> {
    try {
      const members = await listMembers(this.#link.redis);
      const ours = members.filter(({ fleet }) => fleet === this.#link.name);
      this.#goneSince = ours.length > 0 ? null : (this.#goneSince ?? monotonic());
      // One that rests goes on with what it has begun.
      this.#aloneSince = ours.some(({ rests }) => rests === null) ? null : (this.#aloneSince ?? monotonic());
    } catch (error) {
      return this.#unreached(error);
    }
    await Promise.all([...this.#open.values()].map((open) => this.#look(open)));
  }

  async #look(open: OpenOrder): Promise<void> {
    if (open.look !== "none") {
      open.look = "again";
      return;
    }
    do {
      open.look = "under-way";
      try {
        await this.#lookAt(open);
        this.#outSince = null;
      } catch (error) {
        this.#unreached(error);
      }
    } while ((open.look as OpenOrder["look"]) === "again" && this.#open.has(open.order.id));
    open.look = "none";
  }

  #unreached(error: unknown): void {
    this.#outSince ??= monotonic();
    if (monotonic() - this.#outSince <= OUTAGE_MS) return;
    const detail = `cannot be reached: ${causeOf(error)}`;
    for (const { settle } of this.#open.values()) settle({ kind: "lost", detail });
  }

  async #lookAt(open: OpenOrder): Promise<void> {
    const { order, asking, settle } = open;
    const { redis } = this.#link;
    if (monotonic() - open.signedAt > SIGN_MS) {
      await redis.set(this.#link.key("asked", order.id), "1", "PX", ASKED_MS);
      open.signedAt = monotonic();
    }
    const queue = this.#link.queue(order.lane);
    // First where it is: what is read before of an order that ends meanwhile has no answer yet.
    const state = await queue.getJobState(order.id);
    const isBegun = state === "completed" || state === "failed" || state === "active";
    const job = isBegun ? await queue.getJob(order.id) : undefined;
    // Gone between the two: the next look tells.
    if (isBegun && job === undefined) return;
    const gone = this.#goneSince === null ? 0 : monotonic() - this.#goneSince;
    const alone = this.#aloneSince === null ? 0 : monotonic() - this.#aloneSince;
    if (state === "completed")
      return settle({ kind: "done", worker: String(job?.processedBy ?? ""), body: String(job?.returnvalue) });
    if (state === "failed")
      return settle({ kind: "lost", detail: `gave an order up: ${job?.failedReason ?? ""}` });
    if (state === "active") {
      this.#taken(open, String(job?.processedBy ?? ""));
      if (gone > OUTAGE_MS) settle({ kind: "lost", detail: "has no worker any more" });
      else if (monotonic() - open.since > asking.longestMs)
        settle({ kind: "lost", detail: `has a worker (${open.worker}) that does not come to an end` });
      return;
    }
    if (state === "unknown") return this.#sendAgain(open);
    if (open.worker !== null) {
      open.worker = null;
      open.since = monotonic();
    }
    const isLeft = alone > ALONE_MS || (monotonic() - open.since > WAIT_MS && asking.isIdle());
    if (isLeft && (await queue.remove(order.id)) === 1)
      settle({ kind: "taken-back", alone: alone > ALONE_MS });
  }

  #taken(open: OpenOrder, worker: string): void {
    if (open.worker === worker) return;
    open.worker = worker;
    open.since = monotonic();
    this.#waiting.delete(open.order.id);
    open.asking.onTaken(worker);
  }

  /** A Redis that keeps nothing begins anew when it restarts. */
  async #sendAgain(open: OpenOrder): Promise<void> {
    // It may have been settled while the queue was asked.
    if (!this.#open.has(open.order.id)) return;
    if (open.isSentAgain) return open.settle({ kind: "lost", detail: "lost an order twice" });
    open.isSentAgain = true;
    open.worker = null;
    open.since = monotonic();
    await this.#add(open.order, open.asking);
  }
}
