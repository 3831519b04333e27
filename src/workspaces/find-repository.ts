// Which git repository is a workspace part of? Unlike a project, it may lie anywhere inside one. Nothing is run here.

import { existsSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";

/** The nearest folder upwards, `start` included, that has a repository; null where there is none. */
export function repositoryAbove(start: string): string | null {
  for (let folder = start; ; folder = dirname(folder)) {
    if (existsSync(join(folder, ".git"))) return folder;
    if (dirname(folder) === folder) return null;
  }
}

/** The folder from the root of its repository, with `/` between names; empty where it is that root, or in none. */
export function folderInRepository(folder: string): string {
  return relative(repositoryAbove(folder) ?? folder, folder)
    .split(sep)
    .join("/");
}
