// Where is content kept by its digest? In two tiers: `paid` blobs cost money and are never lost or dropped, `derived`
// ones can be made again. What is not here may be in a store that a team shares. It does not know what the bytes mean. Reads are synchronous: blobs are source files, and to
// read one takes a tenth of the time that a hop to another thread and back does.

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Digest, digestOfBytes } from "../model/digest.ts";
import type { Failure } from "../model/failure.ts";
import { failed, type Result, success } from "../model/result.ts";
import { fileFailure, systemCode } from "../platform/file-failure.ts";
import { writeDurably } from "./durable.ts";
import type { DurableIo } from "./durable-io.ts";
import { Quarantine } from "./quarantine.ts";
import type { SharedStore } from "./sharing/shared-store.ts";

export type Tier = "paid" | "derived";

/** Beside the folder itself. */
export interface StoreOptions {
  readonly quarantine?: Quarantine;
  /** Asked where this place has nothing; null: there is none. */
  readonly shared?: SharedStore | null;
}

/** Whether a store that was looked into holds no sound copy; any other failure says that nobody can tell. */
export function isLost({ reason }: Failure): boolean {
  return reason === "blob-missing" || reason === "blob-corrupt";
}

export class Blobs {
  readonly quarantine: Quarantine;
  readonly #folder: string;
  readonly #io: DurableIo;
  readonly #shared: SharedStore | null;
  /** Paid blobs that this process saw reach the disk: no need to wait for it twice. */
  readonly #durable = new Set<Digest>();

  /** `store` is `.factory/store`. */
  constructor(store: string, io: DurableIo, { quarantine, shared = null }: StoreOptions = {}) {
    this.#folder = join(store, "blobs");
    this.#io = io;
    this.#shared = shared;
    this.quarantine = quarantine ?? new Quarantine(join(store, "quarantine"), io);
  }

  /**
   * Keeps the bytes. After success a paid blob survives a power cut. A copy that is there already is compared, and
   * put into quarantine where it differs. What was `found` in git others find there, too, so it is not shared.
   */
  async put(
    bytes: Uint8Array | string,
    { paid, found = false }: { readonly paid: boolean; readonly found?: boolean },
  ): Promise<Result<Digest>> {
    const content = typeof bytes === "string" ? Buffer.from(bytes) : bytes;
    const digest = digestOfBytes(content);
    const path = this.pathIn(paid ? "paid" : "derived", digest);
    if (existsSync(path)) {
      if (this.#durable.has(digest)) return success(digest);
      const present = await this.#read(path, digest);
      if (!present.ok && present.failure.reason !== "blob-corrupt") return present;
      // A paid one is written anew: the process that left it may have died before it was on the disk for good.
      if (present.ok && !paid) return success(digest);
    }
    const written = await writeDurably(path, content, { mode: 0o600, derived: !paid, io: this.#io });
    if (!written.ok) return written;
    if (paid) this.#durable.add(digest);
    if (paid && !found) this.#shared?.keepBlob(digest);
    return success(digest);
  }

  /**
   * The bytes, their digest verified. Fails with `blob-missing`, or `blob-corrupt` when the only copy is not what its
   * name says; that copy is then in quarantine, unless one only looks. What comes from a shared store is kept.
   */
  async get(digest: Digest): Promise<Result<Uint8Array>> {
    const here = await this.getHere(digest);
    if (here.ok || !isLost(here.failure) || this.#shared === null) return here;
    const bytes = await this.#shared.blob(digest);
    if (bytes === null) return here;
    const kept = await this.put(bytes, { paid: true });
    return kept.ok ? success(bytes) : kept;
  }

  /** As `get`, without asking a shared store: for whoever has another place to look at first. */
  async getHere(digest: Digest): Promise<Result<Uint8Array>> {
    const paid = await this.#read(this.pathIn("paid", digest), digest);
    if (paid.ok) return paid;
    const derived = await this.#read(this.pathIn("derived", digest), digest);
    return derived.ok || derived.failure.reason !== "blob-missing" ? derived : paid;
  }

  /** Whether a copy is there; whether it is sound only `get` tells. */
  has(digest: Digest): boolean {
    return existsSync(this.pathIn("paid", digest)) || existsSync(this.pathIn("derived", digest));
  }

  /** Path of the copy that `get` would try first, or where a derived one would be. */
  pathOf(digest: Digest): string {
    const paid = this.pathIn("paid", digest);
    return existsSync(paid) ? paid : this.pathIn("derived", digest);
  }

  pathIn(tier: Tier, digest: Digest): string {
    return join(this.folderOf(tier), digest.slice(0, 2), digest.slice(2));
  }

  folderOf(tier: Tier): string {
    return join(this.#folder, tier);
  }

  async #read(path: string, digest: Digest): Promise<Result<Uint8Array>> {
    let bytes: Buffer;
    try {
      bytes = readFileSync(path);
    } catch (error) {
      if (systemCode(error) === "ENOENT") return failed({ reason: "blob-missing", digest, path });
      return fileFailure(path, "read", error);
    }
    if (digestOfBytes(bytes) === digest) return success(bytes);
    const taken = await this.quarantine.take(path, digest);
    return taken.ok ? failed({ reason: "blob-corrupt", digest, quarantined: taken.value }) : taken;
  }
}
