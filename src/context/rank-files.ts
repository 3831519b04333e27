// Which files and symbols of a repository matter most for a request? A reader who starts at what the request names, or where
// programs start, and follows what each file uses, stays longest at what most depends on (personalised PageRank).

import type { SketchedFile } from "../model/sketch.ts";
import type { MapGround } from "./map-ground.ts";
import type { Links } from "./map-links.ts";
import type { FileKind } from "./map-order.ts";
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
export function rankFiles(ground: MapGround, request: string): RankedFile[] {
  const { files, kinds, links } = ground;
  const asked = askedOf(ground, request);
  const ranks = pageRank(startsAt(ground, asked.shares), links.ways);
  const worth = worthOfSymbols(files, links, ranks, asked.said);
  return files.map(({ path, sketch }, index) => ({
    path,
    sketch,
    kind: kinds[index] as FileKind,
    rank: (ranks[index] as number) + 0.3 * (asked.shares[index] as number),
    tier: asked.named.has(index) && kinds[index] !== "generated" ? 0 : TIER[kinds[index] as FileKind],
    worth: worth[index] as number[],
  }));
}

function startsAt({ kinds, entries }: MapGround, shares: Float64Array): Float64Array {
  const anywhere = kinds.reduce((sum, kind) => sum + ANYWHERE[kind], 0);
  const start = kinds.map((kind, index) => {
    const atEntry = entries.has(index) ? AT.entries / entries.size : 0;
    const somewhere = anywhere === 0 ? 0 : (AT.anywhere * ANYWHERE[kind]) / anywhere;
    return AT.request * (shares[index] as number) + atEntry + somewhere;
  });
  const sum = start.reduce((all, one) => all + one, 0);
  return new Float64Array(start.map((one) => (sum === 0 ? 1 / kinds.length : one / sum)));
}

function pageRank(start: Float64Array, { from, to, share }: Links["ways"]): Float64Array {
  const uses = new Uint8Array(start.length);
  for (const index of from) uses[index] = 1;
  let ranks = start;
  for (let round = 0; round < ROUNDS; round++) {
    let stranded = 0;
    for (let index = 0; index < ranks.length; index++)
      if (uses[index] === 0) stranded += ranks[index] as number;
    const again = 1 - DAMPING + DAMPING * stranded;
    const next = new Float64Array(start.length);
    for (let index = 0; index < start.length; index++) next[index] = (start[index] as number) * again;
    for (let index = 0; index < from.length; index++) {
      const target = to[index] as number;
      const passed = DAMPING * (ranks[from[index] as number] as number) * (share[index] as number);
      next[target] = (next[target] as number) + passed;
    }
    ranks = next;
  }
  return ranks;
}

/** What of a file's rank comes by each of its symbols, and a little for being there. */
function worthOfSymbols(
  files: readonly SketchedFile[],
  { from, to, symbol, share }: Links,
  ranks: Float64Array,
  saidOf: (name: string) => number,
): number[][] {
  const worth = files.map(({ sketch }, file) => {
    const symbols = sketch?.symbols ?? [];
    const rank = ranks[file] as number;
    return symbols.map(({ name, exported, within }) => {
      const said = name.length > 3 ? 0.5 * saidOf(name) : 0;
      const there = (exported ? 0.5 : 0.1) / Math.sqrt(symbols.length);
      return rank * (said + there * (within === null ? 1 : 0.3));
    });
  });
  for (let index = 0; index < from.length; index++) {
    const used = symbol[index] as number;
    if (used < 0) continue;
    const own = worth[to[index] as number] as number[];
    own[used] = (own[used] as number) + (ranks[from[index] as number] as number) * (share[index] as number);
  }
  for (const [file, own] of worth.entries()) crowd((files[file] as SketchedFile).sketch?.symbols ?? [], own);
  return worth;
}

/** The tenth member of a class tells less of it than the first: no class takes the room of all others. */
function crowd(symbols: readonly { readonly within: number | null }[], worth: number[]): void {
  if (symbols.length < 2) return;
  const order = [...worth.keys()].sort((a, b) => (worth[b] as number) - (worth[a] as number) || a - b);
  const told = new Map<number, number>();
  for (const index of order) {
    const within = symbols[index]?.within ?? -1;
    const place = told.get(within) ?? 0;
    told.set(within, place + 1);
    worth[index] = (worth[index] as number) / (1 + place / CROWDED);
  }
}

const CROWDED = 6;
