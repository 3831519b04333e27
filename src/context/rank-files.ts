// Which files and symbols of a repository matter most for a request? A reader who starts at what the request names, or where
// programs start, and follows what each file uses, stays longest at what most depends on (personalised PageRank).

import type { SketchedFile } from "../model/sketch.ts";
import { type Link, linksAmong, Places } from "./map-links.ts";
import { type FileKind, isEntryPath, kindOf } from "./map-order.ts";
import { askedOf } from "./map-request.ts";

export interface RankedFile extends SketchedFile {
  readonly kind: FileKind;
  readonly rank: number;
  /** Lower tiers are told first, whatever the rank. */
  readonly tier: number;
  /** Of each symbol, in the order of the sketch. */
  readonly worth: readonly number[];
}

/** How often the reader goes on, rather than to begin anew. */
const DAMPING = 0.85;
const ROUNDS = 24;

/** Where the reader begins. */
const AT = { request: 0.55, entries: 0.15, anywhere: 0.3 } as const;

/** How likely it is, of all files, that the reader begins at one of the kind. */
const ANYWHERE: Readonly<Record<FileKind, number>> = {
  code: 1,
  other: 0.1,
  test: 0.1,
  docs: 0.05,
  generated: 0,
};

const TIER: Readonly<Record<FileKind, number>> = { code: 1, other: 2, test: 3, docs: 4, generated: 5 };

/** In the order of the files. */
export function rankFiles(files: readonly SketchedFile[], request: string): RankedFile[] {
  const places = new Places(files);
  const links = linksAmong(files, places);
  const asked = askedOf(files, request);
  const kinds = files.map(({ path }) => kindOf(path));
  const start = startsAt(files, kinds, places, asked.shares);
  const outgoing = new Float64Array(files.length);
  for (const { from, weight } of links) outgoing[from] = (outgoing[from] as number) + weight;
  const ranks = pageRank(start, links, outgoing);
  const worth = worthOfSymbols(files, links, outgoing, ranks, asked.isSaid);
  return files.map((file, index) => ({
    ...file,
    kind: kinds[index] as FileKind,
    rank: (ranks[index] as number) + 0.3 * (asked.shares[index] as number),
    tier: asked.named.has(index) && kinds[index] !== "generated" ? 0 : TIER[kinds[index] as FileKind],
    worth: worth[index] as number[],
  }));
}

function startsAt(
  files: readonly SketchedFile[],
  kinds: readonly FileKind[],
  places: Places,
  shares: Float64Array,
): Float64Array {
  const entries = new Set<number>();
  for (const [index, { path, sketch }] of files.entries()) {
    if (isEntryPath(path)) entries.add(index);
    if (kinds[index] === "test" || kinds[index] === "generated") continue;
    for (const named of sketch?.entries ?? []) {
      const found = places.entry(path, named);
      if (found !== null && kinds[found] === "code") entries.add(found);
    }
  }
  const anywhere = kinds.reduce((sum, kind) => sum + ANYWHERE[kind], 0);
  const start = files.map((_, index) => {
    const atEntry = entries.has(index) ? AT.entries / entries.size : 0;
    const somewhere = anywhere === 0 ? 0 : (AT.anywhere * ANYWHERE[kinds[index] as FileKind]) / anywhere;
    return AT.request * (shares[index] as number) + atEntry + somewhere;
  });
  const sum = start.reduce((all, one) => all + one, 0);
  return Float64Array.from(start, (one) => (sum === 0 ? 1 / files.length : one / sum));
}

function pageRank(start: Float64Array, links: readonly Link[], outgoing: Float64Array): Float64Array {
  const size = links.length;
  const from = Int32Array.from(links, (link) => link.from);
  const to = Int32Array.from(links, (link) => link.to);
  const shares = Float64Array.from(links, (link) => link.weight / (outgoing[link.from] as number));
  let ranks = start;
  for (let round = 0; round < ROUNDS; round++) {
    let stranded = 0;
    for (const [index, rank] of ranks.entries()) if (outgoing[index] === 0) stranded += rank;
    const next = start.map((one) => one * (1 - DAMPING + DAMPING * stranded));
    for (let index = 0; index < size; index++) {
      const target = to[index] as number;
      const passed = DAMPING * (ranks[from[index] as number] as number) * (shares[index] as number);
      next[target] = (next[target] as number) + passed;
    }
    ranks = next;
  }
  return ranks;
}

/** What of a file's rank comes by each of its symbols, and a little for being there. */
function worthOfSymbols(
  files: readonly SketchedFile[],
  links: readonly Link[],
  outgoing: Float64Array,
  ranks: Float64Array,
  isSaid: (name: string) => boolean,
): number[][] {
  const worth = files.map(({ sketch }, file) => {
    const symbols = sketch?.symbols ?? [];
    const rank = ranks[file] as number;
    return symbols.map(({ name, exported, within }) => {
      const said = isSaid(name) && name.length > 3 ? 0.5 : 0;
      const there = (exported ? 0.5 : 0.1) / Math.sqrt(symbols.length);
      return rank * (said + there * (within === null ? 1 : 0.3));
    });
  });
  for (const { from, to, symbol, weight } of links) {
    if (symbol < 0) continue;
    const own = worth[to] as number[];
    const passed = ((ranks[from] as number) * weight) / (outgoing[from] as number);
    own[symbol] = (own[symbol] as number) + passed;
  }
  for (const [file, own] of worth.entries()) crowd((files[file] as SketchedFile).sketch?.symbols ?? [], own);
  return worth;
}

/** The tenth member of a class tells less of it than the first: no class takes the room of all others. */
function crowd(symbols: readonly { readonly within: number | null }[], worth: number[]): void {
  const groups = new Map<number, number[]>();
  for (const [index, { within }] of symbols.entries()) {
    const group = groups.get(within ?? -1);
    if (group === undefined) groups.set(within ?? -1, [index]);
    else group.push(index);
  }
  for (const group of groups.values()) {
    group.sort((a, b) => (worth[b] as number) - (worth[a] as number) || a - b);
    for (const [place, index] of group.entries())
      worth[index] = (worth[index] as number) / (1 + place / CROWDED);
  }
}

const CROWDED = 6;
