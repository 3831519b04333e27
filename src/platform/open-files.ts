// What if the system has no file descriptor left? Then others of this process or of the machine hold them for a moment, and
// who waits gets one. It knows no file.

import { setTimeout as delay } from "node:timers/promises";
import { readIfThere } from "./files.ts";

/** How long one waits in all, in ms, and from one try to the next. */
const LONGEST_MS = 20_000;
const PAUSE_MS = 50;

/** What the process itself holds, and what one session does: its log, its wire, a file that is being written, a process. */
const OWN = 40;
const PER_SESSION = 6;

/** As many sessions at once as wanted, or as there are descriptors for: those that only wait for each other's end nowhere. */
export function withDescriptors(wanted: number): number {
  const most = mostOpenFiles();
  return most === null ? wanted : Math.max(1, Math.min(wanted, Math.floor((most - OWN) / PER_SESSION)));
}

/** Null where the system does not say so in a file. */
function mostOpenFiles(): number | null {
  if (process.platform !== "linux") return null;
  const limits = readIfThere("/proc/self/limits", 64 * 1024);
  if (!limits.ok || limits.value === null) return null;
  const line = /^Max open files +(\d+)/m.exec(Buffer.from(limits.value).toString());
  return line === null ? null : Number(line[1]);
}

/** The codes of a system in which too many files are open: in this process, or on the machine. */
export function isCrowded(error: unknown): boolean {
  const code = error instanceof Error && "code" in error ? error.code : null;
  return code === "EMFILE" || code === "ENFILE";
}

/** Does the work again while no descriptor is to be had; what it throws then, or throws otherwise, is thrown on. */
export async function whenNotCrowded<T>(work: () => T | Promise<T>): Promise<T> {
  for (let waited = 0; ; waited += PAUSE_MS) {
    try {
      return await work();
    } catch (error) {
      if (!isCrowded(error) || waited >= LONGEST_MS) throw error;
    }
    await delay(PAUSE_MS);
  }
}
