// Which model calls were sent, and what was answered? Write-ahead, so that no answer is paid for twice:
//
//   request stored ─► room for the answer ─► INTENT on disk ─► (sent) ─► answer stored ─► DONE on disk ─► readable
//
// An answer without DONE is adopted; an INTENT alone is an unknown outcome, told and never resent from here.
// It knows no provider and no price. One writer at a time: the build lock.

import { join } from "node:path";
import type { Digest } from "../model/digest.ts";
import type { Usage } from "../model/output.ts";
import { failed, type Result, success } from "../model/result.ts";
import { type Answer, Answers } from "./answer-log.ts";
import { AppendFile } from "./append-file.ts";
import type { Blobs } from "./blobs.ts";
import { readCallFile } from "./call-file.ts";
import { CALLS_FORMAT, type CallEnd, type CallMeta, type CallRecord, callLine } from "./call-record.ts";
import type { DurableIo } from "./durable-io.ts";
import { lacksBreak } from "./records.ts";
import type { SharedStore } from "./sharing/shared-store.ts";

/** A call that was, or may have been, sent, and whose outcome is unknown. */
export interface Unresolved {
  readonly key: Digest;
  readonly request: Digest;
  readonly meta: CallMeta;
  /** How often it was begun without an outcome. */
  readonly begun: number;
}

export class Calls {
  /** Damaged stretches of the journal. No answer is lost by them: answers name their calls themselves. */
  readonly damaged: number;
  readonly #file: AppendFile;
  readonly #blobs: Blobs;
  readonly #answers: Answers;
  readonly #done = new Set<Digest>();
  readonly #unresolved = new Map<Digest, Unresolved>();
  /** Begun by this process and not ended: its answer is not readable before DONE is on disk. */
  readonly #underWay = new Set<Digest>();

  private constructor(file: AppendFile, blobs: Blobs, answers: Answers, damaged: number) {
    this.#file = file;
    this.#blobs = blobs;
    this.#answers = answers;
    this.damaged = damaged;
  }

