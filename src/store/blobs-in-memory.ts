// What may a command keep that only reads? What it predicts, as long as it runs: nothing of it reaches the disk.

import { join } from "node:path";
import { type Digest, digestOfBytes } from "../model/digest.ts";
import { type Result, success } from "../model/result.ts";
import { Blobs, type StoreOptions } from "./blobs.ts";
import { DISK } from "./durable-io.ts";
import { LeftInPlace } from "./quarantine.ts";

/** A store that is looked into, with what was put on top of it in memory. */
export class BlobsInMemory extends Blobs {
  readonly #kept = new Map<Digest, Uint8Array>();

  constructor(store: string, { shared = null }: Pick<StoreOptions, "shared"> = {}) {
    super(store, DISK, { quarantine: new LeftInPlace(join(store, "quarantine"), DISK), shared });
  }

  override async put(bytes: Uint8Array | string): Promise<Result<Digest>> {
    const content = typeof bytes === "string" ? Buffer.from(bytes) : bytes;
    const digest = digestOfBytes(content);
    this.#kept.set(digest, content);
    return success(digest);
  }

  override async getHere(digest: Digest): Promise<Result<Uint8Array>> {
    const kept = this.#kept.get(digest);
    return kept === undefined ? super.getHere(digest) : success(kept);
  }

  override has(digest: Digest): boolean {
    return this.#kept.has(digest) || super.has(digest);
  }
}
