// Where does a stage work on a tree? In a slot: a folder at a path that never changes, with the install that the tree asks
// for, in which nobody else works meanwhile.
//
//   idle ──lease──► laid ─┬─ the install fits and has not moved ──────────────► in use ──► idle
//                         └─ else: emptied, laid, copied from a slot that has
//                            the same install or set up in place, stamped ────► in use ──► idle
//
// What a setup left stays for as long as it is as it was stamped. All else that was not in the tree goes when the stage
// ends, but for caches that judge by content.

import { randomUUID } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { cacheRule, fillsUnguardedCache } from "../../gates/caches.ts";
import { setupInputs } from "../../gates/setup-inputs.ts";
import { digestOf } from "../../model/digest.ts";
import type { EventBody } from "../../model/event.ts";
import { failed, type Result, success } from "../../model/result.ts";
import type { SlotKind, SlotRecord } from "../../model/slot.ts";
import type { Tree } from "../../model/tree.ts";
import { Semaphore } from "../../platform/semaphore.ts";
import { timed } from "../../platform/step-times.ts";
import { SlotRecords } from "../../store/slot-records.ts";
import { onDisk } from "../../workspaces/disk.ts";
import type { Worktree } from "../../workspaces/worktree.ts";
import { confinement } from "../projects/confinement.ts";
import { notHandedOn } from "../projects/not-handed-on.ts";
import type { ProjectState } from "../projects/project-state.ts";
import type { RepositoryState } from "../projects/repository-state.ts";
import type { Lease, LentSlot, Slot } from "./lease.ts";
import { commandOf, faceOf, fits } from "./setup-face.ts";
import { putAway, type ReadySlot, SlotFolder, takeOut } from "./slot-folder.ts";

export interface SlotPlace {
  /** Of the workspace. */
  readonly root: string;
  readonly emit: (event: EventBody) => void;
  readonly signal: AbortSignal;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
}

/** A lease, and its tree as a setup sees it. */
interface Wanted extends Lease {
  readonly face: Tree;
}

interface Work<T> {
  /** Folder of the project in the tree, from its top. */
  readonly root: string;
  readonly work: (slot: Slot) => Promise<Result<T>>;
}

/** What a lease finds in the slot that was chosen for it. */
interface Found {
  readonly number: number;
  /** The install that the tree asks for; null where another one is there, or none. */
  readonly setup: SlotRecord["setup"];
  readonly before: SlotRecord | null;
}

/** Gates have the smallest numbers, which people make ports of; services are told those of the gates that need them. */
const FIRST: Readonly<Record<SlotKind, number>> = { gate: 1, agent: 33, service: 1001 };

/** So many slots of a kind may wait with other installs, before one of them is set up anew. */
const SPARE = 3;

export class Slots {
  readonly #place: SlotPlace;
  readonly #records: SlotRecords;
  #known: Map<number, SlotRecord> | null = null;
  readonly #leased = new Set<number>();
  /** Slots of a build that was killed. What it started may go on writing there, so this build works elsewhere. */
  readonly #abandoned = new Set<number>();
  /** Setups under way, by what they install. */
  readonly #settingUp = new Map<string, Promise<unknown>>();
  /** Of setups, whatever the project, that may fill a cache of downloads in which two would break each other's work. */
  readonly #fetching = new Semaphore(1);

  constructor(place: SlotPlace) {
    this.#place = place;
    this.#records = new SlotRecords(join(place.root, ".factory", "slots"));
  }

