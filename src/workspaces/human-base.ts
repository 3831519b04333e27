// What did people have at a path below what a product put there? What stood there before the first product; and where
// they changed the file since, the same change of that.

import type { TaskId } from "../model/address.ts";
import { withoutInserted } from "../model/inserted-lines.ts";
import { failed, type Result, success } from "../model/result.ts";
import { type Oid, sameEntry, type Tree, type TreeEntry } from "../model/tree.ts";
import { isShallow } from "./ancestry.ts";
import type { Git } from "./git.ts";
import type { LockWords } from "./lock-knowledge.ts";
import { mergeText } from "./merge-text.ts";
import { missingOf, readBlobs, readTree, writeBlobs } from "./objects.ts";
import type { LinesOfTask, Put, Puts } from "./puts.ts";
import { takeOutLines } from "./take-out-lines.ts";

/** git's answer to a question about an object that it does not have. */
const GONE = 128;

export interface ToldOfPaths extends Pick<LockWords, "recorded"> {
  readonly puts: Puts;
  /** Tasks by the paths that they handed to people: theirs, whatever the history says, but for lines that other tasks inserted. */
  readonly released: TasksByPath;
  /** Those that there are today. */
  readonly tasks: ReadonlySet<TaskId>;
}

export type TasksByPath = ReadonlyMap<string, ReadonlySet<TaskId>>;

export class HumanBase {
  readonly #git: Git;
  readonly #puts: Puts;
  readonly #recorded: LockWords["recorded"];
  readonly #released: TasksByPath;
  readonly #tasks: ReadonlySet<TaskId>;
  readonly #current: Tree;
  readonly #trees = new Map<Oid, Tree | null>();
  /** Null until somebody asks. */
  #isShallow: Promise<Result<boolean>> | null = null;

  /** `current` is the branch as it stands. */
  constructor(git: Git, { puts, recorded, released, tasks }: ToldOfPaths, current: Tree) {
    this.#git = git;
    this.#puts = puts;
    this.#recorded = recorded;
    this.#released = released;
    this.#tasks = tasks;
    this.#current = current;
  }

  /**
   * Undefined where people had nothing. Where nothing tells, what a product put there counts as theirs, as long as something
   * stands there: what is gone may not even be here.
   */
  of(path: string, put: Put): Promise<Result<TreeEntry | undefined>> {
    return this.#below(path, put, new Set());
  }

  async #below(path: string, put: Put, asked: Set<Put>): Promise<Result<TreeEntry | undefined>> {
    asked.add(put);
    const named = await this.#named(path, put);
    if (!named.ok) return named;
    if (named.value !== null) return success(named.value.entry);
    const lines = await this.#withoutLines(path, put);
    if (!lines.ok) return lines;
    if (lines.value !== null) return success(lines.value);
    const puts = this.#puts.get(path) ?? [];
    const at = puts.indexOf(put);
    // What other lines hold comes last, and may be older or newer than what the branch holds.
    const others = [...puts.slice(at + 1), ...puts.slice(0, Math.max(at, 0))];
    // Products that follow each other in turns tell of no beginning: whoever was asked knows no more the second time.
    const earlier = others.filter((other) => !asked.has(other));
    if (put.before === undefined) {
      const told = earlier.find((other) => other.before !== undefined);
      if (told !== undefined) return this.#below(path, told, asked);
      return success(this.#mayBeTheirs(path) ? (put.entry ?? undefined) : undefined);
    }
    if (put.before === null) return success(undefined);
    const before = put.before;
    const same = earlier.find(({ entry }) => sameEntry(entry ?? undefined, before));
    if (same !== undefined) return this.#below(path, same, asked);
    const last = earlier.find(({ entry }) => entry !== null);
    // The products before it may lie beyond the end of a shallow history; the lock tells that there was nothing before them.
    if (last === undefined) {
      const isProducts = puts.some(({ entry }) => sameEntry(entry ?? undefined, before));
      // What was taken away comes back with the task that takes it away. Where no lock tells of one, it was its task's own
      // product, unless the history shows that there was none.
      const isGone = put.entry === null || !this.#current.has(path);
      const isOpen = isGone && !this.#recorded.has(path);
      const isHidden = isOpen ? await this.#endsEarly() : success(false);
      if (!isHidden.ok) return isHidden;
      const isTheirs = isProducts ? this.#mayBeTheirs(path) : !isHidden.value && !this.#isCreated(path);
      return success(isTheirs ? before : undefined);
    }
    const below = await this.#below(path, last, asked);
    if (!below.ok || below.value === undefined) return below;
    if (sameEntry(before, below.value)) return below;
    const reversed = await this.reverse(path, last, before, below.value);
    return reversed.ok ? success(reversed.value ?? below.value) : reversed;
  }

