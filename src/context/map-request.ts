// Which files does a request speak of? By path, by the name of what they declare, or by a word of either. A word that
// half of the repository shares names nothing.

import type { SketchedFile } from "../model/sketch.ts";
import { kindOf, wordsIn } from "./map-order.ts";

export interface Asked {
  /** How much a request means each file; all of them together 1, or all 0. */
  readonly shares: Float64Array;
  /** Of files that it names by path or by the name of what they declare. */
  readonly named: ReadonlySet<number>;
  /** Of what it names in code, or shares words with. */
  readonly isSaid: (name: string) => boolean;
}

/** What more files share is no clue. */
const COMMON = 40;

export function askedOf(files: readonly SketchedFile[], request: string): Asked {
  const shares = new Float64Array(files.length);
  const named = new Set<number>();
  const codes = new Set(request.match(/[\p{L}_$][\p{L}\p{N}_$]{2,}/gu) ?? []);
  const paths = new Set(request.match(/[\p{L}\p{N}_@$.()[\]-]*(?:[/.][\p{L}\p{N}_@$()[\]-]+)+/gu) ?? []);
  const words = new Set(wordsIn(request));
  const places = new Map<string, Set<number>>();
  const declared = new Map<string, Set<number>>();
  const sayings = new Map<string, Set<number>>();
  for (const [index, { path, sketch }] of files.entries()) {
    const name = path.slice(path.lastIndexOf("/") + 1);
    if (paths.has(path) || [...paths].some((said) => isPathOf(path, name, said))) named.add(index);
    for (const word of wordsIn(path)) if (words.has(word)) into(places, word, index);
    for (const { name: symbol, within } of sketch?.symbols ?? []) {
      if (codes.has(symbol)) into(declared, symbol, index);
      if (within === null)
        for (const word of wordsIn(symbol)) if (words.has(word)) into(sayings, word, index);
    }
  }
  const add = (index: number, share: number) => {
    shares[index] = (shares[index] as number) + share * WORTH[kindOf((files[index] as SketchedFile).path)];
  };
  for (const index of named) add(index, 12);
  for (const [name, found] of declared) {
    if (found.size > COMMON) continue;
    for (const index of found) add(index, (isCodeName(name) ? 6 : 2) / found.size);
    if (isCodeName(name) && found.size <= 3) for (const index of found) named.add(index);
  }
  for (const [weight, found] of [
    [2, places],
    [1, sayings],
  ] as const)
    for (const indexes of found.values())
      if (indexes.size <= COMMON) for (const index of indexes) add(index, weight / Math.sqrt(indexes.size));
  const sum = shares.reduce((all, share) => all + share, 0);
  if (sum > 0) for (const index of shares.keys()) shares[index] = (shares[index] as number) / sum;
  return { shares, named, isSaid: (name) => codes.has(name) };
}

/** Who is meant by a word: rather code than what tells of it. */
const WORTH = { code: 1, other: 0.4, test: 0.2, docs: 0.2, generated: 0.02 } as const;

function isPathOf(path: string, name: string, said: string): boolean {
  if (said.includes("/")) return path.endsWith(`/${said}`) || path === said.replace(/^\.?\//, "");
  return said === name;
}

/** No word of a sentence. */
function isCodeName(name: string): boolean {
  return /\p{Ll}\p{Lu}|_|\$|\p{N}/u.test(name);
}

function into(all: Map<string, Set<number>>, key: string, index: number): void {
  const known = all.get(key);
  if (known === undefined) all.set(key, new Set([index]));
  else known.add(index);
}
