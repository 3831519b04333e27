// Which processes belong to a run, and how are all of them ended? A process may leave its group and session, clear its
// environment and lose its parent, so it is recognised by any of seven signs. Six tell that it descends from the run:
//
//   marker   FACTORY_RUN in the environment it was started with
//   number   the limit that it inherited and nobody sets (run-number.ts)
//   pipe     its stdout or stderr is the pipe that we read
//   group    process group or session that a descendant leads, or is in
//   parent   its parent is one
//   memory   it was recognised before, when the signs were still there
//
// The seventh, ground, tells that it works where the run alone works: born after the run began, away from any terminal and
// without the marker of another run, it stands in a folder that is the run's alone, or keeps its log, data or socket there,
// as a server does that went to the background. It is a guest: who shares a group or session with it is nobody's business
// of ours, for an editor may have started it.
//
// What escapes: what another program starts for it, such as the daemon of containers; and outside Linux every one that
// leaves its group, for only group and parent are told there. It does not know what the run is for.

import { setTimeout as delay } from "node:timers/promises";
import { enterFamily, leaveFamily, send } from "./living-families.ts";
import { ProcessFolders } from "./process-folders.ts";
import { birthOf, outputPipes, type ProcessRow, processTable, startedWith } from "./process-table.ts";
import { mark, RUN_VARIABLE, type RunMark } from "./run-marks.ts";
import { runNumberOf } from "./run-number.ts";

const FIRST_LOOK_MS = 100;
const SLOWEST_LOOK_MS = 1000;
/** Rounds of SIGKILL; more than one only against a family that still grows. */
const KILL_ROUNDS = 40;

export class ProcessFamily {
  readonly #root: number;
  readonly #mark: RunMark;
  /** Birth by pid, of descendants living and dead. */
  readonly #kin = new Map<number, number>();
  /** Birth by pid, of all others that were recognised, living and dead. */
  readonly #guests = new Map<number, number>();
  readonly #birth: number;
  readonly #pipes: ReadonlySet<string>;
  readonly #own: readonly string[];
  readonly #isWrapped: boolean;
  /** Its number may be given to a stranger as soon as nobody is left in its group and session. */
  #isRootTaken = true;
  #timer: NodeJS.Timeout | null = null;
  #watcher: (pids: readonly number[]) => void = () => {};

  /**
   * To be called in the tick in which the child was made, while it still has the pipes that it was given. `own` are
   * absolute folders in which nobody works whom the run did not start. `isWrapped`: the child only holds the sandbox of
   * those that it started, which are gone with it.
   */
  constructor(
    root: number,
    runMark: RunMark,
    { own, isWrapped = false }: { readonly own: readonly string[]; readonly isWrapped?: boolean },
  ) {
    enterFamily(this);
    this.#root = root;
    this.#mark = runMark;
    this.#own = own;
    this.#isWrapped = isWrapped;
    this.#birth = birthOf(root);
    this.#pipes = new Set(outputPipes(root));
    this.#kin.set(root, this.#birth);
    mark([{ pid: root, birth: this.#birth }], { own });
    this.#lookEvery(FIRST_LOOK_MS);
  }

  /** At each look at those that live, until they are ended. */
  watch(watcher: (pids: readonly number[]) => void): void {
    this.#watcher = watcher;
  }

  /** Settles when no member is left, or when all are about to be ended. */
  async gone(): Promise<void> {
    while (this.#timer !== null && this.#look().length > 0) await delay(FIRST_LOOK_MS);
  }

  /** SIGTERM to every member, SIGKILL to those that are still there after the grace. Settles when none is left. */
  async end(graceMs: number): Promise<void> {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    await this.#end(graceMs);
    leaveFamily(this);
  }

  async #end(graceMs: number): Promise<void> {
    let living = this.#look();
    if (living.length === 0) return;
    this.#signal(this.#isWrapped ? living.filter((row) => row.group !== this.#root) : living, "SIGTERM");
    const deadline = performance.now() + graceMs;
    for (
      let pause = 10;
      living.length > 0 && performance.now() < deadline;
      pause = Math.min(2 * pause, 100)
    ) {
      await delay(pause);
      living = this.#look();
    }
    for (let round = 0; living.length > 0 && round < KILL_ROUNDS; round++) {
      this.#signal(living, "SIGKILL");
      await delay(Math.min(5 * (round + 1), 100));
      living = this.#look();
    }
  }

  // Members that will lose their parent later must be seen while they have it; long runs are looked at ever less often.
  #lookEvery(ms: number): void {
    this.#timer = setTimeout(() => {
      this.#watcher(this.#look().map(({ pid }) => pid));
      if (this.#timer) this.#lookEvery(Math.min(2 * ms, SLOWEST_LOOK_MS));
    }, ms);
    this.#timer.unref();
  }

  #look(): readonly ProcessRow[] {
    return this.livingIn(processTable());
  }

