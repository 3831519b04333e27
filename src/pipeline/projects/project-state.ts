// What does a build know of one project? Opened once per build: the branch's tip, the human layer below the product,
// what the branch holds of products, one that waits, and where the bytes of every output can be had.

import { currentNodeMajor, lockfilesAmong, toolchainDigest } from "../../gates/toolchain.ts";
import { type Digest, digestOfBytes } from "../../model/digest.ts";
import type { Failure } from "../../model/failure.ts";
import type { Output } from "../../model/output.ts";
import type { Project } from "../../model/project.ts";
import { type Result, success } from "../../model/result.ts";
import { type Oid, sameEntry, type Tree, type TreeEntry } from "../../model/tree.ts";
import type { Blobs } from "../../store/blobs.ts";
import type { Heads } from "../../workspaces/heads.ts";
import type { Edit, HumanLayer, Layers } from "../../workspaces/human-layer.ts";
import { blobOid } from "../../workspaces/objects.ts";
import type { WaitingProduct } from "../../workspaces/product-memory.ts";
import type { Repository } from "../../workspaces/repository.ts";
import { lockTold } from "../../workspaces/workspace-repository.ts";

/** A project whose branch is known. */
export type ProjectOnBranch = Project & { readonly branch: string };

export class ProjectState {
  readonly project: ProjectOnBranch;
  readonly repository: Repository;
  readonly heads: Heads;
  /** The branch as it is. */
  readonly branch: Tree;
  /** The branch's tree with the factory's contribution taken out. */
  readonly human: Tree;
  /** What the branch holds of products, and what lies below that. */
  readonly layers: Layers;
  readonly #edited: Map<string, Edit>;
  /** The product that is not on the branch yet; null where none waits. */
  readonly waiting: WaitingProduct | null;
  /** The newest product: what the branch holds, with what waits. */
  readonly product: Tree;
  readonly toolchain: Digest;
  readonly lockfiles: readonly { readonly path: string; readonly digest: Digest }[];
  /** As `isPackageManifestPublished` (compose-package-manifest.ts) found it out, by path. */
  readonly publishedManifests = new Map<string, Promise<Result<boolean>>>();
  /** As `environmentOf` (task-environment.ts) found them: files of people that gates and setup run from. */
  gateAndSetupFiles: readonly (readonly [path: string, oid: string])[] | null = null;
  readonly #blobs: Blobs;
  readonly #oids = new Map<Digest, Oid>();
  readonly #digests = new Map<Oid, Digest>();
  /** Blobs that the engine's clone does not have yet. */
  readonly #pending = new Map<Oid, Digest>();

  private constructor({ project, repository, blobs }: ProjectStateOrder, found: Opened) {
    this.project = { ...project, branch: repository.branch };
    this.repository = repository;
    this.heads = repository.openedAt;
    this.branch = found.branch;
    this.human = found.layer.tree;
    this.layers = found.layer.layers;
    this.#edited = new Map(found.layer.edited);
    this.waiting = found.waiting;
    this.product = found.waiting === null ? this.layers.product : laidOn(this.layers.product, found.waiting);
    this.lockfiles = found.lockfiles;
    this.toolchain = toolchainDigest({
      nodeMajor: currentNodeMajor(),
      setup: project.setup,
      lockfiles: found.lockfiles,
      services: project.services.map(({ id, run }) => `${id}\0${run}`),
    });
    this.#blobs = blobs;
  }

  static async open(opening: ProjectStateOrder): Promise<Result<ProjectState>> {
    const { repository, blobs } = opening;
    const { branch: tip } = repository.openedAt;
    const [layer, branch, waiting] = await Promise.all([
      repository.humanLayer({
        ...{ tip, released: opening.released, recorded: opening.recorded, isClaimed: opening.isClaimed },
        wasRecorded: (digest) => lockTold(opening.root, digest),
        bytesOf: (digest) => storedIn(blobs, digest),
      }),
      repository.tree(tip),
      repository.waiting(),
    ]);
    if (!layer.ok) return layer;
    if (!branch.ok) return branch;
    if (!waiting.ok) return waiting;
    const lockfiles = await lockfilesOf(repository, layer.value.tree);
    if (!lockfiles.ok) return lockfiles;
    const missing = waiting.value === null ? null : notOn(waiting.value, layer.value.layers, branch.value);
    return success(
      new ProjectState(opening, {
        branch: branch.value,
        layer: layer.value,
        waiting: missing,
        lockfiles: lockfiles.value,
      }),
    );
  }

