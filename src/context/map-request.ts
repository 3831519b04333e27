// Which files does a request speak of? By path, by the name of what they declare, or by a word of either. A word that
// half of the repository shares names nothing.

import type { MapGround } from "./map-ground.ts";
import { type FileKind, wordsIn } from "./map-order.ts";

export interface Asked {
  /** How much a request means each file; all of them together 1, or all 0. */
  readonly shares: Float64Array;
  /** Of files that it names by path or by the name of what they declare. */
  readonly named: ReadonlySet<number>;
  /** How much it means a name that it says, from 0 to 1: a word of a sentence may be meant as a word. */
  readonly said: (name: string) => number;
}

const NAME = /[\p{L}_$][\p{L}\p{N}_$]{2,}/gu;

const WORD = 0.2;

/** A path, or the name of a file. */
const PATH = /[\p{L}\p{N}_@$.()[\]-]*(?:[/.][\p{L}\p{N}_@$()[\]-]+)+/gu;

/** What more files share is no clue. */
const COMMON = 40;

export function askedOf({ files, kinds }: MapGround, request: string): Asked {
  const shares = new Float64Array(files.length);
  const named = new Set<number>();
  const codes = new Set(request.match(NAME) ?? []);
  const paths = new Set(
    [...request.matchAll(PATH)].map(([said]) => (said.includes("/") ? said.replace(/^\.?\//, "") : said)),
  );
  const quoted = new Set([...request.matchAll(/`[^`\n]+`/g)].flatMap(([said]) => said.match(NAME) ?? []));
  const words = new Set(wordsIn(request));
  const places = new Map<string, Set<number>>();
  const declared = new Map<string, Set<number>>();
  const sayings = new Map<string, Set<number>>();
  for (const [index, { path, sketch }] of files.entries()) {
    if (isPathOfAny(path, paths)) named.add(index);
    for (const word of wordsIn(path)) if (words.has(word)) into(places, word, index);
    for (const { name: symbol, within } of sketch?.symbols ?? []) {
      if (codes.has(symbol)) into(declared, symbol, index);
      if (within === null)
        for (const word of wordsIn(symbol)) if (words.has(word)) into(sayings, word, index);
    }
  }
  const add = (index: number, share: number) => {
    shares[index] = (shares[index] as number) + share * WORTH[kinds[index] as FileKind];
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
  return {
    shares,
    named,
    said: (name) => (!codes.has(name) ? 0 : quoted.has(name) || isCodeName(name) ? 1 : WORD),
  };
}

/** Who is meant by a word: rather code than what tells of it. */
const WORTH = { code: 1, other: 0.4, test: 0.2, docs: 0.2, generated: 0.02 } as const;

/** Said as a whole, or from one of its folders on. */
function isPathOfAny(path: string, said: ReadonlySet<string>): boolean {
  for (let at = 0; ; at = path.indexOf("/", at) + 1) {
    if (said.has(path.slice(at))) return true;
    if (path.indexOf("/", at) < 0) return false;
  }
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
