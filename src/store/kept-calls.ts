// What was said in the calls that this workspace paid for? Reads requests and answers back, without the build lock. It
// does not know what a session is, nor what the words mean.

import { join } from "node:path";
import type { ModelAnswer, ModelRequest } from "../model/conversation.ts";
import type { Digest } from "../model/digest.ts";
import { type Result, success } from "../model/result.ts";
import { Answers } from "./answer-log.ts";
import { type Blobs, isLost } from "./blobs.ts";
import { BlobsInMemory } from "./blobs-in-memory.ts";
import { readCallFile } from "./call-file.ts";
import type { CallMeta } from "./call-record.ts";
import { DISK } from "./durable-io.ts";

/** One call, begun once or more often. */
export interface KeptCall {
  readonly key: Digest;
  readonly request: Digest;
  /** As it was begun first. */
  readonly meta: CallMeta;
}

export class KeptCalls {
  /** In the order in which they were begun. */
  readonly all: readonly KeptCall[];
  readonly #blobs: Blobs;
  readonly #answers: Answers;

  private constructor(store: string, all: readonly KeptCall[]) {
    this.all = all;
    this.#blobs = new BlobsInMemory(store);
    this.#answers = new Answers(join(store, "calls", "answers"), this.#blobs.quarantine, DISK);
  }

  /** `store` is `.factory/store`; where it is not there, nothing was said. */
  static open(store: string): Result<KeptCalls> {
    const file = readCallFile(store);
    if (!file.ok) return file;
    const all = new Map<Digest, KeptCall>();
    for (const record of file.value.records) {
      if (record.type !== "intent" || all.has(record.key)) continue;
      all.set(record.key, { key: record.key, request: record.request, meta: record.meta });
    }
    return success(new KeptCalls(store, [...all.values()]));
  }

  /** Null where it is not kept any more, or not as it was. */
  async requestOf({ request }: KeptCall): Promise<Result<ModelRequest | null>> {
    const kept = await this.#blobs.get(request);
    if (!kept.ok) return isLost(kept.failure) ? success(null) : kept;
    return success(JSON.parse(Buffer.from(kept.value).toString("utf8")) as ModelRequest);
  }

  /** Null where there was none, or where it is not kept any more as it was. */
  async answerOf({ key }: KeptCall): Promise<Result<ModelAnswer | null>> {
    const kept = await this.#answers.read(key);
    if (!kept.ok) return isLost(kept.failure) ? success(null) : kept;
    if (kept.value === null) return success(null);
    return success(JSON.parse(Buffer.from(kept.value.bytes).toString("utf8")) as ModelAnswer);
  }
}
