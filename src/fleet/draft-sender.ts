// How does a draft get to a worker, and back? Unlike a stage of gates it is paid for, so it goes by its name: whoever asks for the
// same draft, such as the build after one that was killed, comes to the one that is waiting, under way or finished. One that a
// worker has begun is never sent again from here; what became of it is told, or that nobody knows.
//
//   room for it? ─► waiting ─► taken ─► begun ─► done
//        │             │         │        └─ its worker falls silent: `unknown`, unless its answer lies in the store
//        └─────────────┴─────────┴──────────► `nobody`: surely no program was started

import { monotonic, pause } from "../platform/clock.ts";
import {
  askForPrograms,
  type DraftMark,
  draftLane,
  dropMark,
  dropStop,
  readMark,
  setMark,
  stopDraft,
} from "./draft-mark.ts";
import { causeOf, type FleetLink } from "./fleet-link.ts";
import { type FleetMember, listMembers } from "./fleet-member.ts";

export interface DraftAsking {
  /** Digest of what is asked. */
  readonly name: string;
  readonly program: string;
  readonly body: string;
  /** As people read what is to be done. */
  readonly label: string;
  /** The more, the sooner. */
  readonly urgency: number;
  /** How often it was decided that it is paid for, this time included. */
  readonly sending: number;
  /** Longest time that a worker may be at it, in ms. */
  readonly longestMs: number;
  /** False: it is only looked for. */
  readonly mayBegin: boolean;
  readonly onTaken: (worker: string) => void;
  /** What its program told of its cost so far. */
  readonly onTold: (told: string) => void;
  /** An answer that did not come back by the queue; null where there is none. */
  readonly lookup: () => Promise<string | null>;
  /** Ends its program. */
  readonly signal: AbortSignal;
}

export type DraftReply =
  | { readonly kind: "done"; readonly worker: string; readonly body: string }
  /** No program was started for it. `detail`: why the fleet could not be asked, in words that follow its address. */
  | { readonly kind: "nobody"; readonly detail: string | null }
  /** A program may have been started for it, and nobody can tell what it came to. `worker`: who had begun it, where that is known. */
  | { readonly kind: "unknown"; readonly worker: string | null; readonly detail: string | null };

/** Between two looks, where nobody tells of news. */
const LOOK_MS = 300;
/** For how long a draft without a sign of its sender may still be begun. */
const WANTED_MS = 20_000;
/** How long one waits for a worker that seemed to have room. */
const WAIT_MS = 3000;
/** How long a worker may be silent, or Redis away, before what it has begun is given up. */
const SILENT_MS = 30_000;
/** How long a program that was told to end may take to say what it cost. */
const STOP_MS = 20_000;
const LOOKUP_MS = 5000;
/** For how long the queue keeps an answer, in seconds. */
const KEPT_S = 24 * 60 * 60;
/** The lowest priority of BullMQ is a large number. */
const LAST = 1_000_000;

/** Where one draft stands, as far as it was seen. */
interface Sight {
  isSent: boolean;
  isSentAgain: boolean;
  sentAt: number;
  worker: string | null;
  takenAt: number;
  told: string;
  /** Since when its worker is silent, and since when Redis is; null while they are not. */
  silentSince: number | null;
  outSince: number | null;
  lookedAt: number;
  stoppedAt: number | null;
}

export class DraftSender {
  readonly #link: FleetLink;
  /** Name of the channel on which news of its drafts are told. */
  readonly #reply: string;
  readonly #news: { readonly end: () => void };
  #heard = new AbortController();

