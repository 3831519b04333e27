// What does a build know of one project? Opened once per build: the branch's tip, the human layer below the product,
// what the branch holds of products, and one that waits.

import { currentNodeMajor, lockfilesAmong, toolchainDigest } from "../../gates/toolchain.ts";
import { type Digest, digestOfBytes } from "../../model/digest.ts";
import type { Failure } from "../../model/failure.ts";
import type { Output } from "../../model/output.ts";
import type { Project } from "../../model/project.ts";
import { type Result, success } from "../../model/result.ts";
import { sameEntry, type Tree, type TreeEntry } from "../../model/tree.ts";
import type { Blobs } from "../../store/blobs.ts";
import type { Heads } from "../../workspaces/heads.ts";
import type { Edit, HumanLayer, Layers } from "../../workspaces/human-layer.ts";
import type { WaitingProduct } from "../../workspaces/product-memory.ts";
import type { Repository } from "../../workspaces/repository.ts";
import { lockTold } from "../../workspaces/workspace-repository.ts";
import { ProjectContents, storedIn } from "./project-contents.ts";

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
  readonly contents: ProjectContents;

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
    const { branch, product, human } = this;
    this.contents = new ProjectContents({ repository, blobs, branch, product, human });
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
