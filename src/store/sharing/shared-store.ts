// What does a team's store have that this machine has not, and what of ours goes there? The second place that the store's
// own readers ask; their callers know of none. Whatever a server does, it costs a bounded time, one warning, and no build:
// one that is away is left alone until the next build, and what is not what its name says is set aside and never used.
//
//   cas/<digest>   paid content, and documents        ac/<digest of kind and key>   which documents stand under a key
//   derived/cas/…  derived/ac/…                       the same of what may go by age

import type { TaskId } from "../../model/address.ts";
import { type Digest, digestOf, digestOfBytes } from "../../model/digest.ts";
import type { Failure } from "../../model/failure.ts";
import type { SharedTally } from "../../model/shared-tally.ts";
import { monotonic, pause } from "../../platform/clock.ts";
import { Semaphore } from "../../platform/semaphore.ts";
import type { Quarantine } from "../quarantine.ts";
import { actionResultOf, documentsIn, type NamedDocument, withNewest } from "./action-result.ts";
import type { ObjectServer, ServerFault } from "./object-server.ts";
import type { Outbox, Parcel, RecordKind, SharedRecord } from "./outbox.ts";

export interface Patience {
  /** All waits for what then was not there, in ms: each of them only delays the work. */
  readonly missMs: number;
  /** Wait at the end for what is still to be sent, in ms. */
  readonly drainMs: number;
}

export type SharedStoreNews =
  /** Nothing more is read or sent, or nothing more is sent. Told once for each. */
  | { readonly news: "left"; readonly what: "all" | "sending"; readonly detail: string }
  /** The first of what was set aside; `kept` is where, null where nothing is kept. */
  | { readonly news: "doubt"; readonly path: string; readonly kept: string | null }
  /** What a result of a task may not be used for; `kept` as above. */
  | { readonly news: "refused"; readonly task: TaskId; readonly fault: string; readonly kept: string | null }
  /** What is to be sent cannot be written down first. */
  | { readonly news: "unnoted"; readonly failure: Failure };

export interface RefusedResult {
  readonly task: TaskId;
  readonly document: Uint8Array;
  readonly fault: string;
}

export interface SharedStoreOrder {
  /** Its address, as people may read it. */
  readonly name: string;
  readonly server: ObjectServer;
  /** Whether this machine adds to it. */
  readonly writes: boolean;
  /** Whether nothing of it may be kept here, for a command that only looks. */
  readonly onlyLooks: boolean;
  readonly outbox: Outbox;
  readonly quarantine: Quarantine;
  /** Content of this machine's own store; null where it has none that is sound. */
  readonly held: (digest: Digest) => Promise<Uint8Array | null>;
  readonly tell: (news: SharedStoreNews) => void;
  readonly patience: Patience;
  /** Ends what is under way. */
  readonly over: AbortController;
}

const READERS = 16;
const SENDERS = 4;

export class SharedStore {
  readonly onlyLooks: boolean;
  readonly #order: SharedStoreOrder;
  readonly #readers = new Semaphore(READERS);
  readonly #senders = new Semaphore(SENDERS);
  readonly #left = new Set<"all" | "sending">();
  /** A build is one snapshot: what was not there is not asked for again. */
  readonly #absent = new Set<string>();
  /** Blobs that are there, or on their way; false where they did not get there. */
  readonly #there = new Map<Digest, Promise<boolean>>();
  readonly #underWay = new Set<Promise<void>>();
  readonly #restored = { trace: 0, answer: 0, trial: 0, blob: 0 };
  #sent = 0;
  #waiting = 0;
  #doubtful = 0;
  #missedMs = 0;
  #isUnnoted = false;
  #isDoubtTold = false;
  /** Tasks of which it was told that a result is no good. */
  readonly #refused = new Set<TaskId>();

  constructor(order: SharedStoreOrder) {
    this.#order = order;
    this.onlyLooks = order.onlyLooks;
  }