  /** `id`: of this sender alone. The link's end is its owner's. */
  constructor(link: FleetLink, id: string) {
    this.#link = link;
    this.#reply = link.key("draft-news", id);
    this.#news = link.listen(this.#reply, () => {
      this.#heard.abort();
      this.#heard = new AbortController();
    });
  }

  close(): void {
    this.#news.end();
  }

  /** Before drafts are asked for, so that workers have told by then whether they have what these need. */
  async announce(programs: readonly string[]): Promise<void> {
    await askForPrograms(this.#link, programs).catch(() => {});
  }

  /**
   * Whether a worker has room for a draft by this program at this moment. Waits for one that has room and has just been asked
   * whether the program is there. Not where Redis does not answer.
   */
  async hasRoom(program: string, signal: AbortSignal): Promise<boolean> {
    const since = monotonic();
    for (;;) {
      const members = await listMembers(this.#link.redis).catch(() => []);
      const free = members.filter(
        ({ fleet, rests, drafts, drafting }) =>
          fleet === this.#link.name && rests === null && drafting.length < drafts,
      );
      if (free.some(({ programs }) => programs.includes(program))) return true;
      const isLooking = free.some(({ lacks }) => !lacks.includes(program));
      if (!isLooking || signal.aborted || monotonic() - since > WAIT_MS) return false;
      await pause(LOOK_MS, signal);
    }
  }

  /** Never rejects, and always ends. Several at once are no problem; not of one name. */
  async ask(asking: DraftAsking): Promise<DraftReply> {
    const sight: Sight = {
      ...{ isSent: false, isSentAgain: false, sentAt: 0, worker: null, takenAt: 0, told: "" },
      ...{ silentSince: null, outSince: null, lookedAt: Number.NEGATIVE_INFINITY, stoppedAt: null },
    };
    for (;;) {
      const reply = await this.#lookSafely(asking, sight);
      if (reply !== null) return reply;
      const isStopping = asking.signal.aborted && sight.stoppedAt !== null;
      const stop = isStopping ? this.#heard.signal : AbortSignal.any([asking.signal, this.#heard.signal]);
      await pause(LOOK_MS, stop);
    }
  }

  /** Its answer is kept here: nobody need keep it any more. */
  async settle(asking: Pick<DraftAsking, "name" | "program">): Promise<void> {
    const { name, program } = asking;
    try {
      const mark = await readMark(this.#link, name);
      if (mark !== null) await setMark(this.#link, name, { ...mark, state: "settled" });
      await this.#link.queue(draftLane(program)).remove(name);
      await dropStop(this.#link, name);
    } catch {
      // The worker keeps it for some days, and then it goes by itself.
    }
  }

  /** What lies there under its name is no answer. */
  async forget({ name, program }: Pick<DraftAsking, "name" | "program">): Promise<void> {
    try {
      await this.#link.queue(draftLane(program)).remove(name);
      await dropMark(this.#link, name);
    } catch {
      // The next build finds it again, and refuses it again.
    }
  }

  async #lookSafely(asking: DraftAsking, sight: Sight): Promise<DraftReply | null> {
    try {
      const reply = await this.#look(asking, sight);
      sight.outSince = null;
      return reply;
    } catch (error) {
      const detail = `cannot be reached: ${causeOf(error)}`;
      if (!sight.isSent && sight.worker === null)
        return asking.mayBegin ? { kind: "nobody", detail } : { kind: "unknown", worker: null, detail };
      sight.outSince ??= monotonic();
      const found = await this.#lookup(asking, sight);
      if (found !== null) return found;
      // Whoever has begun tells by the store, too.
      const longest = sight.worker === null ? SILENT_MS : asking.longestMs;
      const isOver = monotonic() - Math.max(sight.takenAt, sight.outSince) > longest || asking.signal.aborted;
      return isOver ? { kind: "unknown", worker: sight.worker, detail } : null;
    }
  }

  async #look(asking: DraftAsking, sight: Sight): Promise<DraftReply | null> {
    const { name, program, sending } = asking;
    const queue = this.#link.queue(draftLane(program));
    if (asking.signal.aborted && sight.stoppedAt === null) {
      sight.stoppedAt = monotonic();
      await stopDraft(this.#link, name);
    }
    await this.#link.redis.set(this.#link.key("draft-wanted", name), "1", "PX", WANTED_MS);
    const mark = await readMark(this.#link, name);
    const state = await queue.getJobState(name);
    const isBegun = mark !== null && mark.state !== "settled" && mark.sending >= sending;
    const job = state === "unknown" ? undefined : await queue.getJob(name);
    if (state === "completed" && job !== undefined) {
      const body = String(job.returnvalue ?? "");
      if (body !== "") return { kind: "done", worker: String(job.processedBy ?? mark?.worker ?? ""), body };
      // Its taker left it undone, for nobody seemed to want it, or another one had begun it.
      await queue.remove(name);
      sight.isSent = false;
      return null;
    }
    if (isBegun) {
      this.#taken(asking, sight, mark.worker);
      if (typeof job?.progress === "string" && job.progress !== sight.told) {
        sight.told = job.progress;
        asking.onTold(job.progress);
      }
      return this.#lookAtBegun(asking, sight, mark);
    }
    if (state === "unknown") return this.#lookAtNone(asking, sight);
    sight.isSent = true;
    if (sight.sentAt === 0) sight.sentAt = monotonic();
    if (state === "active") {
      if (typeof job?.processedBy === "string") this.#taken(asking, sight, job.processedBy);
      const isOver = monotonic() - sight.takenAt > asking.longestMs;
      const members = await listMembers(this.#link.redis);
      const isThere = members.some((member) => this.#is(member, program));
      sight.silentSince = isThere ? null : (sight.silentSince ?? monotonic());
      const isAlone = sight.silentSince !== null && monotonic() - sight.silentSince > SILENT_MS;
      if (!isOver && !isAlone && sight.stoppedAt === null) return null;
    } else {
      // Its worker died before it began: the others have as long as it had.
      if (sight.worker !== null) [sight.worker, sight.sentAt] = [null, monotonic()];
      if (sight.stoppedAt === null && monotonic() - sight.sentAt < WAIT_MS) return null;
    }
    return this.#takeBack(asking, sight);
  }

  /** Whoever takes it out of the queue can be sure that no worker begins it: one that has it looks whether it is still there. */
  async #takeBack({ name, program, sending }: DraftAsking, sight: Sight): Promise<DraftReply | null> {
    const isOut = await this.#link.queue(draftLane(program)).remove(name);
    const mark = await readMark(this.#link, name);
    if (isOut === 1 && (mark === null || mark.state === "settled" || mark.sending < sending))
      return { kind: "nobody", detail: null };
    const isTooLong = sight.stoppedAt !== null && monotonic() - sight.stoppedAt > STOP_MS;
    return isTooLong
      ? { kind: "unknown", worker: sight.worker, detail: "has a worker that does not end" }
      : null;
  }

  async #lookAtBegun(asking: DraftAsking, sight: Sight, mark: DraftMark): Promise<DraftReply | null> {
    const members = await listMembers(this.#link.redis);
    const isThere = members.some(({ id }) => id === mark.id);
    sight.silentSince = isThere ? null : (sight.silentSince ?? monotonic());
    if (mark.state === "kept" || !isThere) {
      const found = await this.#lookup(asking, sight);
      if (found !== null) return found;
    }
    const { worker } = mark;
    const now = monotonic();
    if (sight.silentSince !== null && now - sight.silentSince > SILENT_MS)
      return { kind: "unknown", worker, detail: `has lost its worker ${worker}, which had begun` };
    if (sight.stoppedAt !== null && now - sight.stoppedAt > STOP_MS)
      return { kind: "unknown", worker, detail: `has a worker, ${worker}, that does not end` };
    if (now - sight.takenAt > asking.longestMs)
      return { kind: "unknown", worker, detail: `has a worker, ${worker}, that does not come to an end` };
    return null;
  }

  async #lookAtNone(asking: DraftAsking, sight: Sight): Promise<DraftReply | null> {
    const isLost = sight.isSent;
    if (!asking.mayBegin) {
      sight.lookedAt = Number.NEGATIVE_INFINITY;
      const found = await this.#lookup(asking, sight);
      return found ?? { kind: "unknown", worker: null, detail: null };
    }
    if (sight.stoppedAt !== null) return { kind: "nobody", detail: null };
    if (isLost && sight.worker !== null)
      return { kind: "unknown", worker: sight.worker, detail: "lost an order that a worker had taken" };
    if (isLost && sight.isSentAgain) return { kind: "nobody", detail: "lost an order twice" };
    if (!(await this.hasRoom(asking.program, asking.signal))) return { kind: "nobody", detail: null };
    const { name, program, body, label, urgency, sending } = asking;
    const lane = draftLane(program);
    sight.isSentAgain = isLost;
    sight.isSent = true;
    sight.sentAt = monotonic();
    await this.#link.queue(lane).add(
      "draft",
      { body, reply: this.#reply, label, sending },
      {
        jobId: name,
        priority: Math.max(1, LAST - urgency),
        removeOnComplete: { age: KEPT_S },
        removeOnFail: { age: KEPT_S },
      },
    );
    await this.#link.redis.publish(this.#link.key("work"), lane);
    return null;
  }

  async #lookup({ lookup }: DraftAsking, sight: Sight): Promise<DraftReply | null> {
    if (monotonic() - sight.lookedAt < LOOKUP_MS) return null;
    const body = await lookup();
    sight.lookedAt = monotonic();
    return body === null ? null : { kind: "done", worker: sight.worker ?? "", body };
  }

  #taken({ onTaken }: DraftAsking, sight: Sight, worker: string): void {
    if (sight.worker === worker) return;
    sight.worker = worker;
    sight.takenAt = monotonic();
    onTaken(worker);
  }

  #is({ fleet, programs }: FleetMember, program: string): boolean {
    return fleet === this.#link.name && programs.includes(program);
  }
}
