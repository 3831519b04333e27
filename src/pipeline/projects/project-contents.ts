// Where are the bytes of what tasks made and people wrote: in the store, in the project's git, in both, or with others? Asked by digest, as
// records have it, and by git's id, as trees have it.

import { type Digest, digestOfBytes } from "../../model/digest.ts";
import type { Output } from "../../model/output.ts";
import { inRepository } from "../../model/path.ts";
import { failed, type Result, success } from "../../model/result.ts";
import type { Oid, Tree } from "../../model/tree.ts";
import { type Blobs, isLost } from "../../store/blobs.ts";
import { blobOid } from "../../workspaces/objects.ts";
import { isPartial, leftOnServer } from "../../workspaces/partial-clone.ts";
import type { Repository } from "../../workspaces/repository.ts";

interface ContentPlace {
  readonly repository: Repository;
  readonly blobs: Blobs;
  /** From which all paths here are seen. */
  readonly root: string;
  readonly branch: Tree;
  /** The newest product, and what people wrote: what the store has lost is looked for there first. */
  readonly product: Tree;
  readonly human: Tree;
}

/** What is known of contents, wherever in the repository they stand. */
interface ContentMemory {
  readonly oids: Map<Digest, Oid>;
  readonly digests: Map<Oid, Digest>;
  /** Blobs that the engine's clone does not have yet. */
  readonly pending: Map<Oid, Digest>;
}

export class ProjectContents {
  readonly #place: ContentPlace;
  readonly #memory: ContentMemory;

  constructor(
    place: ContentPlace,
    memory: ContentMemory = { oids: new Map(), digests: new Map(), pending: new Map() },
  ) {
    this.#place = place;
    this.#memory = memory;
  }

