// What does a build know of one repository? Opened once per build, for all projects that lie in it: the branch's tip, the
// human layer below the product, what the branch holds of products, and one that waits. All paths are the repository's.

import { type Lockfile, lockfilesAmong } from "../../gates/toolchain.ts";
import type { TaskId } from "../../model/address.ts";
import { digestOfBytes } from "../../model/digest.ts";
import type { Output } from "../../model/output.ts";
import { inRepository } from "../../model/path.ts";
import type { Project } from "../../model/project.ts";
import { type Result, success } from "../../model/result.ts";
import type { LockEntry } from "../../model/trace.ts";
import { sameEntry, type Tree, type TreeEntry } from "../../model/tree.ts";
import type { Blobs } from "../../store/blobs.ts";
import type { Heads } from "../../workspaces/heads.ts";
import type { TasksByPath } from "../../workspaces/human-base.ts";
import type { Edit, HumanLayer, Layers } from "../../workspaces/human-layer.ts";
import type { WaitingProduct } from "../../workspaces/product-memory.ts";
import type { Repository } from "../../workspaces/repository.ts";
import { lockTold } from "../../workspaces/workspace-repository.ts";
import { ProjectContents, storedIn } from "./project-contents.ts";
import { entryInRepository } from "./seen-paths.ts";

/** A project whose branch is known. */
export type ProjectOnBranch = Project & { readonly branch: string };

export class RepositoryState {
  /** All that are declared to lie in it, in the order of projects.yaml; the first lends it its name. */
  readonly projects: readonly [ProjectOnBranch, ...ProjectOnBranch[]];
  readonly repository: Repository;
  /** As they stood when it was opened. */
  readonly heads: Heads;
  /** The branch as it is. */
  readonly branch: Tree;
  /** The branch's tree with the factory's contribution taken out. */
  readonly human: Tree;
  /** What the branch holds of products, and what lies below that. */
  readonly layers: Layers;
  /** The product that is not on the branch yet; null where none waits. */
  readonly waiting: WaitingProduct | null;
  /** The newest product: what the branch holds, with what waits. */
  readonly product: Tree;
  readonly lockfiles: readonly Lockfile[];
  /** As `isSharedFilePublished` (compose-shared-file.ts) found it out, by path. */
  readonly publishedSharedFiles = new Map<string, Promise<Result<boolean>>>();
  readonly contents: ProjectContents;
  #edited: ReadonlyMap<string, Edit>;

  private constructor({ projects, repository, blobs }: RepositoryStateOrder, found: Opened) {
    const [first, ...others] = projects;
    const onBranch = (project: Project) => ({ ...project, branch: repository.branch });
    this.projects = [onBranch(first), ...others.map(onBranch)];
    this.repository = repository;
    this.heads = repository.openedAt;
    this.branch = found.branch;
    this.human = found.layer.tree;
    this.layers = found.layer.layers;
    this.#edited = found.layer.edited;
    this.waiting = found.waiting;
    this.product = found.waiting === null ? this.layers.product : laidOn(this.layers.product, found.waiting);
    this.lockfiles = found.lockfiles;
    const { branch, product, human } = this;
    this.contents = new ProjectContents({ repository, blobs, root: "", branch, product, human });
  }

  static async open(opening: RepositoryStateOrder): Promise<Result<RepositoryState>> {
    const { repository, blobs } = opening;
    const { branch: tip } = repository.openedAt;
    const [layer, branch, waiting] = await Promise.all([
      repository.humanLayer({
        ...{ tip, released: opening.released, tasks: opening.tasks },
        ...{ recorded: opening.recorded, isClaimed: opening.isClaimed },
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
      new RepositoryState(opening, {
        branch: branch.value,
        layer: layer.value,
        waiting: missing,
        lockfiles: lockfiles.value,
      }),
    );
  }

  /** Of the first project that lies in it. */
  get id(): string {
    return this.projects[0].id;
  }

  /** Of its projects. */
  get ids(): readonly string[] {
    return this.projects.map(({ id }) => id);
  }

  /** What installs the dependencies of all of it; null where nothing does. */
  get setup(): string | null {
    return this.projects[0].setup;
  }

  /** Names of variables that the setup may see: those of all projects. */
  get env(): readonly string[] {
    return [...new Set(this.projects.flatMap(({ env }) => env))].sort();
  }

  /** Caches that stay warm, by name or by path. */
  get keep(): readonly string[] {
    return this.projects.flatMap(({ root, keep }) =>
      keep.map((name) => (name.includes("/") ? inRepository(root, name) : name)),
    );
  }

  get branchName(): string {
    return this.repository.branch;
  }

  /** Generated files that a person changed or deleted on the branch; another map once some are forgotten. */
  get edited(): ReadonlyMap<string, Edit> {
    return this.#edited;
  }

  /** After a merge in which the product won at these paths. */
  forgetEdits(paths: Iterable<string>): void {
    const gone = new Set(paths);
    if (gone.size > 0) this.#edited = new Map([...this.#edited].filter(([path]) => !gone.has(path)));
  }

  holds(project: string): boolean {
    return this.projects.some(({ id }) => id === project);
  }

  /** What a lock says of a task here; null where it says nothing, or speaks of another repository. */
  entry(entry: LockEntry | null): LockEntry | null {
    const project = entry === null ? undefined : this.projects.find(({ id }) => id === entry.project);
    return entry === null || project === undefined ? null : entryInRepository(project.root, entry);
  }
}

interface Opened {
  readonly branch: Tree;
  readonly layer: HumanLayer;
  readonly waiting: WaitingProduct | null;
  readonly lockfiles: readonly Lockfile[];
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

export interface RepositoryStateOrder {
  /** Of the workspace. */
  readonly root: string;
  readonly projects: readonly [Project, ...Project[]];
  readonly repository: Repository;
  readonly released: TasksByPath;
  readonly tasks: ReadonlySet<TaskId>;
  /** What locks say that tasks of its projects made, by path. */
  readonly recorded: ReadonlyMap<string, readonly Output[]>;
  readonly isClaimed: (path: string) => boolean;
  readonly blobs: Blobs;
}

async function lockfilesOf(repository: Repository, tree: Tree): Promise<Result<readonly Lockfile[]>> {
  const paths = lockfilesAmong([...tree.keys()]);
  if (paths.length === 0) return success([]);
  const read = await repository.read(paths.map((path) => (tree.get(path) as TreeEntry).oid));
  if (!read.ok) return read;
  return success(
    paths.map((path, index) => ({ path, digest: digestOfBytes(read.value[index] as Uint8Array) })),
  );
}
