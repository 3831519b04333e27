// Which processes belong to a run, and how are all of them ended? A process may leave its group and session, clear its
// environment and lose its parent, so it is recognised by any of six signs:
//
//   marker   FACTORY_RUN in the environment it was started with
//   pipe     its stdout or stderr is the pipe that we read
//   group    process group or session of a known member
//   parent   its parent is a known member
//   memory   it was recognised before, when the signs were still there
//   ground   born after the run began and away from any terminal, it works in a folder that is the run's alone: a
//            server that went to the background keeps its current folder, its log, its data or its socket there
//
// What escapes: a process that drops all the others within one look at the table and keeps nothing in those folders, such
// as a server whose data lie elsewhere; and outside Linux every one that leaves its group, for only group and parent are
// told there. It does not know what the run is for.

import { setTimeout as delay } from "node:timers/promises";
import { enterFamily, leaveFamily, send } from "./living-families.ts";
import { Ground } from "./process-ground.ts";
import { birthOf, outputPipes, type ProcessRow, processTable, startedWith } from "./process-table.ts";
import { mark, RUN_VARIABLE } from "./run-marks.ts";

const FIRST_LOOK_MS = 100;
const SLOWEST_LOOK_MS = 5000;
/** Rounds of SIGKILL; more than one only against a family that still grows. */
const KILL_ROUNDS = 40;

export class ProcessFamily {
  readonly #root: number;
  readonly #marker: string;
  /** Birth by pid, of members living and dead. */
  readonly #members = new Map<number, number>();
  readonly #birth: number;
  readonly #pipes: ReadonlySet<string>;
  readonly #own: readonly string[];
  #timer: NodeJS.Timeout | null = null;

  /**
   * To be called in the tick in which the child was made, while it still has the pipes that it was given. `own` are
   * absolute folders in which nobody works whom the run did not start.
   */
  constructor(root: number, marker: string, own: readonly string[]) {
    enterFamily(this);
    this.#root = root;
    this.#marker = marker;
    this.#own = own;
    this.#birth = birthOf(root);
    this.#pipes = new Set(outputPipes(root));
    this.#members.set(root, this.#birth);
    mark([{ pid: root, birth: this.#birth }], own);
    this.#lookEvery(FIRST_LOOK_MS);
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
    this.#signal(living, "SIGTERM");
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
      this.#look();
      if (this.#timer) this.#lookEvery(Math.min(2 * ms, SLOWEST_LOOK_MS));
    }, ms);
    this.#timer.unref();
  }

  #look(): readonly ProcessRow[] {
    return this.livingIn(processTable());
  }

  /** Finds new members, and returns all that live. */
  livingIn(all: readonly ProcessRow[]): readonly ProcessRow[] {
    const ground = new Ground(this.#own);
    const table = all.filter((row) => row.pid !== process.pid && row.birth >= this.#birth);
    const living = new Map<number, ProcessRow>();
    const isNew: ProcessRow[] = [];
    for (let found = true; found; ) {
      found = false;
      for (const row of table) {
        if (living.has(row.pid) || !this.#recognises(row, living, ground)) continue;
        living.set(row.pid, row);
        if (this.#members.get(row.pid) !== row.birth) isNew.push(row);
        this.#members.set(row.pid, row.birth);
        found = true;
      }
    }
    mark(isNew);
    return [...living.values()];
  }

  #recognises(row: ProcessRow, living: ReadonlyMap<number, ProcessRow>, ground: Ground): boolean {
    if (this.#members.get(row.pid) === row.birth) return true;
    if (living.has(row.parent)) return true;
    if (row.group === this.#root || row.session === this.#root) return true;
    for (const member of living.values()) {
      if (row.group === member.group || (row.session !== 0 && row.session === member.session)) return true;
    }
    if (startedWith(row.pid, RUN_VARIABLE) === this.#marker) return true;
    if (outputPipes(row.pid).some((pipe) => this.#pipes.has(pipe))) return true;
    return !row.hasTerminal && ground.isOf(row.pid);
  }

  #signal(living: readonly ProcessRow[], signal: NodeJS.Signals): void {
    const group = living.some((row) => row.group === this.#root) ? [-this.#root] : [];
    send([...group, ...living.map((row) => row.pid)], signal);
  }
}