  /**
   * Opens or makes the journal below `store` (`.factory/store`), and adopts answers that lack their DONE. Requests are kept in
   * `blobs`: nobody else ever asks for them.
   */
  static async open(
    store: string,
    blobs: Blobs,
    io: DurableIo,
    shared: SharedStore | null = null,
  ): Promise<Result<Calls>> {
    const found = readCallFile(store);
    if (!found.ok) return found;
    const { path, bytes, parsed, records } = found.value;
    const file = await AppendFile.open(path, parsed.whole, { io });
    if (!file.ok) return file;
    if (parsed.whole === 0) file.value.append(callLine({ type: "calls", format: CALLS_FORMAT }));
    else if (!parsed.torn && lacksBreak(bytes)) file.value.append(Buffer.from("\n"));
    const answers = new Answers(join(store, "calls", "answers"), blobs.quarantine, io, shared);
    const swept = await answers.sweep();
    if (!swept.ok) return swept;
    const calls = new Calls(file.value, blobs, answers, parsed.damaged);
    for (const record of records) calls.#fold(record);
    for (const key of [...calls.#unresolved.keys()]) {
      const adopted = await calls.lookup(key);
      // A damaged answer is in quarantine and its call stays unresolved; anything else keeps us from knowing.
      if (!adopted.ok && adopted.failure.reason !== "blob-corrupt") return adopted;
    }
    return success(calls);
  }

  /**
   * The answer of a finished call, verified, or null. Fails with `blob-corrupt` or `blob-missing` where an answer was
   * paid for and is gone: the caller must tell before it pays again.
   */
  async lookup(key: Digest): Promise<Result<Answer | null>> {
    if (this.#underWay.has(key)) return success(null);
    const answer = await this.#answers.read(key);
    if (!answer.ok) return answer;
    if (answer.value === null) {
      return this.#done.has(key)
        ? failed({ reason: "blob-missing", digest: key, path: this.#answers.pathOf(key) })
        : success(null);
    }
    if (!this.#done.has(key)) {
      const { digest, usage, shared } = answer.value;
      const adopted = shared
        ? await this.#write({ type: "done", key, answer: digest, adopted: true, shared })
        : await this.#answered({ key, answer: digest, adopted: true }, usage);
      if (!adopted.ok) return adopted;
    }
    return answer;
  }

  /**
   * To be called before the first byte is sent; when it fails, do not send: the answer could not have been kept. `room` is
   * what an answer may well come to, in bytes.
   */
  async begin(key: Digest, request: Uint8Array, meta: CallMeta, room: number): Promise<Result<void>> {
    if (this.#done.has(key)) throw new Error(`call ${key} is already answered`);
    const stored = await this.#blobs.put(request, { paid: true });
    if (!stored.ok) return stored;
    const kept = await this.#answers.expect(key, room);
    if (!kept.ok) return kept;
    const begun = await this.#write({ type: "intent", key, request: stored.value, meta });
    if (begun.ok) this.#underWay.add(key);
    else this.#answers.expectNone(key);
    return begun;
  }

  /** Keeps the answer as it was received. Use it only after success, by `lookup`. May be repeated after a failure. */
  async finish(key: Digest, answer: Uint8Array, usage: Usage): Promise<Result<void>> {
    if (this.#done.has(key)) return success(undefined);
    const stored = await this.#answers.write(key, answer, usage);
    if (!stored.ok) return stored;
    const done = await this.#answered({ key, answer: stored.value, adopted: false }, usage);
    if (done.ok) this.#underWay.delete(key);
    return done;
  }

  /** The call that was begun last surely brought no answer. Where that is not sure, leave it unresolved. */
  async fail(key: Digest, end: CallEnd): Promise<Result<void>> {
    this.#answers.expectNone(key);
    const written = await this.#write({ type: "failed", key, end });
    if (written.ok) this.#underWay.delete(key);
    return written;
  }

  /** Money that a program spent without asking through here: one account holds all that the workspace ever cost. */
  spent(meta: CallMeta, usage: Usage): Promise<Result<void>> {
    return this.#write({ type: "spend", meta, usage });
  }

  /** How often this call was begun, by whomever, without an outcome. */
  begun(key: Digest): number {
    return this.unanswered(key).begun;
  }

  /** The same, and when it was begun last, in ms since the epoch; 0 where nobody wrote that down. */
  unanswered(key: Digest): { readonly begun: number; readonly at: number } {
    const { begun = 0, meta = {} } = this.#unresolved.get(key) ?? {};
    return { begun, at: typeof meta.at === "number" ? meta.at : 0 };
  }

  /** Calls that earlier processes began and of which nothing more is known, oldest first. */
  unresolved(): readonly Unresolved[] {
    return [...this.#unresolved.values()].filter(({ key }) => !this.#underWay.has(key));
  }

  close(): Result<void> {
    this.#answers.expectNothing();
    return this.#file.close();
  }

  async #write(record: CallRecord): Promise<Result<void>> {
    const appended = this.#file.append(callLine(record));
    if (!appended.ok) return appended;
    const synced = await this.#file.sync();
    if (synced.ok) this.#fold(record);
    return synced;
  }

  #answered(done: { key: Digest; answer: Digest; adopted: boolean }, usage: Usage): Promise<Result<void>> {
    const meta = this.#unresolved.get(done.key)?.meta ?? {};
    return this.#write({ type: "done", ...done, usage, meta });
  }

  #fold(record: CallRecord): void {
    switch (record.type) {
      case "intent": {
        const { key, request, meta } = record;
        this.#unresolved.set(key, { key, request, meta, begun: this.begun(key) + 1 });
        return;
      }
      case "failed": {
        const before = this.#unresolved.get(record.key);
        if (before === undefined) return;
        if (before.begun === 1) this.#unresolved.delete(record.key);
        else this.#unresolved.set(record.key, { ...before, begun: before.begun - 1 });
        return;
      }
      case "done":
        this.#unresolved.delete(record.key);
        this.#done.add(record.key);
    }
  }
}

/**
 * Digests of all requests that any call was begun with: what a sweep must leave. `complete` is false where a stretch of
 * the journal is damaged and may have named others. Writes nothing.
 */
export function callRequests(
  store: string,
): Result<{ readonly requests: ReadonlySet<Digest>; readonly complete: boolean }> {
  const file = readCallFile(store);
  if (!file.ok) return file;
  const { parsed, records } = file.value;
  const requests = new Set<Digest>();
  for (const record of records) {
    if (record.type === "intent") requests.add(record.request);
  }
  return success({ requests, complete: parsed.damaged === 0 });
}