  #endsEarly(): Promise<Result<boolean>> {
    this.#isShallow ??= isShallow(this.#git);
    return this.#isShallow;
  }

  /** Of a content that products put there, and of which nothing tells what was there before them. */
  #mayBeTheirs(path: string): boolean {
    return this.#current.has(path) && !this.#isCreated(path);
  }

  /** Whether a lock says that a task made the file where nobody had one. */
  #isCreated(path: string): boolean {
    return this.#recorded.get(path)?.some(({ digest, base }) => digest !== null && base === null) === true;
  }

  /**
   * A shared file: the factory's change is taken out of what the person made of it, by a three-way merge whose base is the
   * product. Null where that cannot be done, also where nobody here has one of the three: a message may name a product that
   * came without its bytes.
   */
  async reverse(
    path: string,
    put: Pick<Put, "entry" | "inserted">,
    current: TreeEntry | null,
    below: TreeEntry | null,
  ): Promise<Result<TreeEntry | null>> {
    const { entry: generated } = put;
    const inserted = this.#linesOf(path, put);
    if (generated === null || current === null || below === null) return success(null);
    if (![generated, current, below].every(isFile)) return success(null);
    const oids = [generated, current, below].map(({ oid }) => oid);
    const missing = await missingOf(this.#git, oids);
    if (!missing.ok) return missing;
    if (missing.value.size > 0) return success(null);
    const contents = await readBlobs(this.#git, oids);
    if (!contents.ok) return contents;
    const [base, ours, theirs] = contents.value as [Uint8Array, Uint8Array, Uint8Array];
    const own = inserted === null ? null : this.#takeOut(base, ours, inserted);
    const rest =
      own === null ? success(mergeText(base, ours, theirs)) : await this.#withoutOthers(path, put, own);
    if (!rest.ok) return rest;
    const content = rest.value;
    if (content === null) return success(null);
    const written = await writeBlobs(this.#git, [content]);
    if (!written.ok) return written;
    const mode = current.mode === generated.mode ? below.mode : current.mode;
    return success({ mode, oid: written.value[0]! });
  }

  /**
   * Without what other lines of the history inserted, whose file a merge brought and whose products the newest one does not know.
   * Null where some of the lines of a task are there and some are not: then people edited them.
   */
  async #withoutOthers(
    path: string,
    { inserted = [] }: Pick<Put, "inserted">,
    file: Uint8Array,
  ): Promise<Result<Uint8Array | null>> {
    const seen = new Set(inserted.map(({ task }) => task));
    let content = file;
    for (const { entry, held, inserted: others = [] } of this.#puts.get(path) ?? []) {
      const open = new Set(others.map(({ task }) => task).filter((task) => !seen.has(task)));
      for (const task of open) seen.add(task);
      const today = [...open].filter((task) => this.#isOfToday(path, task));
      if (!held || entry === null || today.length === 0) continue;
      const missing = await missingOf(this.#git, [entry.oid]);
      if (!missing.ok) return missing;
      if (missing.value.size > 0) continue;
      const made = await readBlobs(this.#git, [entry.oid]);
      if (!made.ok) return made;
      for (const task of today) {
        const runs = others.filter((one) => one.task === task);
        const there = runs.filter((run) => takeOutLines(made.value[0]!, content, [run]) !== null);
        if (there.length === 0) continue;
        const without = takeOutLines(made.value[0]!, content, runs);
        if (without === null) return success(null);
        content = without;
      }
    }
    return success(content);
  }

  /** What a person edited stays where its task has left. */
  #takeOut(made: Uint8Array, current: Uint8Array, inserted: readonly LinesOfTask[]): Uint8Array | null {
    const left = inserted.filter(({ task }) => task !== null && !this.#tasks.has(task));
    const own = takeOutLines(
      made,
      current,
      inserted.filter((run) => !left.includes(run)),
    );
    return own && left.reduce((rest, run) => takeOutLines(made, rest, [run]) ?? rest, own);
  }

  #isOfToday(path: string, task: TaskId | null): boolean {
    return task !== null && this.#tasks.has(task) && this.#released.get(path)?.has(task) !== true;
  }

  /** Those that still are of a task: what was handed over is people's, as it stands. */
  #linesOf(path: string, { inserted }: Pick<Put, "inserted">): readonly LinesOfTask[] | null {
    const released = this.#released.get(path);
    return inserted?.filter(({ task }) => task === null || released?.has(task) !== true) ?? null;
  }

  /** What lay below lines that were inserted; null where nothing says which, or nobody here has the bytes. */
  async #withoutLines(path: string, put: Put): Promise<Result<TreeEntry | null>> {
    const { entry } = put;
    const inserted = this.#linesOf(path, put);
    if (entry === null || inserted === null) return success(null);
    const missing = await missingOf(this.#git, [entry.oid]);
    if (!missing.ok) return missing;
    if (missing.value.size > 0) return success(null);
    const contents = await readBlobs(this.#git, [entry.oid]);
    if (!contents.ok) return contents;
    const written = await writeBlobs(this.#git, [withoutInserted(contents.value[0]!, inserted)]);
    return written.ok ? success({ mode: entry.mode, oid: written.value[0]! }) : written;
  }

  /** Products of the first version name the human layer below them; null where this repository does not have it. */
  async #named(
    path: string,
    { human }: Put,
  ): Promise<Result<{ readonly entry: TreeEntry | undefined } | null>> {
    if (human === null) return success(null);
    if (!this.#trees.has(human)) {
      const read = await readTree(this.#git, human);
      const { failure } = read.ok ? { failure: null } : read;
      if (failure !== null && !(failure.reason === "git" && failure.code === GONE)) return failed(failure);
      this.#trees.set(human, read.ok ? read.value : null);
    }
    const tree = this.#trees.get(human) ?? null;
    return success(tree === null ? null : { entry: tree.get(path) });
  }
}

function isFile(entry: TreeEntry): boolean {
  return entry.mode === "100644" || entry.mode === "100755";
}
