// By what is a process known that left its group, its session, its parent and its pipes, and cleared its variables? By a
// number that it inherits without looking: its limit on file locks (RLIMIT_LOCKS). Linux enforces that limit no more since
// 2.4.25, so nobody sets it, and it shows everybody's in /proc. Each run has a number of its own, half of which is made of
// the token of its build, so that the next build knows it too. Outside Linux there is none.

import { randomBytes } from "node:crypto";
import { accessSync, constants, statSync } from "node:fs";
import { delimiter, join } from "node:path";
import { procText } from "./proc-text.ts";

const LINUX = process.platform === "linux";
/** Bits of a number that tell the runs of a build apart; 40 of its token stand above them, and all are positive. */
const RUN_BITS = 22n;
const TOKEN_DIGITS = 10;

const loose = randomBytes(TOKEN_DIGITS / 2).toString("hex");
let runs = 0n;

/** For a run that is about to start; without a token, this process has one. */
export function nextRunNumber(token: string | null): bigint {
  runs += 1n;
  return (tokenPart(token ?? loose) << RUN_BITS) | (runs & ((1n << RUN_BITS) - 1n));
}

/** The number that a process inherited; null where it has none. */
export function runNumberOf(pid: number): bigint | null {
  if (!LINUX) return null;
  const soft = /^Max file locks\s+(\d+)/m.exec(procText(`/proc/${pid}/limits`))?.[1];
  return soft === undefined ? null : BigInt(soft);
}

/** Whether the build with that token gave the number. */
export function isNumberOf(number: bigint | null, token: string): boolean {
  return number !== null && number >> RUN_BITS === tokenPart(token);
}

/** Words of a shell that put the number on what it becomes; empty where there is none. */
export function takeNumber(number: bigint): string {
  // Shells disagree about the letter. One that knows neither goes on without.
  return LINUX ? `ulimit -S -w ${number} 2>/dev/null || ulimit -S -x ${number} 2>/dev/null; ` : "";
}

/** Whether the system finds such a program: a shell's words for one that it does not find are other ones. */
export function isProgram(file: string, path: string): boolean {
  const places = file.includes("/") ? [file] : path.split(delimiter).map((folder) => join(folder, file));
  return places.some((place) => {
    try {
      accessSync(place, constants.X_OK);
      return statSync(place).isFile();
    } catch {
      return false;
    }
  });
}

function tokenPart(token: string): bigint {
  return BigInt(`0x${token.slice(0, TOKEN_DIGITS)}`);
}