  /** Finds new members, and returns all that live. */
  livingIn(all: readonly ProcessRow[]): readonly ProcessRow[] {
    const table = all.filter((row) => row.pid !== process.pid && row.birth >= this.#birth);
    this.#isRootTaken &&= table.some((row) => this.#isLedByRoot(row));
    const kin = grown(table, this.#kin, (row, living) => this.#descends(row, living));
    const others = table.filter((row) => !kin.living.has(row.pid));
    const folders = new ProcessFolders(this.#own);
    const guests = grown(
      others,
      this.#guests,
      (row, living) => living.has(row.parent) || isGuest(row, folders),
    );
    mark(kin.added);
    mark(guests.added, { guest: true });
    return [...kin.living.values(), ...guests.living.values()];
  }

  #descends(row: ProcessRow, living: ReadonlyMap<number, ProcessRow>): boolean {
    if (living.has(row.parent)) return true;
    if (this.#isLedByRoot(row)) return true;
    for (const member of living.values()) {
      if (row.group === member.group || (row.session !== 0 && row.session === member.session)) return true;
    }
    if (startedWith(row.pid, RUN_VARIABLE) === this.#mark.value) return true;
    if (runNumberOf(row.pid) === this.#mark.number) return true;
    return outputPipes(row.pid).some((pipe) => this.#pipes.has(pipe));
  }

  #isLedByRoot({ group, session }: ProcessRow): boolean {
    return this.#isRootTaken && (group === this.#root || session === this.#root);
  }

  #signal(living: readonly ProcessRow[], signal: NodeJS.Signals): void {
    const group = this.#isRootTaken && living.some((row) => row.group === this.#root) ? [-this.#root] : [];
    send([...group, ...living.map((row) => row.pid)], signal);
  }
}

/** All of the table that have the sign, or have it by those that were found; what is new goes into the memory. */
function grown(
  table: readonly ProcessRow[],
  memory: Map<number, number>,
  hasSign: (row: ProcessRow, living: ReadonlyMap<number, ProcessRow>) => boolean,
): { readonly living: ReadonlyMap<number, ProcessRow>; readonly added: readonly ProcessRow[] } {
  const living = new Map<number, ProcessRow>();
  const added: ProcessRow[] = [];
  for (let found = true; found; ) {
    found = false;
    for (const row of table) {
      if (living.has(row.pid)) continue;
      const isKnown = memory.get(row.pid) === row.birth;
      if (!isKnown && !hasSign(row, living)) continue;
      living.set(row.pid, row);
      if (!isKnown) added.push(row);
      memory.set(row.pid, row.birth);
      found = true;
    }
  }
  return { living, added };
}

/** What another run started, git for one, may work there for us. */
function isGuest({ pid, hasTerminal }: ProcessRow, folders: ProcessFolders): boolean {
  return !hasTerminal && folders.isOf(pid) && startedWith(pid, RUN_VARIABLE) === null;
}
