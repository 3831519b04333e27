// How does one slot come to hold a tree and its install? Every step on the disk, in the order that slots.ts decides.

import { lstatSync, renameSync, unlinkSync } from "node:fs";
import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { runSetup } from "../../gates/setup.ts";
import { passedBy, setupInputs } from "../../gates/setup-inputs.ts";
import type { Digest } from "../../model/digest.ts";
import { type Result, success } from "../../model/result.ts";
import type { SetUp } from "../../model/slot.ts";
import type { Tree } from "../../model/tree.ts";
import { onDisk } from "../../workspaces/disk.ts";
import { copyInstall, type Install, movementIn, stampInstall } from "../../workspaces/install.ts";
import { ageIndex, readSince, showsReads } from "../../workspaces/reads.ts";
import {
  type AllowedUntracked,
  removeAll,
  removeTree,
  sweep,
  untrackedIn,
} from "../../workspaces/untracked.ts";
import { layAnew, type ReusedWorktreeOrder, restoreTree, type Worktree } from "../../workspaces/worktree.ts";
import type { RepositoryState } from "../projects/repository-state.ts";

/** The tree lies alone in a folder of its own, so that what is written beside it shows. */
const WORKTREE = "tree";

/**
 * What it is called while no build runs. The workspace may be the project itself, and people's own test runners, linters and
 * editors look for files in all folders but this one, hidden or not. A stage could not work under this name: what runs
 * there does not find its own files either.
 */
const AT_REST = "node_modules";

export interface SlotFolderOrder {
  /** Of the slot, absolute; what belongs to it lies beside under the same name. */
  readonly folder: string;
  readonly home: RepositoryState;
  readonly tree: Tree;
  /** The tree as the setup of the repository sees it. */
  readonly face: Tree;
  readonly isCache: AllowedUntracked["isCache"];
  readonly log: string;
  readonly env: Readonly<Record<string, string>>;
  /** Names of variables of the shell that the setup may see. */
  readonly allowed: readonly string[];
  readonly signal: AbortSignal;
}

/** A slot that is ready for its stage. */
export interface ReadySlot {
  readonly worktree: Worktree;
  readonly setup: SetUp | null;
}

/** Gives the tree of a slot the name under which stages work. */
export function takeOut(folder: string): void {
  rename(join(folder, AT_REST), join(folder, WORKTREE));
}

/** Keeps the tree of a slot, with its install and its caches, where nobody takes it for people's own files. */
export function putAway(folder: string): void {
  rename(join(folder, WORKTREE), join(folder, AT_REST));
}

/**
 * Does nothing where there is nothing, where a later tree has the name, and where a file system moves no folders, as that
 * of a container does not move those of its image: a tree that is not where a lease looks for it is made anew.
 */
function rename(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
  }
}

export class SlotFolder {
  readonly #order: SlotFolderOrder;

  constructor(order: SlotFolderOrder) {
    this.#order = order;
  }

  get #dir(): string {
    return join(this.#order.folder, WORKTREE);
  }

