// What that this process started still runs, and who ends it where the process itself is about to end? A family is ended
// by whoever runs it; where nobody will come to that, because of a second interrupt, a closed terminal or a bug, the last
// thing that the process does is to end all of them. Only SIGKILL keeps it from that: see run-marks.ts.

import { isMainThread } from "node:worker_threads";
import { reserveForLooks } from "./proc-text.ts";
import { type ProcessRow, processTable } from "./process-table.ts";

export interface LivingFamily {
  /** Its members in this table. */
  livingIn(table: readonly ProcessRow[]): readonly ProcessRow[];
}

/** How an interrupt is met: ends in order what is under way. */
export type InterruptListener = () => void;

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"] as const;
/** What a shell calls a program that was interrupted. */
const INTERRUPTED = 130;
/** Between two looks at those that were killed, in milliseconds. */
const LOOK_MS = 5;
/** Some that cannot be killed, such as those of a disk that does not answer, must not keep us. */
const LOOKS = 400;
/** So many looks does what has no family get to leave by itself: git takes back its locks. */
const PATIENCE = 100;

// As the system's own table of our children, they are one per process.
const families = new Set<LivingFamily>();
const listeners = new Set<InterruptListener>();
let isWatching = false;
/** The loop had nothing left to wait for, so no child is left. */
let isDrained = false;

export function enterFamily(family: LivingFamily): void {
  families.add(family);
}

export function leaveFamily(family: LivingFamily): void {
  families.delete(family);
}

export function hasLivingFamilies(): boolean {
  return families.size > 0;
}

/** To be called before anything is started: from now on nothing that was started outlives this process. */
export function watchOverStarted(): void {
  if (isWatching || !isMainThread) return;
  isWatching = true;
  reserveForLooks();
  for (const signal of SIGNALS) process.on(signal, () => interrupted(signal));
  process.on("beforeExit", () => {
    isDrained = true;
  });
  process.on("exit", endStarted);
}

/** Calls the listener at an interrupt, until it is taken back. Without one, and at SIGQUIT, the process ends at once. */
export function onInterrupt(listener: InterruptListener): () => void {
  watchOverStarted();
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}

function interrupted(signal: NodeJS.Signals): void {
  if (signal === "SIGQUIT" || listeners.size === 0) process.exit(INTERRUPTED);
  for (const listener of listeners) listener();
}

/** Synchronous: there is no later. */
function endStarted(): void {
  if (isDrained && families.size === 0) return;
  const pause = new Int32Array(new SharedArrayBuffer(4));
  for (let look = 0; look < LOOKS; look++) {
    const table = processTable().filter(({ pid }) => pid !== process.pid);
    const members = [...families].flatMap((family) => family.livingIn(table));
    const others = descendants(table, new Set(members.map(({ pid }) => pid)));
    if (members.length === 0 && others.length === 0) return;
    send(pidsOf(members), "SIGKILL");
    if (look === 0) send(pidsOf(others), "SIGTERM");
    else if (look > PATIENCE) send(pidsOf(others), "SIGKILL");
    Atomics.wait(pause, 0, 0, LOOK_MS);
  }
}

/** What we started without a family: git, and little programs of the system. */
function descendants(table: readonly ProcessRow[], known: ReadonlySet<number>): readonly ProcessRow[] {
  const ours = new Set([process.pid]);
  const found: ProcessRow[] = [];
  for (let grown = true; grown; ) {
    grown = false;
    for (const row of table) {
      if (!ours.has(row.parent) || ours.has(row.pid) || known.has(row.pid)) continue;
      ours.add(row.pid);
      found.push(row);
      grown = true;
    }
  }
  return found;
}

function pidsOf(rows: readonly ProcessRow[]): readonly number[] {
  return rows.map(({ pid }) => pid);
}

/** To processes, and, by numbers below zero, to groups of them. */
export function send(targets: readonly number[], signal: NodeJS.Signals): void {
  for (const target of targets) {
    try {
      process.kill(target, signal);
    } catch {
      // It left by itself, or belongs to another user now: the next look tells.
    }
  }
}
