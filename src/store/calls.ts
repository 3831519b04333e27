// Which model calls were sent, and what was answered? Write-ahead, so that no answer is paid for twice:
//
//   request stored ─► INTENT on disk ─► (sent) ─► answer stored ─► DONE on disk ─► readable
//
// An answer without DONE is adopted; an INTENT alone is an unknown outcome, told and never resent from here.
// It knows no provider and no price. One writer at a time: the build lock.

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Digest, Json } from "../model/digest.ts";
import type { Usage } from "../model/output.ts";
import { failed, type Result, success } from "../model/result.ts";
import { fileFailure } from "../platform/file-failure.ts";
import { type Answer, Answers } from "./answers.ts";
import { AppendFile } from "./append-file.ts";
import type { Blobs } from "./blobs.ts";
import type { DurableIo } from "./durable-io.ts";
import { lacksBreak, parseRecords, type Records, recordLine } from "./records.ts";

const FORMAT = 1;

/** What the caller wants to find beside an unresolved call: task, attempt, money at risk. */
export type CallMeta = { readonly [name: string]: Json };

/** A call that was, or may have been, sent, and whose outcome is unknown. */
export interface Unresolved {
  readonly key: Digest;
  readonly request: Digest;
  readonly meta: CallMeta;
  /** How often it was begun without an outcome. */
  readonly begun: number;
}

/** Why a call certainly brought no answer, and so may be begun again without the risk of paying twice. */
export type CallEnd = "not-sent" | "rejected" | "throttled" | "server";

type CallRecord =
  | { readonly type: "calls"; readonly format: number }
  | { readonly type: "intent"; readonly key: Digest; readonly request: Digest; readonly meta: CallMeta }
  | { readonly type: "done"; readonly key: Digest; readonly answer: Digest; readonly adopted: boolean }
  | { readonly type: "failed"; readonly key: Digest; readonly end: CallEnd };

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

  /** Opens or makes the journal below `store` (`.factory/store`), and adopts answers that lack their DONE. */
  static async open(store: string, blobs: Blobs, io: DurableIo): Promise<Result<Calls>> {
    const path = join(store, "calls", "calls.jsonl");
    let bytes: Uint8Array;
    try {
      bytes = existsSync(path) ? readFileSync(path) : new Uint8Array();
    } catch (error) {
      return fileFailure(path, "read", error);
    }
    const records = parseRecords(bytes);
    const newer = newerFormat(path, records);
    if (newer !== null) return newer;
    const file = await AppendFile.open(path, records.whole, { io });
    if (!file.ok) return file;
    if (records.whole === 0) file.value.append(line({ type: "calls", format: FORMAT }));
    else if (!records.torn && lacksBreak(bytes)) file.value.append(Buffer.from("\n"));
    const answers = new Answers(join(store, "calls", "answers"), blobs.quarantine, io);
    const calls = new Calls(file.value, blobs, answers, records.damaged);
    for (const record of records.values as readonly CallRecord[]) calls.#fold(record);
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
      const adopted = await this.#write({ type: "done", key, answer: answer.value.digest, adopted: true });
      if (!adopted.ok) return adopted;
    }
    return answer;
  }

  /** To be called before the first byte is sent; when it fails, do not send. */
  async begin(key: Digest, request: Uint8Array, meta: CallMeta): Promise<Result<void>> {
    if (this.#done.has(key)) throw new Error(`call ${key} is already answered`);
    const stored = await this.#blobs.put(request, { paid: true });
    if (!stored.ok) return stored;
    const begun = await this.#write({ type: "intent", key, request: stored.value, meta });
    if (begun.ok) this.#underWay.add(key);
    return begun;
  }

  /** Keeps the answer as it was received. Use it only after success, by `lookup`. May be repeated after a failure. */
  async finish(key: Digest, answer: Uint8Array, usage: Usage): Promise<Result<void>> {
    if (this.#done.has(key)) return success(undefined);
    const stored = await this.#answers.write(key, answer, usage);
    if (!stored.ok) return stored;
    const done = await this.#write({ type: "done", key, answer: stored.value, adopted: false });
    if (done.ok) this.#underWay.delete(key);
    return done;
  }

  /** The call surely brought no answer. Where that is not sure, leave it unresolved. */
  async fail(key: Digest, end: CallEnd): Promise<Result<void>> {
    const written = await this.#write({ type: "failed", key, end });
    if (written.ok) this.#underWay.delete(key);
    return written;
  }

  /** Calls that earlier processes began and of which nothing more is known, oldest first. */
  unresolved(): readonly Unresolved[] {
    return [...this.#unresolved.values()].filter(({ key }) => !this.#underWay.has(key));
  }

  close(): Result<void> {
    return this.#file.close();
  }

  async #write(record: CallRecord): Promise<Result<void>> {
    const appended = this.#file.append(line(record));
    if (!appended.ok) return appended;
    const synced = await this.#file.sync();
    if (synced.ok) this.#fold(record);
    return synced;
  }

  #fold(record: CallRecord): void {
    if (record.type === "calls") return;
    if (record.type === "intent") {
      const begun = (this.#unresolved.get(record.key)?.begun ?? 0) + 1;
      const { key, request, meta } = record;
      this.#unresolved.set(key, { key, request, meta, begun });
      return;
    }
    this.#unresolved.delete(record.key);
    if (record.type === "done") this.#done.add(record.key);
  }
}

/**
 * Digests of all requests that any call was begun with: what a sweep must leave. `complete` is false where a stretch of
 * the journal is damaged and may have named others. Writes nothing.
 */
export function callRequests(
  store: string,
): Result<{ readonly requests: ReadonlySet<Digest>; readonly complete: boolean }> {
  const path = join(store, "calls", "calls.jsonl");
  const requests = new Set<Digest>();
  if (!existsSync(path)) return success({ requests, complete: true });
  let records: Records;
  try {
    records = parseRecords(readFileSync(path));
  } catch (error) {
    return fileFailure(path, "read", error);
  }
  const newer = newerFormat(path, records);
  if (newer !== null) return newer;
  for (const record of records.values as readonly CallRecord[]) {
    if (record.type === "intent") requests.add(record.request);
  }
  return success({ requests, complete: records.damaged === 0 });
}

function line(record: CallRecord): Buffer {
  return recordLine(JSON.stringify(record));
}

function newerFormat(path: string, records: Records): Result<never> | null {
  for (const record of records.values as readonly CallRecord[]) {
    if (record.type === "calls" && record.format > FORMAT) {
      return failed({ reason: "newer-format", path, found: record.format, known: FORMAT });
    }
  }
  return null;
}
