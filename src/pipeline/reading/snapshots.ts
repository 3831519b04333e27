// What do the sources say now, file by file? A snapshot is the digests of all that a build would read, and of nothing
// else: what no build looks at makes no two snapshots differ. It does not know what changed means, nor who changed it.

import { realpathSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { type Digest, digestOfBytes } from "../../model/digest.ts";
import { type Result, success } from "../../model/result.ts";
import type { SourceSnapshot } from "../../model/source-snapshot.ts";
import { readSnapshot } from "../../platform/files.ts";
import { type Stamp, sameStamp, stampOf } from "../../platform/stamp.ts";
import { loadPreviousBuild } from "./build-index.ts";
import { type Reading, readSources } from "./read.ts";
import type { Place } from "./read-whole.ts";

/** More than any source may have, since one that is too large is a finding and has to be told apart from another. */
const LIMIT = 64 * 1024 * 1024;

/** Where something lies, while it has the same stamp. */
interface Lead {
  readonly stamp: Stamp;
  readonly folders: readonly string[];
}

export class Snapshots {
  readonly #place: Place;
  /** What the last snapshot looked at, folders and missing files too. */
  #seen = new Map<string, Stamp>();
  #digests = new Map<string, { readonly stamp: Stamp; readonly digest: Digest | null }>();
  #leads: ReadonlyMap<string, Lead> = new Map();
  #last: SourceSnapshot | null = null;

  constructor(place: Place) {
    this.#place = place;
  }

  /** The very same value as the last time where every stamp still holds. Fails where there is no workspace any more. */
  async take(): Promise<Result<SourceSnapshot>> {
    if (this.#last !== null && this.#holds()) return success(this.#last);
    const { root, packageRoot, writer } = this.#place;
    const previous = loadPreviousBuild(root, writer);
    const reading = await readSources(root, packageRoot, previous.remembered);
    if (!reading.ok) return reading;
    const refs = new Set(Object.values(previous.refs).flat());
    const known = [...previous.stamps].filter(([path]) => !refs.has(path));
    // It is read only where nothing was remembered, and then all else was looked at, too.
    const isWhole = reading.value.stamps.has("projects.yaml");
    this.#seen = new Map([...(isWhole ? [] : known), ...reading.value.stamps]);
    this.#last = this.#digest(reading.value);
    return success(this.#last);
  }

  #holds(): boolean {
    for (const [path, stamp] of this.#seen) {
      if (!sameStamp(stamp, stampOf(join(this.#place.root, path)))) return false;
    }
    return true;
  }

  /** Folders that the last snapshot looked at or in, and where links among them and their files lead. */
  get folders(): readonly string[] {
    const leads = new Map<string, Lead>();
    for (const [path, stamp] of this.#seen) {
      const known = this.#leads.get(path);
      const isSame = known !== undefined && sameStamp(known.stamp, stamp);
      leads.set(path, isSame ? known : { stamp, folders: foldersOf(join(this.#place.root, path)) });
    }
    this.#leads = leads;
    const folders = new Set([...leads.values()].flatMap(({ folders }) => folders));
    return [...new Set([...folders, ...[...folders].flatMap(realFolder)])];
  }

  #digest({ digests }: Reading): SourceSnapshot {
    const now = new Map<string, { readonly stamp: Stamp; readonly digest: Digest | null }>();
    for (const [path, stamp] of this.#seen) {
      const read = digests.get(path);
      const before = this.#digests.get(path);
      const isSame = before !== undefined && sameStamp(before.stamp, stamp);
      if (read !== undefined) now.set(path, { stamp, digest: read });
      else now.set(path, isSame ? before : { stamp, digest: digestAt(join(this.#place.root, path)) });
    }
    this.#digests = now;
    const snapshot = new Map<string, Digest>();
    for (const [path, { digest }] of now) if (digest !== null) snapshot.set(path, digest);
    return snapshot;
  }
}

/** Null also for a folder, of which only the files say something. */
function digestAt(path: string): Digest | null {
  const read = readSnapshot(path, LIMIT);
  return read.ok ? digestOfBytes(read.value.bytes) : null;
}

/** None where it cannot be told: then what happens there is looked for by its stamp. */
function realFolder(folder: string): readonly string[] {
  try {
    return [realpathSync(folder)];
  } catch {
    return [];
  }
}

/** The folder that a path is in, and the one that it is, or that the file lies in to which it leads. */
function foldersOf(path: string): readonly string[] {
  const around = dirname(path);
  try {
    const stats = statSync(path, { throwIfNoEntry: false });
    if (stats?.isDirectory() === true) return [around, path];
    return stats?.isFile() === true ? [around, dirname(realpathSync(path))] : [around];
  } catch {
    return [around];
  }
}
