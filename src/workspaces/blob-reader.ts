// How are blobs read when many agents look at the same files at once? Each is asked of git once: a blob never changes, so
// those that were read last are kept, and whoever asks while git is being asked waits and finds them.

import { type Result, success } from "../model/result.ts";
import type { Oid } from "../model/tree.ts";
import type { Git } from "./git.ts";
import { readBlobs } from "./objects.ts";

/** Of all that is kept, in bytes; a blob of more than a sixteenth of it is not. */
const ROOM = 32 * 1024 * 1024;
const LARGEST = ROOM / 16;

export class BlobReader {
  readonly #git: Git;
  /** Those used last are at the end. */
  readonly #kept = new Map<Oid, Uint8Array>();
  #bytes = 0;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(git: Git) {
    this.#git = git;
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
