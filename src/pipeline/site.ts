// What does a build know of one project? Opened once per build: the branch's tip, the human layer below the product,
// the product that the last build left, and where the bytes of every output can be had.

import { createHash } from "node:crypto";
import { join, resolve } from "node:path";
import { currentNodeMajor, lockfilesAmong, toolchainDigest } from "../gates/toolchain.ts";
import { type Digest, digestOfBytes } from "../model/digest.ts";
import type { Failure } from "../model/failure.ts";
import type { Output } from "../model/output.ts";
import type { Project } from "../model/project.ts";
import { type Result, success } from "../model/result.ts";
import type { Oid, Tree, TreeEntry } from "../model/tree.ts";
import type { Blobs } from "../store/blobs.ts";
import type { Heads } from "../workspaces/heads.ts";
import type { Edit } from "../workspaces/human-layer.ts";
import type { Repository } from "../workspaces/repository.ts";

export class Site {
  readonly project: Project;
  readonly repository: Repository;
  readonly heads: Heads;
  /** The branch's tree with the last product's contribution taken out. */
  readonly human: Tree;
  readonly #edited: Map<string, Edit>;
  /** Tree of the branch `factory`; empty before the first product. */
  readonly product: Tree;
  readonly toolchain: Digest;
  readonly lockfiles: readonly { readonly path: string; readonly digest: Digest }[];
  readonly #blobs: Blobs;
  readonly #oids = new Map<Digest, Oid>();
  readonly #digests = new Map<Oid, Digest>();

  private constructor(project: Project, repository: Repository, heads: Heads, layers: Layers, blobs: Blobs) {
    this.project = project;
    this.repository = repository;
    this.heads = heads;
    this.human = layers.human;
    this.#edited = new Map(layers.edited);
    this.product = layers.product;
    this.lockfiles = layers.lockfiles;
    this.toolchain = toolchainDigest({
      nodeMajor: currentNodeMajor(),
      setup: project.setup,
      lockfiles: layers.lockfiles,
    });
    this.#blobs = blobs;
  }

  static async open(opening: Opening): Promise<Result<Site>> {
    const { project, repository, released, blobs } = opening;
    const heads = await repository.heads();
    if (!heads.ok) return heads;
    const { branch, factory } = heads.value;
    const layer = await repository.humanLayer({ tip: branch, factory, released });
    if (!layer.ok) return layer;
    const product = factory === null ? success<Tree>(new Map()) : await repository.tree(factory);
    if (!product.ok) return product;
    const lockfiles = await lockfilesOf(repository, layer.value.tree);
    if (!lockfiles.ok) return lockfiles;
    const layers = {
      human: layer.value.tree,
      edited: layer.value.edited,
      product: product.value,
      lockfiles: lockfiles.value,
    };
    return success(new Site(project, repository, heads.value, layers, blobs));
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
   * Makes the outputs' contents available as git blobs of the engine's clone: from the store, or taken back from the
   * project's own history where the digest matches. Outputs that nobody has are in `lost`.
   */
  async locate(outputs: readonly Output[]): Promise<Result<{ readonly lost: readonly Output[] }>> {
    const unknown = outputs.filter((output) => output.digest !== null && !this.#oids.has(output.digest));
    const contents: Uint8Array[] = [];
    const digests: Digest[] = [];
    const seen = new Set<Digest>();
    const lost: Output[] = [];
    for (const output of unknown) {
      const digest = output.digest as Digest;
      if (seen.has(digest)) continue;
      seen.add(digest);
      const stored = await this.#blobs.get(digest);
      if (stored.ok) {
        if (this.#inProduct(output.path, stored.value, digest)) continue;
        contents.push(stored.value);
        digests.push(digest);
        continue;
      }
      if (await this.#takeBack(output.path, digest)) continue;
      // Another output may hold the same content at a path where it can still be had.
      seen.delete(digest);
      lost.push(output);
    }
    if (contents.length === 0) return success({ lost });
    const written = await this.repository.write(contents);
    if (!written.ok) return written;
    for (const [index, oid] of written.value.entries()) this.#remember(digests[index] as Digest, oid);
    return success({ lost });
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
    const read = await this.repository.read([oid]);
    if (!read.ok) return read;
    return success(read.value[0] as Uint8Array);
  }

  /** Content of a recorded output, from the store or from the project; null where nobody has it. */
  async contentOfOutput(output: Output): Promise<Uint8Array | null> {
    if (output.digest === null) return null;
    const stored = await this.#blobs.get(output.digest);
    if (stored.ok) return stored.value;
    if (!(await this.#takeBack(output.path, output.digest))) return null;
    const content = await this.contentOf(this.oidOf(output.digest));
    return content.ok ? content.value : null;
  }

  #inProduct(path: string, content: Uint8Array, digest: Digest): boolean {
    const entry = this.product.get(path);
    if (entry === undefined || entry.oid !== blobOid(content, entry.oid.length)) return false;
    this.#remember(digest, entry.oid);
    return true;
  }

  async #takeBack(path: string, digest: Digest): Promise<boolean> {
    const entry = this.product.get(path);
    if (entry === undefined) return false;
    const content = await this.contentOf(entry.oid);
    if (!content.ok || digestOfBytes(content.value) !== digest) return false;
    this.#remember(digest, entry.oid);
    await this.#blobs.put(content.value, { paid: true });
    return true;
  }

  #remember(digest: Digest, oid: Oid): void {
    this.#oids.set(digest, oid);
    this.#digests.set(oid, digest);
  }
}

interface Layers {
  readonly human: Tree;
  readonly edited: ReadonlyMap<string, Edit>;
  readonly product: Tree;
  readonly lockfiles: readonly { readonly path: string; readonly digest: Digest }[];
}

export interface Opening {
  readonly project: Project;
  readonly repository: Repository;
  readonly released: ReadonlySet<string>;
  readonly blobs: Blobs;
}

export function projectFolder(root: string, project: Project): string {
  return resolve(root, project.path);
}

export function engineGitFolder(root: string, project: string): string {
  return join(root, ".factory", "git", `${project}.git`);
}

export function isFailure(site: Site | Failure): site is Failure {
  return !(site instanceof Site);
}

/** git's own object id of a blob: SHA-1 or SHA-256 over a header and the content, by the repository's id length. */
function blobOid(content: Uint8Array, idLength: number): string {
  const hash = createHash(idLength === 64 ? "sha256" : "sha1");
  return hash.update(`blob ${content.byteLength}\0`).update(content).digest("hex");
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
