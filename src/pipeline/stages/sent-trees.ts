// How does a tree get into the shared store? Its list is put there, with those of its files that people did not write: of theirs, a
// worker that lacks some asks, and a store that has them from an earlier build is sent nothing.

import { type Digest, digestOfBytes } from "../../model/digest.ts";
import type { Failure } from "../../model/failure.ts";
import { failed, type Result, success } from "../../model/result.ts";
import { changedPaths, type Oid, type Tree, type TreeEntry } from "../../model/tree.ts";
import { Semaphore } from "../../platform/semaphore.ts";
import type { ObjectServer } from "../../store/sharing/object-server.ts";
import { REQUEST_LIMITS } from "../../store/sharing/open-store.ts";
import type { RepositoryState } from "../projects/repository-state.ts";
import { type FileList, fileListBytes, storedAt } from "./file-list.ts";

/** The store does not take it, in words that follow its address; or this machine could not read what to send. */
export type SendFault = { readonly store: string } | { readonly failure: Failure };

export interface SentTree {
  readonly human: Digest;
  readonly tree: Digest;
}

/** So many contents are read at once. */
const CHUNK = 256;
const SENDERS = 8;

export class SentTrees {
  readonly #server: ObjectServer;
  readonly #senders = new Semaphore(SENDERS);
  readonly #digests = new Map<Oid, Digest>();
  /** Where content can be read again that a worker asks for. */
  readonly #sources = new Map<Digest, { readonly home: RepositoryState; readonly oid: Oid }>();
  readonly #lists = new Map<Digest, Uint8Array>();
  readonly #there = new Map<Digest, Promise<Result<void, SendFault>>>();
  /** What the store has taken; it may lose it. */
  readonly #taken = new Set<Digest>();
  readonly #human = new Map<RepositoryState, Promise<Result<Digest, SendFault>>>();

  constructor(server: ObjectServer) {
    this.#server = server;
  }

  /** The tree as its repository says it, with what people wrote of it, whose contents are known there. */
  async send(home: RepositoryState, tree: Tree): Promise<Result<SentTree, SendFault>> {
    const human = await kept(this.#human, home, () => this.#sendHuman(home));
    if (!human.ok) return human;
    const changed = changedPaths(home.human, tree);
    const entries = changed.flatMap((path) => tree.get(path) ?? []);
    const hashed = await this.#hash(home, entries);
    if (!hashed.ok) return hashed;
    const sent = await this.sendFiles(entries.map(({ oid }) => this.#digestOf(oid)));
    if (!sent.ok) return sent;
    const files = changed.map((path) => [path, this.#listed(tree.get(path))] as const);
    const list = await this.#sendList({ base: human.value, files: Object.fromEntries(files) });
    return list.ok ? success({ human: human.value, tree: list.value }) : list;
  }

  /** Of the trees that were sent; others are nobody's business. */
  isOurs(digest: Digest): boolean {
    return this.#sources.has(digest) || this.#lists.has(digest);
  }

  /** What a worker did not find: sent for the first time, or again, for a store may delete what it took. */
  async sendMissing(digests: readonly Digest[]): Promise<Result<void, SendFault>> {
    for (const digest of digests) if (this.#taken.delete(digest)) this.#there.delete(digest);
    return this.sendFiles(digests);
  }

  async sendFiles(digests: readonly Digest[]): Promise<Result<void, SendFault>> {
    const sent = await Promise.all([...new Set(digests)].map((digest) => this.#sendFile(digest)));
    return sent.find((one) => !one.ok) ?? success(undefined);
  }

  async #sendHuman(home: RepositoryState): Promise<Result<Digest, SendFault>> {
    const hashed = await this.#hash(home, [...home.human.values()]);
    if (!hashed.ok) return hashed;
    const files = [...home.human].map(([path, entry]) => [path, this.#listed(entry)] as const);
    return this.#sendList({ base: null, files: Object.fromEntries(files) });
  }

  async #sendList(list: FileList): Promise<Result<Digest, SendFault>> {
    const { digest, bytes } = fileListBytes(list);
    this.#lists.set(digest, bytes);
    const sent = await this.#sendFile(digest);
    return sent.ok ? success(digest) : sent;
  }

  #sendFile(digest: Digest): Promise<Result<void, SendFault>> {
    return this.#once(digest, async () => {
      const list = this.#lists.get(digest);
      if (list !== undefined) return success(list);
      const { home, oid } = this.#sources.get(digest) as { home: RepositoryState; oid: Oid };
      const read = await home.contents.ofAll([oid]);
      return read.ok ? success(read.value[0] as Uint8Array) : failed({ failure: read.failure });
    });
  }

  #once(
    digest: Digest,
    read: () => Promise<Result<Uint8Array, SendFault>>,
  ): Promise<Result<void, SendFault>> {
    const send = async (): Promise<Result<void, SendFault>> => {
      const bytes = await read();
      if (!bytes.ok) return bytes;
      if (bytes.value.length > REQUEST_LIMITS.bytes)
        return failed({ store: `is not sent a file of ${bytes.value.length} bytes` });
      const put = await this.#server.put(storedAt(digest), bytes.value);
      if (!put.ok) return failed({ store: put.failure.detail });
      this.#taken.add(digest);
      return success(undefined);
    };
    return kept(this.#there, digest, () => this.#senders.hold(send));
  }

  async #hash(home: RepositoryState, entries: readonly TreeEntry[]): Promise<Result<void, SendFault>> {
    const unknown = [...new Set(entries.map(({ oid }) => oid))].filter((oid) => !this.#digests.has(oid));
    for (let at = 0; at < unknown.length; at += CHUNK) {
      const oids = unknown.slice(at, at + CHUNK);
      const read = await home.contents.ofAll(oids);
      if (!read.ok) return failed({ failure: read.failure });
      for (const [index, oid] of oids.entries()) {
        const digest = digestOfBytes(read.value[index] as Uint8Array);
        this.#digests.set(oid, digest);
        this.#sources.set(digest, { home, oid });
      }
    }
    return success(undefined);
  }

  #listed(entry: TreeEntry | undefined): FileList["files"][string] {
    return entry === undefined ? null : [entry.mode, this.#digestOf(entry.oid)];
  }

  #digestOf(oid: Oid): Digest {
    return this.#digests.get(oid) as Digest;
  }
}

/** Done once for all who ask, and once more for whoever asks after it failed. */
async function kept<K, V>(
  results: Map<K, Promise<Result<V, SendFault>>>,
  key: K,
  make: () => Promise<Result<V, SendFault>>,
): Promise<Result<V, SendFault>> {
  const known = results.get(key) ?? make();
  results.set(key, known);
  const result = await known;
  if (!result.ok && results.get(key) === known) results.delete(key);
  return result;
}