  /** The same, for whoever sees the repository from another root. */
  seenFrom(root: string, trees: Pick<ContentPlace, "branch" | "product" | "human">): ProjectContents {
    return new ProjectContents({ ...this.#place, ...trees, root }, this.#memory);
  }

  /**
   * Finds the contents of outputs: in the store, or in the project's own products, the last one first, or in what people
   * wrote, where the digest matches, and then where others keep what they share. Outputs that nobody has are in `lost`. What git does not have yet is only noted;
   * `flush` writes it, many at once.
   */
  async locate(outputs: readonly Output[]): Promise<Result<{ readonly lost: readonly Output[] }>> {
    const lost: Output[] = [];
    for (const { path, digest, ...rest } of outputs) {
      if (digest === null || this.#memory.oids.has(digest)) continue;
      const stored = soundOrNull(await this.#place.blobs.getHere(digest));
      if (stored.ok && stored.value !== null) {
        this.#note(path, digest, stored.value);
        continue;
      }
      const taken = await this.#takeBack(path, digest);
      if (!taken.ok) return taken;
      // What the project has needs no store.
      if (!taken.value && !stored.ok) return stored;
      if (!taken.value) lost.push({ path, digest, ...rest });
    }
    const elsewhere = await this.#fetchShared(lost);
    if (!elsewhere.ok) return elsewhere;
    const still = elsewhere.value.length === 0 ? elsewhere : await this.#stillLost(elsewhere.value);
    return still.ok ? success({ lost: still.value }) : still;
  }

  /** All that is lost here is asked for at once; what others do not have either is returned. */
  async #fetchShared(lost: readonly Output[]): Promise<Result<readonly Output[]>> {
    const still: Output[] = [];
    const fetched = await Promise.all(
      lost.map(async (output) => ({ output, stored: await storedIn(this.#place.blobs, output.digest) })),
    );
    for (const { output, stored } of fetched) {
      if (!stored.ok) return stored;
      if (stored.value === null || output.digest === null) still.push(output);
      else this.#note(output.path, output.digest, stored.value);
    }
    return success(still);
  }

  /** Earlier products are looked through where the last one does not have it, all that is lost at once. */
  async #stillLost(lost: readonly Output[]): Promise<Result<readonly Output[]>> {
    const { branch, others } = this.#place.repository.openedAt;
    const lines = branch === null ? others : [branch, ...others];
    if (lines.length === 0) return success(lost);
    const told = (path: string) => inRepository(this.#place.root, path);
    const past = await this.#place.repository.pastBlobs(
      lines,
      lost.map(({ path }) => told(path)),
    );
    if (!past.ok) return past;
    const still: Output[] = [];
    for (const output of lost) {
      const found = await this.#takeFrom(past.value.get(told(output.path)) ?? [], output.digest);
      if (!found.ok) return this.#unread(output.path, found);
      if (!found.value) still.push(output);
    }
    return success(still);
  }

  /** What a server keeps is not lost, and nobody is paid to make it again. */
  async #unread(path: string, found: Result<never>): Promise<Result<never>> {
    const { located } = this.#place.repository;
    const partial = await isPartial(located);
    if (!partial.ok) return partial;
    return partial.value ? failed(leftOnServer(located, `an earlier version of ${path}`)) : found;
  }

  /** A copy that cannot be read may have been the one: that is told where no other is. */
  async #takeFrom(oids: readonly Oid[], digest: Digest | null): Promise<Result<boolean>> {
    let unread: Result<never> | null = null;
    for (const oid of oids) {
      const content = await this.of(oid);
      if (!content.ok) unread ??= content;
      if (!content.ok || digestOfBytes(content.value) !== digest) continue;
      this.#remember(digest, oid);
      const kept = await this.#place.blobs.put(content.value, { paid: true, found: true });
      return kept.ok ? success(true) : kept;
    }
    return unread ?? success(false);
  }

  /** Writes to git what was located and is not there yet. To be called before a tree is written. */
  async flush(): Promise<Result<void>> {
    const pending = [...this.#memory.pending];
    if (pending.length === 0) return success(undefined);
    const contents: Uint8Array[] = [];
    for (const [, digest] of pending) {
      const stored = await this.#place.blobs.get(digest);
      if (!stored.ok) return stored;
      contents.push(stored.value);
    }
    const written = await this.#place.repository.write(contents);
    if (!written.ok) return written;
    for (const [oid] of pending) this.#memory.pending.delete(oid);
    return success(undefined);
  }

  /** The git blob of a located output. */
  oidOf(digest: Digest): Oid {
    const oid = this.#memory.oids.get(digest);
    if (oid === undefined) throw new Error(`bug: ${digest} was used before it was located`);
    return oid;
  }

  /** Digest of a file of a tree; null where the path is absent. */
  async digestAt(tree: Tree, path: string): Promise<Result<Digest | null>> {
    const entry = tree.get(path);
    if (entry === undefined) return success(null);
    const known = this.#memory.digests.get(entry.oid);
    if (known !== undefined) return success(known);
    const content = await this.of(entry.oid);
    if (!content.ok) return content;
    const digest = digestOfBytes(content.value);
    this.#remember(digest, entry.oid);
    return success(digest);
  }

  async of(oid: Oid): Promise<Result<Uint8Array>> {
    const read = await this.ofAll([oid]);
    return read.ok ? success(read.value[0] as Uint8Array) : read;
  }

  /** In the order asked. */
  async ofAll(oids: readonly Oid[]): Promise<Result<readonly Uint8Array[]>> {
    const stored = new Map<Oid, Uint8Array>();
    for (const oid of oids) {
      const pending = this.#memory.pending.get(oid);
      if (pending === undefined) continue;
      const content = await this.#place.blobs.get(pending);
      if (!content.ok) return content;
      stored.set(oid, content.value);
    }
    const read = await this.#place.repository.read(oids.filter((oid) => !stored.has(oid)));
    if (!read.ok) return read;
    const rest = read.value[Symbol.iterator]();
    return success(oids.map((oid) => stored.get(oid) ?? (rest.next().value as Uint8Array)));
  }

  /** Content of a recorded output, from the store or from the project; null where nobody has it. */
  async ofOutput(output: Output): Promise<Result<Uint8Array | null>> {
    if (output.digest === null) return success(null);
    const stored = await storedIn(this.#place.blobs, output.digest);
    if (!stored.ok || stored.value !== null) return stored;
    const taken = await this.#takeBack(output.path, output.digest);
    if (!taken.ok) return taken;
    return taken.value ? this.of(this.oidOf(output.digest)) : success(null);
  }

  /** git's id of a content can be known without git. */
  #note(path: string, digest: Digest, content: Uint8Array): void {
    const oid = blobOid(content, this.#place.repository.located.objectFormat);
    this.#remember(digest, oid);
    // A product that is not on the branch may be known by a message alone, without its bytes.
    if (this.#place.branch.get(path)?.oid !== oid) this.#memory.pending.set(oid, digest);
  }

  async #takeBack(path: string, digest: Digest): Promise<Result<boolean>> {
    const entries = [this.#place.product.get(path), this.#place.human.get(path)];
    const oids = entries.flatMap((entry) =>
      entry === undefined || entry.mode === "160000" ? [] : [entry.oid],
    );
    return this.#takeFrom(oids, digest);
  }

  #remember(digest: Digest, oid: Oid): void {
    this.#memory.oids.set(digest, oid);
    this.#memory.digests.set(oid, digest);
  }
}

/** Null where the store has no sound copy. A store that cannot be looked into has lost nothing. */
export async function storedIn(blobs: Blobs, digest: Digest | null): Promise<Result<Uint8Array | null>> {
  return digest === null ? success(null) : soundOrNull(await blobs.get(digest));
}

function soundOrNull(stored: Result<Uint8Array>): Result<Uint8Array | null> {
  return stored.ok || !isLost(stored.failure) ? stored : success(null);
}
