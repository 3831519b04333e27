// How much is tried, and by which chance? A run of the suite tries a few of everything, `npm run test:faults -- --full` what
// two cores do in half an hour, and `-- --all` all that is known. Whatever is drawn hangs on one seed, which is printed: `FACTORY_SEED` draws the same again. The suite draws
// always the same, since a test that fails by chance tells nobody what they broke.

import { appendFileSync } from "node:fs";
import { join, relative } from "node:path";
import { expect } from "vitest";

const EXTENT = process.env.FACTORY_FAULTS;
const FULL = EXTENT === "full" || EXTENT === "all";
const ASKED = process.env.FACTORY_RUNS;
const CHECKOUT = join(import.meta.dirname, "../..");

const SEED = Number(process.env.FACTORY_SEED ?? (FULL ? Date.now() % 1_000_000 : 20_261_130));

/** For whatever tries many. */
export const LONG = { timeout: 12 * 3_600_000 };

/** How many, in a run of the suite, in a full one, and in one of all that there are. `FACTORY_RUNS` says it for both of these. */
export function times(few: number, many: number, all: number): number {
  if (!FULL) return few;
  if (ASKED !== undefined) return Math.min(all, Number(ASKED));
  return EXTENT === "all" ? all : Math.min(many, all);
}

/** The same numbers from 0 to 1 for the same seed and name, on every machine. */
export function chanceOf(name: string): () => number {
  let state = [...name].reduce((sum, letter) => Math.imul(sum, 31) + letter.charCodeAt(0), SEED) >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** So many of them, in an order that hangs on chance; all where there are no more. */
export function drawn<T>(all: readonly T[], count: number, chance: () => number): readonly T[] {
  const rest = [...all];
  const taken: T[] = [];
  while (taken.length < count && rest.length > 0) {
    taken.push(...rest.splice(Math.floor(chance() * rest.length), 1));
  }
  return taken;
}

export function oneOf<T>(all: readonly T[], chance: () => number): T {
  return all[Math.floor(chance() * all.length)] as T;
}

/** A line for whoever reads the run, and a row of `docs/reliability.md` where that is written. */
export function report(row: { readonly what: string; readonly tried: number; readonly held: number }): void {
  console.log(`${row.what}: ${row.held} of ${row.tried} held (FACTORY_SEED=${SEED})`);
  const file = process.env.FACTORY_FAULTS_ROWS;
  const where = relative(CHECKOUT, expect.getState().testPath ?? "");
  if (file !== undefined) appendFileSync(file, `${JSON.stringify({ ...row, seed: SEED, where })}\n`);
}