  /** Generated files that a person changed or deleted on the branch. */
  get edited(): ReadonlyMap<string, Edit> {
    return this.#edited;
  }

  /** After a merge in which the product won at these paths. */
  forgetEdits(paths: Iterable<string>): void {
    for (const path of paths) this.#edited.delete(path);
  }

  /**
   * Finds the contents of outputs: in the store, or in the project's own products, the last one first, or in what people
   * wrote, where the digest matches. Outputs that nobody has are in `lost`. What git does not have yet is only noted;
   * `flush` writes it, many at once.
   */
  async locate(outputs: readonly Output[]): Promise<Result<{ readonly lost: readonly Output[] }>> {
    const lost: Output[] = [];
    for (const { path, digest, ...rest } of outputs) {
      if (digest === null || this.#oids.has(digest)) continue;
      const stored = await storedIn(this.#blobs, digest);
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
    const still = lost.length === 0 ? success(lost) : await this.#stillLost(lost);
    return still.ok ? success({ lost: still.value }) : still;
  }

  /** Earlier products are looked through where the last one does not have it, all that is lost at once. */
  async #stillLost(lost: readonly Output[]): Promise<Result<readonly Output[]>> {
    const { branch, others } = this.heads;
    const lines = branch === null ? others : [branch, ...others];
    if (lines.length === 0) return success(lost);
    const past = await this.repository.pastBlobs(
      lines,
      lost.map(({ path }) => path),
    );
    if (!past.ok) return past;
    const still: Output[] = [];
    for (const output of lost) {
      const found = await this.#takeFrom(past.value.get(output.path) ?? [], output.digest);
      if (!found.ok) return found;
      if (!found.value) still.push(output);
    }
    return success(still);
  }

  /** A copy that cannot be read may have been the one: that is told where no other is. */
  async #takeFrom(oids: readonly Oid[], digest: Digest | null): Promise<Result<boolean>> {
    let unread: Result<never> | null = null;
    for (const oid of oids) {
      const content = await this.contentOf(oid);
      if (!content.ok) unread ??= content;
      if (!content.ok || digestOfBytes(content.value) !== digest) continue;
      this.#remember(digest, oid);
      const kept = await this.#blobs.put(content.value, { paid: true });
      return kept.ok ? success(true) : kept;
    }
    return unread ?? success(false);
  }

  /** Writes to git what was located and is not there yet. To be called before a tree is written. */
  async flush(): Promise<Result<void>> {
    const pending = [...this.#pending];
    if (pending.length === 0) return success(undefined);
    const contents: Uint8Array[] = [];
    for (const [, digest] of pending) {
      const stored = await this.#blobs.get(digest);
      if (!stored.ok) return stored;
      contents.push(stored.value);
    }
    const written = await this.repository.write(contents);
    if (!written.ok) return written;
    for (const [oid] of pending) this.#pending.delete(oid);
    return success(undefined);
  }

  /** The git blob of a located output. */
  oidOf(digest: Digest): Oid {
    const oid = this.#oids.get(digest);
    if (oid === undefined) throw new Error(`bug: ${digest} was used before it was located`);
    return oid;
  }

  /** Digest of a file of a tree; null where the path is absent. */
  async digestAt(tree: Tree, path: string): Promise<Result<Digest | null>> {
    const entry = tree.get(path);
    if (entry === undefined) return success(null);
    const known = this.#digests.get(entry.oid);
    if (known !== undefined) return success(known);
    const content = await this.contentOf(entry.oid);
    if (!content.ok) return content;
    const digest = digestOfBytes(content.value);
    this.#remember(digest, entry.oid);
    return success(digest);
  }

  async contentOf(oid: Oid): Promise<Result<Uint8Array>> {
    const read = await this.contentsOf([oid]);
    return read.ok ? success(read.value[0] as Uint8Array) : read;
  }

  /** In the order asked. */
  async contentsOf(oids: readonly Oid[]): Promise<Result<readonly Uint8Array[]>> {
    const stored = new Map<Oid, Uint8Array>();
    for (const oid of oids) {
      const pending = this.#pending.get(oid);
      if (pending === undefined) continue;
      const content = await this.#blobs.get(pending);
      if (!content.ok) return content;
      stored.set(oid, content.value);
    }
    const read = await this.repository.read(oids.filter((oid) => !stored.has(oid)));
    if (!read.ok) return read;
    const rest = read.value[Symbol.iterator]();
    return success(oids.map((oid) => stored.get(oid) ?? (rest.next().value as Uint8Array)));
  }

  /** Content of a recorded output, from the store or from the project; null where nobody has it. */
  async contentOfOutput(output: Output): Promise<Result<Uint8Array | null>> {
    if (output.digest === null) return success(null);
    const stored = await storedIn(this.#blobs, output.digest);
    if (!stored.ok || stored.value !== null) return stored;
    const taken = await this.#takeBack(output.path, output.digest);
    if (!taken.ok) return taken;
    return taken.value ? this.contentOf(this.oidOf(output.digest)) : success(null);
  }

  /** git's id of a content can be known without git. */
  #note(path: string, digest: Digest, content: Uint8Array): void {
    const oid = blobOid(content, this.repository.located.objectFormat);
    this.#remember(digest, oid);
    if (this.product.get(path)?.oid !== oid) this.#pending.set(oid, digest);
  }

  async #takeBack(path: string, digest: Digest): Promise<Result<boolean>> {
    const entries = [this.product.get(path), this.human.get(path)];
    const oids = entries.flatMap((entry) =>
      entry === undefined || entry.mode === "160000" ? [] : [entry.oid],
    );
    return this.#takeFrom(oids, digest);
  }

  #remember(digest: Digest, oid: Oid): void {
    this.#oids.set(digest, oid);
    this.#digests.set(oid, digest);
  }
}

