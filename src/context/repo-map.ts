// What is in a repository, in one text that fits a window? Folders with how much is in them, files, and what they declare,
// those that matter most for the request first. Never what is inside of a body.

import type { MapGround } from "./map-ground.ts";
import { MapSheet } from "./map-sheet.ts";
import { outerSymbols } from "./outer-symbols.ts";
import { type RankedFile, rankFiles } from "./rank-files.ts";

export interface MapOrder {
  /** Bytes of the whole text. */
  readonly limit: number;
  /** What the reader is asked for, in whatever words. */
  readonly request: string;
  /** Whether lines are told, for readers who have to point into files. */
  readonly lines: boolean;
}

/**
 * The same text for the same files, never more than `limit` bytes. What is told is told in one order,
 * whatever the limit, so that a map with more room tells all that a smaller one tells.
 */
export function repoMap(ground: MapGround, { limit, request, lines }: MapOrder): string {
  const ranked = rankFiles(ground, request);
  const sheet = new MapSheet(ranked, { limit, lines });
  if (!sheet.hasRoom) return "";
  for (const folder of sheet.topFolders().slice(0, TOP)) if (!sheet.addFolder(folder)) return sheet.text();
  const best = ranked.toSorted(byRank);
  fill(sheet, [
    { share: 10, steps: folderSteps(sheet) },
    { share: 15, steps: fileSteps(best, sheet) },
    { share: 40, steps: nameSteps(best, sheet) },
    { share: 35, steps: headSteps(best, sheet) },
  ]);
  return sheet.text();
}

/** Folders at the top that are told before anything else. */
const TOP = 40;

/** Adds one line or one name; false where it has no room, null where it is told already. */
type Step = () => boolean | null;

interface Queue {
  readonly share: number;
  readonly steps: Iterator<Step>;
}

/** Each kind of line gets its share of what is told, at every length of the map; one that has all told leaves the rest. */
function fill(sheet: MapSheet, queues: readonly Queue[]): void {
  const spent = queues.map(() => 0);
  const open = new Set(queues.keys());
  while (open.size > 0) {
    let next = -1;
    for (const index of open) {
      const used = (at: number) => (spent[at] as number) / (queues[at] as Queue).share;
      if (next < 0 || used(index) < used(next)) next = index;
    }
    const step = (queues[next] as Queue).steps.next();
    if (step.done === true) {
      open.delete(next);
      continue;
    }
    const before = sheet.bytes;
    if (step.value() === false) return;
    spent[next] = (spent[next] as number) + sheet.bytes - before;
  }
}

const byRank = (a: RankedFile, b: RankedFile) =>
  a.tier - b.tier || b.rank - a.rank || (a.path < b.path ? -1 : 1);

function* folderSteps(sheet: MapSheet): Generator<Step> {
  for (const folder of sheet.folders()) yield () => sheet.addFolder(folder);
}

function* fileSteps(files: readonly RankedFile[], sheet: MapSheet): Generator<Step> {
  for (const file of files) {
    yield () => sheet.addFolder(folderOf(file.path));
    yield () => sheet.addFile(file);
  }
}

/** The tenth name of a file says less of the repository than the first of another: no long file takes the room of all. */
function* nameSteps(files: readonly RankedFile[], sheet: MapSheet): Generator<Step> {
  for (const { file, symbol } of byWorth(files, ({ tier }) => tier, namesOf)) {
    yield () => sheet.addFolder(folderOf(file.path));
    yield () => sheet.addFile(file);
    yield () => sheet.addName(file, symbol);
  }
}

/** What a request names has no head before all others for that alone. */
function* headSteps(files: readonly RankedFile[], sheet: MapSheet): Generator<Step> {
  for (const head of byWorth(files, ({ tier }) => Math.max(1, tier), headsOf)) yield* headStep(head, sheet);
}

/** Tier by tier, each sorted only when it is come to: most maps are full before. */
function* byWorth(
  files: readonly RankedFile[],
  tierOf: (file: RankedFile) => number,
  told: (file: RankedFile) => readonly Told[],
): Generator<Told> {
  for (const tier of new Set(files.map(tierOf))) {
    const all = files.filter((file) => tierOf(file) === tier).flatMap(told);
    yield* all.sort(
      (a, b) =>
        b.worth - a.worth ||
        (a.file.path < b.file.path ? -1 : a.file.path > b.file.path ? 1 : a.symbol - b.symbol),
    );
  }
}

interface Told {
  readonly file: RankedFile;
  readonly symbol: number;
  readonly worth: number;
}

function headsOf(file: RankedFile): Told[] {
  return file.worth.map((worth, symbol) => ({ file, symbol, worth }));
}

function* headStep({ file, symbol }: Told, sheet: MapSheet): Generator<Step> {
  yield () => sheet.addFolder(folderOf(file.path));
  yield () => sheet.addFile(file);
  // A member is told below what it is a member of.
  const chain = [symbol];
  for (;;) {
    const within = file.sketch?.symbols[chain[0] as number]?.within ?? null;
    if (within === null) break;
    chain.unshift(within);
  }
  for (const one of chain) yield () => sheet.addHead(file, one);
}

function namesOf(file: RankedFile): Told[] {
  const { worth, rank, sketch } = file;
  const outer = outerSymbols(sketch?.symbols ?? []);
  const own = [...worth.keys()].filter((symbol) => outer[symbol]);
  own.sort((a, b) => (worth[b] as number) - (worth[a] as number) || a - b);
  return own.map((symbol, place) => ({ file, symbol, worth: rank / (1 + place) ** 2 }));
}

function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/") + 1);
}