  /** Lends a slot with the tree and its install to `work`, and takes it back afterwards. */
  async use<T>(
    state: ProjectState,
    order: Lease,
    work: (slot: Slot) => Promise<Result<T>>,
  ): Promise<Result<T>> {
    const known = this.#read();
    if (!known.ok) return known;
    const { home, project } = state;
    const flushed = await home.contents.flush();
    if (!flushed.ok) return flushed;
    const tree = state.treeInRepository(order.tree);
    const face = await faceOf(home, tree);
    if (!face.ok) return face;
    const lease = { ...order, tree, face: face.value };
    const number = this.#choose(home, lease);
    this.#leased.add(number);
    const worked = await this.#work(number, home, { ...lease, work, root: project.root }).finally(() =>
      this.#leased.delete(number),
    );
    const ended = await this.#end(number);
    return ended.ok ? worked : ended;
  }

  /** Whether the setup of people's own files is known to succeed. */
  async hasSetUp(state: ProjectState): Promise<boolean> {
    const { home } = state;
    const face = await faceOf(home, home.human);
    const records = [...(this.#known?.values() ?? [])];
    return face.ok && records.some((record) => record.setup !== null && fits(record, home, face.value));
  }

  /** The same for whoever works until they give it back. */
  lend(state: ProjectState, lease: Lease): Promise<Result<LentSlot>> {
    return new Promise((resolve) => {
      const used = this.use(
        state,
        lease,
        (slot) =>
          new Promise<Result<null>>((end) => {
            const giveBack = async () => {
              end(success(null));
              await used;
            };
            resolve(success({ slot, giveBack }));
          }),
      );
      void used.then((ended) => (ended.ok ? undefined : resolve(ended)));
    });
  }

  /** After the last stage: nobody finds the trees until another build needs them. */
  close(): void {
    for (const number of this.#known?.keys() ?? [])
      if (!this.#leased.has(number)) putAway(join(this.#records.folder, String(number)));
  }

  async #work<T>(
    number: number,
    home: RepositoryState,
    { work, root, ...lease }: Wanted & Work<T>,
  ): Promise<Result<T>> {
    const folder = this.#folderOf(number, home, lease);
    const worktree = await timed(this.#place, "trees", lease.subject, () =>
      this.#prepare(folder, number, home, lease),
    );
    if (!worktree.ok) return worktree;
    // Of this lease alone: a report that somebody writes late, from an earlier one, is none of its gates'.
    const scratch = join(`${join(this.#records.folder, String(number))}.scratch`, randomUUID());
    const dir = join(worktree.value.dir, root);
    const there = await onDisk(dir, "make the folder of a project", () => mkdir(dir, { recursive: true }));
    if (!there.ok) return there;
    const worked = await work({ number, worktree: worktree.value, dir, scratch, env: environmentOf(number) });
    // What is needed of it has been read by now, and it may hold what must not lie about.
    const left = await timed(this.#place, "trees", lease.subject, () =>
      folder.leave(this.#slots.get(number)?.setup ?? null, lease.kind === "agent"),
    );
    return left.ok ? worked : left;
  }

  #read(): Result<ReadonlyMap<number, SlotRecord>> {
    if (this.#known !== null) return success(this.#known);
    const all = this.#records.all();
    if (!all.ok) return all;
    const known = new Map<number, SlotRecord>();
    for (const [number, record] of all.value) {
      // One that nobody can tell anything of is left to whoever can.
      if (!record.ok || record.value === null || !record.value.lastLease.ended) {
        this.#abandoned.add(number);
        continue;
      }
      takeOut(join(this.#records.folder, String(number)));
      known.set(number, record.value);
    }
    this.#known = known;
    return success(known);
  }

  async #end(number: number): Promise<Result<void>> {
    const record = this.#slots.get(number);
    if (record === undefined) return success(undefined);
    const ended = { ...record, lastLease: { ...record.lastLease, ended: true } };
    this.#slots.set(number, ended);
    return this.#records.write(number, ended);
  }

  get #slots(): Map<number, SlotRecord> {
    if (this.#known === null) throw new Error("bug: slots were not read");
    return this.#known;
  }

  /** One that has the install; else a new one, or, where enough of them wait, the one that waits longest. */
  #choose(home: RepositoryState, { kind, face }: Wanted): number {
    const idle = [...this.#slots].flatMap(([number, record]) =>
      record.project === home.id && record.kind === kind && !this.#leased.has(number)
        ? [{ number, record }]
        : [],
    );
    idle.sort((a, b) => b.record.lastLease.at - a.record.lastLease.at);
    const fitting = idle.find(({ record }) => fits(record, home, face));
    if (fitting !== undefined) return fitting.number;
    const oldest = idle.at(-1);
    if (oldest !== undefined && idle.length >= SPARE) return oldest.number;
    return this.#smallestFree(kind);
  }

  #smallestFree(kind: SlotKind): number {
    for (let number = FIRST[kind]; ; number++) {
      const isTaken = this.#leased.has(number) || this.#abandoned.has(number) || this.#slots.has(number);
      if (!isTaken) return number;
    }
  }

  #folderOf(number: number, home: RepositoryState, { tree, face }: Wanted): SlotFolder {
    return new SlotFolder({
      folder: join(this.#records.folder, String(number)),
      home,
      tree,
      face,
      isCache: cacheRule(home.keep),
      log: join(this.#place.root, ".factory", "logs", `${home.id}.setup.log`),
      env: environmentOf(number),
      allowed: home.env,
      signal: this.#place.signal,
    });
  }

  async #prepare(
    folder: SlotFolder,
    number: number,
    home: RepositoryState,
    lease: Wanted,
  ): Promise<Result<Worktree>> {
    const before = this.#slots.get(number) ?? null;
    const isOurs = before !== null && before.project === home.id && before.kind === lease.kind;
    const setup = isOurs && fits(before, home, lease.face) ? before.setup : null;
    const began = await this.#note(number, { ...lease, home, setup });
    if (!began.ok) return began;
    const ready = await folder.ready();
    if (!ready.ok) return ready;
    const readySlot = await this.#stand(folder, home, { ...lease, number, setup, before });
    if (!readySlot.ok) {
      // What filled the disk must not keep us from writing that down, nor from the next command.
      const cleared = await folder.clear();
      const broken = await this.#note(number, { ...lease, home, setup: null });
      if (!broken.ok) return broken;
      return cleared.ok ? readySlot : cleared;
    }
    const noted = await this.#note(number, { ...lease, home, setup: readySlot.value.setup });
    return noted.ok ? success(readySlot.value.worktree) : noted;
  }

  async #note(
    number: number,
    { home, kind, subject, setup }: Lease & { readonly home: RepositoryState } & Pick<SlotRecord, "setup">,
  ): Promise<Result<void>> {
    const lastLease = { subject, at: this.#place.clock(), ended: false };
    const record: SlotRecord = { version: 2, project: home.id, kind, setup, lastLease };
    this.#slots.set(number, record);
    return this.#records.write(number, record);
  }

  async #stand(
    folder: SlotFolder,
    home: RepositoryState,
    { kind, face, subject, number, setup, before }: Wanted & Found,
  ): Promise<Result<ReadySlot>> {
    const { id, setup: command } = home;
    if (command === null) return folder.lay();
    if (setup !== null) {
      const moved = await folder.moved(setup);
      if (!moved.ok) return moved;
      if (moved.value === null) return folder.lay(setup);
      const by = before?.lastLease.subject ?? subject;
      this.#place.emit({ type: "install-moved", project: id, path: moved.value, by, kind });
    }
    // One after the other, as far as it can be told that they ask for the same: the second copies what the first made.
    const key = digestOf("install/1", [commandOf(home), { ...setupInputs(face, []) }]);
    const earlier = this.#settingUp.get(key);
    const made = timed(this.#place, "setup", subject, async () => {
      await earlier;
      return this.#makeAnew(folder, home, { face, own: number, command });
    });
    this.#settingUp.set(key, made);
    return made;
  }

  async #makeAnew(
    folder: SlotFolder,
    home: RepositoryState,
    { command, ...wanted }: { readonly face: Tree; readonly own: number; readonly command: string },
  ): Promise<Result<ReadySlot>> {
    const empty = await folder.empty();
    if (!empty.ok) return empty;
    const copied = await this.#copyInto(folder, home, wanted);
    if (!copied.ok) return copied;
    if (copied.value !== null) return success(copied.value);
    const setUp = () => this.#setUp(folder, home, command);
    return fillsUnguardedCache(wanted.face.keys()) ? this.#fetching.hold(setUp) : setUp();
  }

  /** From a slot whose install nobody has moved; never from an agent's. */
  async #copyInto(
    folder: SlotFolder,
    home: RepositoryState,
    { face, own }: { readonly face: Tree; readonly own: number },
  ): Promise<Result<ReadySlot | null>> {
    for (const [number, record] of this.#slots) {
      if (number === own) continue;
      if (record.kind !== "gate" || record.setup === null || !fits(record, home, face)) continue;
      const from = join(this.#records.folder, String(number));
      const copied = await folder.copyFrom(from, record.setup);
      if (!copied.ok || copied.value !== null) return copied;
    }
    return success(null);
  }

  async #setUp(folder: SlotFolder, home: RepositoryState, command: string): Promise<Result<ReadySlot>> {
    const { id } = home;
    const { emit, clock } = this.#place;
    const started = clock();
    emit({ type: "setup-started", project: id, command });
    const readySlot = await folder.setUp(command, commandOf(home));
    emit({ type: "setup-ended", project: id, ms: clock() - started, failed: !readySlot.ok });
    if (readySlot.ok || readySlot.failure.reason !== "setup-failed") return readySlot;
    const { failure } = readySlot;
    const said = [command, ...(failure.evidence ?? [])].join("\n");
    const missed = [
      ...(await notHandedOn(id, home, { allowed: home.env, said })),
      ...confinement({ project: id, network: home.projects[0].network ?? true, said }),
    ];
    const told = missed.length === 0 ? failure : { ...failure, circumstances: missed };
    return failed({ ...told, place: home.projects[0].place });
  }
}

function environmentOf(number: number): Readonly<Record<string, string>> {
  return { FACTORY_SLOT: String(number) };
}
