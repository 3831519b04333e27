// How are blobs read and written when many agents work on the same files at once? A blob never changes. So git is asked
// for each once: those that were read last are kept, and whoever asks while git is being asked waits and finds them. And
// what was written once is not written again.

import { type Result, success } from "../model/result.ts";
import type { Oid } from "../model/tree.ts";
import type { Git } from "./git.ts";
import { blobOid, readBlobs, writeBlobs } from "./objects.ts";

/** Of all that is kept, in bytes; a blob of more than a sixteenth of it is not. */
const ROOM = 32 * 1024 * 1024;
const LARGEST = ROOM / 16;

export class BlobMemory {
  readonly #git: Git;
  /** Those used last are at the end. */
  readonly #kept = new Map<Oid, Uint8Array>();
  #bytes = 0;
  #turn: Promise<unknown> = Promise.resolve();
  readonly #format: "sha1" | "sha256";
  readonly #written = new Set<Oid>();

  constructor(git: Git, format: "sha1" | "sha256") {
    this.#git = git;
    this.#format = format;
  }

  /** Ids in the order of the contents. */
  async write(contents: readonly Uint8Array[]): Promise<Result<readonly Oid[]>> {
    const oids = contents.map((content) => blobOid(content, this.#format));
    const fresh = contents.filter((_, index) => !this.#written.has(oids[index] as Oid));
    const written = await writeBlobs(this.#git, fresh);
    if (!written.ok) return written;
    for (const oid of written.value) this.#written.add(oid);
    return success(oids);
  }

  /** In the order asked, and shared: nobody may write to them. A missing object is the failure `git`. */
  async read(oids: readonly Oid[]): Promise<Result<readonly Uint8Array[]>> {
    const known = this.#known(oids);
    if (known !== null) return success(known);
    const read = this.#turn.then(() => this.#readNow(oids));
    // A bug in one reading is told to its reader, and stops no other.
    this.#turn = read.catch(() => {});
    return read;
  }

  async #readNow(oids: readonly Oid[]): Promise<Result<readonly Uint8Array[]>> {
    const found = new Map<Oid, Uint8Array>();
    for (const oid of oids) {
      const kept = this.#kept.get(oid);
      if (kept !== undefined) found.set(oid, kept);
    }
    const missing = [...new Set(oids)].filter((oid) => !found.has(oid));
    const read = await readBlobs(this.#git, missing);
    if (!read.ok) return read;
    for (const [index, oid] of missing.entries()) found.set(oid, read.value[index] as Uint8Array);
    for (const [oid, content] of found) this.#keep(oid, content);
    return success(oids.map((oid) => found.get(oid) as Uint8Array));
  }

  #known(oids: readonly Oid[]): readonly Uint8Array[] | null {
    const contents: Uint8Array[] = [];
    for (const oid of oids) {
      const kept = this.#kept.get(oid);
      if (kept === undefined) return null;
      contents.push(kept);
    }
    return contents;
  }

  #keep(oid: Oid, content: Uint8Array): void {
    if (content.byteLength > LARGEST) return;
    if (!this.#kept.delete(oid)) this.#bytes += content.byteLength;
    this.#kept.set(oid, content);
    for (const [oldest, { byteLength }] of this.#kept) {
      if (this.#bytes <= ROOM) break;
      this.#kept.delete(oldest);
      this.#bytes -= byteLength;
    }
  }
}
