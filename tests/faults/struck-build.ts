// How does a build run that something strikes at one call of the file system? The call fails, or the process is killed there.
// Places are named by where the code asks from, so that the same one is struck again however a build interleaves.

import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "vitest";
import { FACTORY } from "../rig/factory-rig.ts";
import type { Run } from "../rig/program.ts";
import { KEYS } from "../rig/small-work.ts";
import { broken, portrait } from "./intact.ts";
import { type Golden, Trial } from "./trial.ts";

const PRELOAD = fileURLToPath(new URL("failing-calls.cjs", import.meta.url));
/** A build that takes longer has not ended by itself. */
const LONGEST_MS = 180_000;

/** Where the code calls one function of the file system. */
export interface CallPlace {
  readonly place: string;
  readonly name: string;
  /** How it can fail. */
  readonly codes: readonly string[];
  /** Calls of a whole build. */
  readonly calls: number;
  /** What the first one was about. */
  readonly path: string;
}

export interface Strike {
  readonly place: CallPlace;
  /** A code of the system, or KILL. */
  readonly code: string;
  readonly nth: number;
  /** All that can fail like this fails from then on. */
  readonly lasts: boolean;
}

export interface StruckBuild {
  readonly run: Run;
  /** What was struck, with its path; null where the build never came there. */
  readonly struck: { readonly name: string; readonly path: string } | null;
  readonly places: readonly CallPlace[];
}

export async function struckBuild(trial: Trial, strike: Strike | null): Promise<StruckBuild> {
  const log = join(trial.base, "calls.json");
  const env = {
    ...KEYS,
    FAULT_BELOW: trial.base,
    FAULT_LOG: log,
    ...(strike === null
      ? {}
      : {
          FAULT_PLACE: strike.place.place,
          FAULT_CODE: strike.code,
          FAULT_NTH: String(strike.nth),
          FAULT_LASTS: strike.lasts ? "yes" : "no",
        }),
  };
  const program = trial.rig.launch(".", [process.execPath, "--require", PRELOAD, FACTORY, "build"], env);
  const timer = setTimeout(() => program.child.kill("SIGKILL"), LONGEST_MS);
  const run = await program.done;
  clearTimeout(timer);
  const told: Omit<StruckBuild, "run"> = existsSync(log)
    ? JSON.parse(readFileSync(log, "utf8"))
    : { struck: null, places: [] };
  rmSync(log, { force: true });
  // A build interleaves as it likes, and a seed is to draw the same places from every one.
  const places = told.places.toSorted((a, b) => (a.place < b.place ? -1 : 1));
  return { run, struck: told.struck, places };
}

export function toldAs(
  { place, code, nth, lasts }: Strike,
  { struck, run }: StruckBuild,
  root: string,
): string {
  const path = (struck?.path ?? place.path).replaceAll(root, ".");
  const end = run.code ?? run.signal;
  return `${code} at call ${nth}${lasts ? " and on" : ""} of ${place.name} ${path}${struck === null ? " (not reached)" : ""}, exit ${end}`;
}

export interface Calm {
  readonly golden: Golden;
  readonly places: readonly CallPlace[];
  /** How long it took. */
  readonly ms: number;
}

let known: Promise<Calm> | null = null;

/** What an undisturbed build comes to, of which all that must hold does. */
export function calm(): Promise<Calm> {
  known ??= undisturbed();
  return known;
}

async function undisturbed(): Promise<Calm> {
  await using trial = await Trial.begin();
  const started = performance.now();
  const { run, places } = await struckBuild(trial, null);
  const ms = performance.now() - started;
  expect(run.code, run.stderr).toBe(0);
  const golden = await portrait(trial.rig);
  expect(await broken(trial, golden, [run])).toEqual([]);
  expect(places.length).toBeGreaterThan(150);
  return { golden, places, ms };
}
