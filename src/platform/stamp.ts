// Is a file still the one that was read? Answered from what `stat` says, without its content.
// It does not know which files matter, nor where stamps are kept.

import { type Stats, statSync } from "node:fs";

/** Identity of a file or folder; times in milliseconds since the epoch, with fractions. */
export interface Stamp {
  readonly size: number;
  readonly mtimeMs: number;
  readonly ctimeMs: number;
  readonly ino: number;
}

/** Nothing is there. Equal to itself: what was absent and still is has not changed. */
export const ABSENT: Stamp = { size: 0, mtimeMs: 0, ctimeMs: 0, ino: 0 };

/** Cannot be told. Equal to nothing, not even itself, so that whoever compares reads again. */
export const UNKNOWN: Stamp = { size: -1, mtimeMs: 0, ctimeMs: 0, ino: 0 };

// A kernel stamps files with the time of its last tick (up to 10 ms old), some file systems with whole seconds
// or pairs of them. A write within the same step as the read before it would leave the stamp as it was.
const TICK_MS = 20;
const COARSE_MS = 2_000;

/** Links are followed. Whatever keeps the answer back (no permission, a broken link's loop) is `UNKNOWN`. */
export function stampOf(path: string): Stamp {
  try {
    const stats = statSync(path, { throwIfNoEntry: false });
    return stats === undefined ? ABSENT : stampFrom(stats);
  } catch {
    return UNKNOWN;
  }
}

export function stampFrom(stats: Stats): Stamp {
  return { size: stats.size, mtimeMs: stats.mtimeMs, ctimeMs: stats.ctimeMs, ino: stats.ino };
}

export function sameStamp(a: Stamp, b: Stamp): boolean {
  return (
    a.size >= 0 && a.size === b.size && a.mtimeMs === b.mtimeMs && a.ctimeMs === b.ctimeMs && a.ino === b.ino
  );
}

/**
 * The stamp to remember for content whose reading began at `readAt` (ms since the epoch). A file that changed just
 * before, or after by its own clock, could change again unseen: it is `UNKNOWN` until it has rested.
 * Only `ctime` is asked, since `mtime` can be set to anything.
 */
export function restedStamp(stamp: Stamp, readAt: number): Stamp {
  if (stamp.ino === 0 && stamp.ctimeMs === 0) return stamp;
  const step = stamp.ctimeMs % 1_000 === 0 ? COARSE_MS : TICK_MS;
  return stamp.ctimeMs > readAt - step ? UNKNOWN : stamp;
}

/** Stamps by path, flat and grouped by folder: `folder, count, (name, size, mtimeMs, ctimeMs, ino)…`, and so on. */
export type PackedStamps = readonly (string | number)[];

/** Paths are relative to one root, with `/`. */
export function packStamps(stamps: ReadonlyMap<string, Stamp>): PackedStamps {
  const folders = new Map<string, (string | number)[]>();
  for (const [path, stamp] of stamps) {
    const slash = path.lastIndexOf("/");
    const folder = path.slice(0, slash + 1);
    const files = folders.get(folder) ?? [];
    if (files.length === 0) folders.set(folder, files);
    files.push(path.slice(slash + 1), stamp.size, stamp.mtimeMs, stamp.ctimeMs, stamp.ino);
  }
  return [...folders].flatMap(([folder, files]) => [folder, files.length / 5, ...files]);
}

export function unpackStamps(packed: PackedStamps): Map<string, Stamp> {
  const stamps = new Map<string, Stamp>();
  for (let at = 0; at < packed.length; ) {
    const folder = packed[at] as string;
    const end = at + 2 + (packed[at + 1] as number) * 5;
    for (at += 2; at < end; at += 5) stamps.set(`${folder}${packed[at]}`, stampAt(packed, at + 1));
  }
  return stamps;
}

/** The paths whose file under `root` is no longer, or not surely, the one that was stamped. */
export function changedPaths(root: string, packed: PackedStamps): readonly string[] {
  return [...changes(root, packed)];
}

/** As soon as one file under `root` has changed, the others are not looked at. */
export function isUnchanged(root: string, packed: PackedStamps): boolean {
  return changes(root, packed).next().done === true;
}

function* changes(root: string, packed: PackedStamps): Generator<string> {
  for (let at = 0; at < packed.length; ) {
    const folder = packed[at] as string;
    const end = at + 2 + (packed[at + 1] as number) * 5;
    for (at += 2; at < end; at += 5) {
      const path = `${folder}${packed[at]}`;
      if (!sameStamp(stampAt(packed, at + 1), stampOf(`${root}/${path}`))) yield path;
    }
  }
}

function stampAt(packed: PackedStamps, at: number): Stamp {
  return {
    size: packed[at] as number,
    mtimeMs: packed[at + 1] as number,
    ctimeMs: packed[at + 2] as number,
    ino: packed[at + 3] as number,
  };
}
