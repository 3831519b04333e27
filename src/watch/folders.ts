// Did something happen below the sources? Watches folders, never files: a file that is replaced by a rename takes the
// watch on it along. It does not know what happened, nor whether that means anything; of the root it tells only what is
// about a source, since a log beside projects.yaml, our own perhaps, may never be quiet.

import { statSync, watch as watchFolder } from "node:fs";
import { join, relative, sep } from "node:path";
import type { FSWatcher } from "chokidar";

export interface Folders {
  /** Of those that lie elsewhere what happens right in them is told from now on. */
  also(folders: readonly string[]): void;
  /** Nothing is told after it. */
  close(): Promise<void>;
}

/** Folders with sources, as paths from the root; one that does not exist yet is watched once it does. */
const WATCHED = ["specs", "templates"];
const AT_ROOT: ReadonlySet<string> = new Set([...WATCHED, "projects.yaml"]);
const IGNORED = /(?:^|[\\/])(?:\.git|\.factory|node_modules)(?:[\\/]|$)/;

/**
 * Ends once everything is watched. `touched` is called for all that happens, often more than once; `trouble` where a
 * folder cannot be watched, so that what happens there has to be looked for.
 */
export async function watchFolders(
  root: string,
  touched: () => void,
  trouble: (message: string) => void,
): Promise<Folders> {
  const { watch } = await import("chokidar");
  const below = watch([], {
    ignoreInitial: true,
    ignored: (path, stats) => stats?.isFile() === true || IGNORED.test(path.slice(root.length)),
  });
  const failed = (error: unknown) => trouble(error instanceof Error ? error.message : String(error));
  below.on("error", failed);
  below.on("raw", touched);
  const trees = new Followed((folder) => {
    below.add(folder);
    return () => below.unwatch(folder);
  });
  const single = (folder: string, heard: (name: string | null) => void) => {
    const watcher = watchFolder(folder, { persistent: true }, (_, name) => heard(name));
    // A folder that is gone may be told as an error; it is looked for anyway.
    watcher.on("error", () => watcher.close());
    return () => watcher.close();
  };
  const elsewhere = new Followed((folder) => single(folder, touched));
  const follow = (followed: Followed, folders: readonly string[]) => {
    try {
      followed.to(folders);
    } catch (error) {
      failed(error);
    }
  };
  const sources = WATCHED.map((folder) => join(root, folder));
  // projects.yaml lies among the projects and whatever else a person keeps there, so of the root only itself.
  const beside = new Followed((folder) =>
    single(folder, (name) => {
      if (name !== null && !AT_ROOT.has(name)) return;
      follow(trees, sources);
      touched();
    }),
  );
  follow(beside, [root]);
  const whole = sources.some((folder) => identityOf(folder) !== null) ? ready(below) : null;
  follow(trees, sources);
  await whole;
  return {
    also: (more) =>
      follow(
        elsewhere,
        more.filter((folder) => isElsewhere(root, folder)),
      ),
    async close() {
      for (const followed of [beside, elsewhere]) followed.to([]);
      await below.close();
    },
  };
}

/** Folders with a watch on each that exists. One that was removed and made again is another one, and watched anew. */
class Followed {
  readonly #begin: (folder: string) => () => void;
  readonly #watched = new Map<string, { readonly identity: string; readonly end: () => void }>();

  /** `begin` may throw: then that folder and those after it are tried again the next time. */
  constructor(begin: (folder: string) => () => void) {
    this.#begin = begin;
  }

  to(folders: readonly string[]): void {
    const wanted = new Map(folders.map((folder) => [folder, identityOf(folder)]));
    for (const [folder, { identity, end }] of this.#watched) {
      if (wanted.get(folder) === identity) continue;
      end();
      this.#watched.delete(folder);
    }
    for (const [folder, identity] of wanted) {
      if (identity === null || this.#watched.has(folder)) continue;
      this.#watched.set(folder, { identity, end: this.#begin(folder) });
    }
  }
}

/** Null where there is no such folder. */
function identityOf(folder: string): string | null {
  try {
    const { ino, birthtimeMs } = statSync(folder);
    return `${ino} ${birthtimeMs}`;
  } catch {
    return null;
  }
}

/** Neither the root, nor below what is watched as a whole, nor among what nobody but the factory writes. */
function isElsewhere(root: string, folder: string): boolean {
  const [top = ""] = relative(root, folder).split(sep);
  return top !== "" && top !== ".factory" && !WATCHED.includes(top);
}

function ready(watcher: FSWatcher): Promise<void> {
  return new Promise((resolve) => watcher.once("ready", resolve));
}