  /** Takes away whatever stands where the folders of the slot belong: a link there would lead everything elsewhere. */
  ready(): Promise<Result<null>> {
    const { folder } = this.#order;
    return onDisk(folder, "make a slot", async () => {
      for (const place of [folder, this.#dir]) {
        const stats = lstatSync(place, { throwIfNoEntry: false });
        if (stats !== undefined && !stats.isDirectory()) unlinkSync(place);
      }
      return null;
    });
  }

  /** The tree, beside the install that is there; without one, beside nothing. */
  async lay(setup: SetUp | null = null): Promise<Result<ReadySlot>> {
    const tidied = await this.#tidy();
    if (!tidied.ok) return tidied;
    const worktree = await layAnew(this.#worktreeOrder(setup?.roots ?? []));
    return worktree.ok ? success({ worktree: worktree.value, setup }) : worktree;
  }

  /** The first path of the install that is not as the setup left it, or null. */
  async moved(setup: SetUp): Promise<Result<string | null>> {
    const { tree, isCache } = this.#order;
    const movement = await movementIn(this.#install(setup), tree, isCache);
    if (!movement.ok) return movement;
    const { moved, added } = movement.value;
    if (moved !== null || added.length === 0) return success(moved);
    return onDisk(this.#dir, "remove what was added to an install", async () => {
      await removeAll(this.#dir, added);
      return null;
    });
  }

  /** Takes everything away but caches, and lays the tree from nothing: a file that is read shows only if it is new. */
  async empty(): Promise<Result<null>> {
    const cleared = await this.clear();
    if (!cleared.ok) return cleared;
    const laid = await this.lay();
    return laid.ok ? success(null) : laid;
  }

  /** Takes everything away but caches, the tree too. */
  clear(): Promise<Result<null>> {
    const { isCache } = this.#order;
    return onDisk(this.#dir, "empty a slot", async () => {
      await mkdir(this.#dir, { recursive: true });
      const { rest } = untrackedIn(this.#dir, new Map(), { paths: new Set(), isCache });
      await removeAll(this.#dir, rest);
      await rm(this.#worktreeOrder([]).index, { force: true });
      return null;
    });
  }

  /** Runs the setup in the laid tree, and stamps what it left. */
  async setUp(command: string, digest: Digest): Promise<Result<ReadySlot>> {
    const { home, tree, face, folder, env, allowed, signal, log } = this.#order;
    const since = await showsReads(`${folder}.probe`);
    if (!since.ok) return since;
    const aged = await ageIndex(this.#dir);
    if (!aged.ok) return aged;
    const borrows = await home.repository.objectFolders();
    if (!borrows.ok) return borrows;
    const access = { borrows: borrows.value, network: home.projects[0].network ?? true };
    const ran = await runSetup({ command, dir: this.#dir, env, allowed, signal, log, ...access });
    if (!ran.ok) return ran;
    const read = since.value === null ? success(null) : await readSince(this.#dir, tree, since.value);
    if (!read.ok) return read;
    // An install may write to files of the tree, such as a lockfile that was out of step: the tree is what is judged.
    const restored = await restoreTree(this.#worktreeOrder([]));
    if (!restored.ok) return restored;
    const left = await this.#left();
    if (!left.ok) return left;
    // Caches look by themselves at what they were made from: with nothing else left, nothing can be out of date.
    const from = left.value.length === 0 ? [] : read.value;
    const inputs = setupInputs(face, from);
    return this.#stamp({ command: digest, inputs, passed: passedBy(inputs, face), roots: left.value });
  }

  /** Null where the install of that slot has moved, or cannot serve in another folder. */
  async copyFrom(other: string, setup: SetUp): Promise<Result<ReadySlot | null>> {
    const { tree, isCache, signal } = this.#order;
    const from: Install = { dir: join(other, WORKTREE), roots: setup.roots, stamp: `${other}.stamp` };
    const copied = await copyInstall(from, this.#dir, { isCache, signal });
    if (!copied.ok) return copied;
    // Looked at afterwards: somebody may be at work in that slot, or have set it up anew.
    const movement = copied.value ? await movementIn(from, tree, isCache) : null;
    if (movement?.ok === false) return movement;
    if (movement?.value.moved === null) return this.#stamp(setup);
    const emptied = await this.empty();
    return emptied.ok ? success(null) : emptied;
  }

  async #stamp(setup: SetUp): Promise<Result<ReadySlot>> {
    const stamped = await stampInstall(this.#install(setup), this.#order.isCache);
    return stamped.ok ? this.lay(setup) : stamped;
  }

  #left(): Promise<Result<readonly string[]>> {
    const { tree, isCache } = this.#order;
    return onDisk(this.#dir, "look at what a setup left", async () => [
      ...untrackedIn(this.#dir, tree, { paths: new Set(), isCache }).rest,
    ]);
  }

  #install({ roots }: SetUp): Install {
    return { dir: this.#dir, roots, stamp: `${this.#order.folder}.stamp` };
  }

  #worktreeOrder(roots: readonly string[]): ReusedWorktreeOrder {
    const { home, tree, isCache, folder } = this.#order;
    const stays = { paths: new Set(roots), isCache };
    const { repository, human } = home;
    return {
      repository,
      tree,
      human,
      dir: this.#dir,
      index: `${folder}.index`,
      submodules: `${folder}.submodules`,
      stays,
    };
  }

  /**
   * Takes away at once what a stage left, `wholly` with what it wrote into the tree: the next lease lays that again. Nothing
   * is entered through a link that the stage put in the place of a folder.
   */
  async leave(setup: SetUp | null, wholly: boolean): Promise<Result<null>> {
    const { tree, isCache } = this.#order;
    const ready = await this.ready();
    if (!ready.ok) return ready;
    const tidied = await this.#tidy();
    if (!tidied.ok) return tidied;
    const stays = { paths: new Set(setup?.roots), isCache };
    const swept = await sweep(this.#dir, wholly ? new Map() : tree, stays);
    return swept.ok ? success(null) : swept;
  }

  /** What the last stage left beside its tree, and its reports. */
  #tidy(): Promise<Result<null>> {
    const { folder } = this.#order;
    return onDisk(folder, "tidy a slot", async () => {
      await mkdir(folder, { recursive: true });
      for (const name of await readdir(folder)) if (name !== WORKTREE) await removeTree(join(folder, name));
      await removeTree(`${folder}.scratch`);
      await mkdir(this.#dir, { recursive: true });
      return null;
    });
  }
}
