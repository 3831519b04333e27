// Did something happen below the sources? Watches folders, never files: a file that is replaced by a rename takes the
// watch on it along. It does not know what happened, nor whether that means anything; of the root it tells only what is
// about a source, since a log beside projects.yaml, our own perhaps, may never be quiet.

import { join, sep } from "node:path";
import type { FSWatcher } from "chokidar";

export interface Folders {
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
  const folders = WATCHED.map((folder) => join(root, folder));
  const below = watch(folders, {
    ignoreInitial: true,
    ignored: (path, stats) => stats?.isFile() === true || IGNORED.test(path.slice(root.length)),
  });
  // projects.yaml lies among the projects and whatever else a person keeps there, so of the root only itself.
  const beside = watch(root, {
    ignoreInitial: true,
    ignored: (path) => path !== root && path !== root + sep,
  });
  const watchers = [below, beside];
  for (const watcher of watchers) {
    watcher.on("error", (error) => trouble(error instanceof Error ? error.message : String(error)));
  }
  // A folder that is missing is waited for at the root, so both hear of what happens there.
  for (const watcher of watchers) {
    watcher.on("raw", (_, name: unknown, about) => {
      const { watchedPath } = about as { readonly watchedPath: string };
      if (watchedPath === root && typeof name === "string" && !AT_ROOT.has(name)) return;
      // Adding what is watched already does nothing.
      if (watchedPath === root) below.add(folders);
      touched();
    });
  }
  await Promise.all(watchers.map(ready));
  return {
    async close() {
      await Promise.all(watchers.map((watcher) => watcher.close()));
    },
  };
}

function ready(watcher: FSWatcher): Promise<void> {
  return new Promise((resolve) => watcher.once("ready", resolve));
}