interface Opened {
  readonly branch: Tree;
  readonly layer: HumanLayer;
  readonly waiting: WaitingProduct | null;
  readonly lockfiles: readonly { readonly path: string; readonly digest: Digest }[];
}

/** Null where the branch has all of it by now, whatever brought it there. */
function notOn(waiting: WaitingProduct, layers: Layers, branch: Tree): WaitingProduct | null {
  const isThere = ([path, entry]: readonly [string, TreeEntry | undefined]) =>
    [layers.product, branch].some((tree) => sameEntry(tree.get(path), entry));
  return [...waiting.changes].every(isThere) ? null : waiting;
}

function laidOn(tree: Tree, { changes }: WaitingProduct): Tree {
  const laid = new Map(tree);
  for (const [path, entry] of changes) {
    if (entry === undefined) laid.delete(path);
    else laid.set(path, entry);
  }
  return laid;
}

/** Null where the store has no sound copy. A store that cannot be looked into has lost nothing. */
async function storedIn(blobs: Blobs, digest: Digest): Promise<Result<Uint8Array | null>> {
  const stored = await blobs.get(digest);
  if (stored.ok) return stored;
  const { reason } = stored.failure;
  return reason === "blob-missing" || reason === "blob-corrupt" ? success(null) : stored;
}

export interface ProjectStateOrder {
  /** Of the workspace. */
  readonly root: string;
  readonly project: Project;
  readonly repository: Repository;
  readonly released: ReadonlySet<string>;
  /** What locks say that tasks of the project made, by path. */
  readonly recorded: ReadonlyMap<string, readonly Output[]>;
  readonly isClaimed: (path: string) => boolean;
  readonly blobs: Blobs;
}

export function isFailure(state: ProjectState | Failure): state is Failure {
  return !(state instanceof ProjectState);
}

async function lockfilesOf(
  repository: Repository,
  tree: Tree,
): Promise<Result<readonly { readonly path: string; readonly digest: Digest }[]>> {
  const paths = lockfilesAmong([...tree.keys()]);
  if (paths.length === 0) return success([]);
  const read = await repository.read(paths.map((path) => (tree.get(path) as TreeEntry).oid));
  if (!read.ok) return read;
  return success(
    paths.map((path, index) => ({ path, digest: digestOfBytes(read.value[index] as Uint8Array) })),
  );
}