  /** Content by its digest, verified; null where it is not to be had. */
  async blob(digest: Digest): Promise<Uint8Array | null> {
    const bytes = await this.#content(`cas/${digest}`, digest);
    if (bytes === null) return null;
    this.#there.set(digest, Promise.resolve(true));
    this.#restored.blob += 1;
    return bytes;
  }

  /**
   * Documents that were kept under a key, newest first, verified by their digests. `read` gives null for one that is not
   * what the key says; it is set aside then.
   */
  async records<T>(
    kind: RecordKind,
    key: Digest,
    read: (document: Uint8Array) => T | null,
  ): Promise<readonly T[]> {
    const found: T[] = [];
    for (const { digest } of (await this.#named(kind, key)) ?? []) {
      const path = `${tierOf(kind)}cas/${digest}`;
      const bytes = await this.#content(path, digest);
      if (bytes === null) continue;
      const value = read(bytes);
      if (value === null) await this.#doubt(path, bytes);
      else found.push(value);
    }
    if (found.length > 0) this.#restored[kind] += 1;
    return found;
  }

  /** Sets a document aside that is what its key says, and that its reader may not use. */
  async refuse({ task, document, fault }: RefusedResult): Promise<void> {
    this.#doubtful += 1;
    const kept = await this.#setAside(`cas/${digestOfBytes(document)}`, document);
    if (this.#refused.has(task)) return;
    this.#refused.add(task);
    this.#order.tell({ news: "refused", task, fault, kept });
  }

  /** Sends content of this machine's store, in the background. */
  keepBlob(digest: Digest): void {
    if (this.#order.writes && !this.#there.has(digest)) void this.#post({ blobs: [digest], record: null });
  }

  /**
   * Sends a document, after the blobs that it names, in the background. Ends when it is there or given up for now; nobody
   * has to wait for it.
   */
  async keep(record: SharedRecord, blobs: readonly Digest[] = []): Promise<void> {
    if (this.#order.writes) await this.#post({ blobs, record });
  }

  /** What earlier builds could not send. */
  async sendAgain(): Promise<void> {
    if (!this.#order.writes) return;
    const parcels = await this.#order.outbox.all();
    if (!parcels.ok) return this.#tellUnnoted(parcels.failure);
    for (const parcel of parcels.value) void this.#track(this.#deliver(parcel));
  }

  /** Waits for what is under way, but not for long, and no longer once interrupted; the next build sends the rest. */
  async end(interrupt: AbortSignal): Promise<SharedTally> {
    const { drainMs } = this.#order.patience;
    const waited = new AbortController();
    const limit = pause(drainMs, AbortSignal.any([waited.signal, interrupt]));
    await Promise.race([Promise.all(this.#underWay), limit]);
    waited.abort();
    this.#order.over.abort();
    await Promise.all(this.#underWay);
    return this.tally;
  }

  get tally(): SharedTally {
    const { trace, answer, trial, blob } = this.#restored;
    const restored = { results: trace, answers: answer, trials: trial, blobs: blob };
    const counts = { sent: this.#sent, waiting: this.#waiting, doubtful: this.#doubtful };
    return { store: this.#order.name, restored, ...counts };
  }

  async #named(kind: RecordKind, key: Digest): Promise<readonly NamedDocument[] | null> {
    const path = addressOf(kind, key);
    const bytes = await this.#get(path);
    if (bytes === null) return null;
    const documents = documentsIn(bytes);
    if (documents === null) await this.#doubt(path, bytes);
    return documents;
  }

  async #content(path: string, digest: Digest): Promise<Uint8Array | null> {
    const bytes = await this.#get(path);
    if (bytes === null || digestOfBytes(bytes) === digest) return bytes;
    await this.#doubt(path, bytes);
    return null;
  }

  async #get(path: string): Promise<Uint8Array | null> {
    if (this.#absent.has(path)) return null;
    return this.#readers.hold(async () => {
      if (this.#left.has("all")) return null;
      const from = monotonic();
      const got = await this.#order.server.get(path);
      if (!got.ok) return this.#leave("all", got.failure);
      if (got.value !== null) return got.value;
      this.#absent.add(path);
      this.#missedMs += monotonic() - from;
      if (this.#missedMs > this.#order.patience.missMs)
        return this.#leave("all", { detail: "took too long to say that it has nothing" });
      return null;
    });
  }

  #post(parcel: Parcel): Promise<void> {
    const noted = async () => {
      const added = await this.#order.outbox.add(parcel);
      if (!added.ok) this.#tellUnnoted(added.failure);
      await this.#deliver(parcel);
    };
    return this.#track(noted());
  }

  #track(work: Promise<void>): Promise<void> {
    this.#underWay.add(work);
    return work.finally(() => this.#underWay.delete(work));
  }

  async #deliver(parcel: Parcel): Promise<void> {
    this.#waiting += 1;
    const isThere = await this.#senders.hold(() => this.#send(parcel));
    if (!isThere) return;
    this.#waiting -= 1;
    this.#sent += 1;
    const removed = await this.#order.outbox.remove(parcel);
    if (!removed.ok) this.#tellUnnoted(removed.failure);
  }

  async #send({ blobs, record }: Parcel): Promise<boolean> {
    for (const digest of blobs) if (!(await this.#sendBlob(digest))) return false;
    if (record === null) return true;
    const { kind, key, document } = record;
    const digest = digestOfBytes(document);
    if (!(await this.#put(`${tierOf(kind)}cas/${digest}`, document))) return false;
    // What others wrote meanwhile is looked at now, whatever was seen before.
    const path = addressOf(kind, key);
    this.#absent.delete(path);
    const before = await this.#named(kind, key);
    const named = withNewest({ digest, bytes: document.length }, before ?? []);
    return this.#put(path, actionResultOf(named));
  }

  #sendBlob(digest: Digest): Promise<boolean> {
    const known = this.#there.get(digest);
    if (known !== undefined) return known;
    const sent = this.#order.held(digest).then((bytes) => {
      // What this machine has no more is for others to look for in git, as it is for us.
      return bytes === null ? true : this.#put(`cas/${digest}`, bytes);
    });
    this.#there.set(digest, sent);
    return sent;
  }

  async #put(path: string, bytes: Uint8Array): Promise<boolean> {
    if (this.#left.size > 0) return false;
    const put = await this.#order.server.put(path, bytes);
    if (!put.ok) this.#leave("sending", put.failure);
    return put.ok;
  }

  #leave(what: "all" | "sending", { detail }: ServerFault): null {
    const isTold = this.#left.has(what) || this.#left.has("all") || this.#order.over.signal.aborted;
    this.#left.add(what);
    if (!isTold) this.#order.tell({ news: "left", what, detail });
    return null;
  }

  async #doubt(path: string, bytes: Uint8Array): Promise<void> {
    this.#doubtful += 1;
    const kept = await this.#setAside(path, bytes);
    if (this.#isDoubtTold) return;
    this.#isDoubtTold = true;
    this.#order.tell({ news: "doubt", path, kept });
  }

  async #setAside(path: string, bytes: Uint8Array): Promise<string | null> {
    const kept = await this.#order.quarantine.keep(`shared-${path.replaceAll("/", "-")}`, bytes);
    return kept.ok ? kept.value : null;
  }

  #tellUnnoted(failure: Failure): void {
    if (!this.#isUnnoted) this.#order.tell({ news: "unnoted", failure });
    this.#isUnnoted = true;
  }
}

/** What may go by age lies apart from what was paid for. */
function tierOf(kind: RecordKind): string {
  return kind === "trial" ? "derived/" : "";
}

function addressOf(kind: RecordKind, key: Digest): string {
  return `${tierOf(kind)}ac/${digestOf("shared-record/1", [kind, key])}`;
}
