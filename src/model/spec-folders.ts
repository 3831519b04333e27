// In which folders do features lie? In specs/, and beside every package whose project names a folder of its own. It does
// not know which features there are.

import type { Project } from "./project.ts";

/** Where features lie that belong to no package; also where new ones of a project begin that names no folder. */
export const SPECS = "specs";

/** All of a workspace, as paths from its root; `SPECS` is the first. */
export function specFolders(projects: readonly Pick<Project, "specFolders">[]): readonly string[] {
  return [...new Set([SPECS, ...projects.flatMap((project) => project.specFolders)])];
}

/** The folder in which new features of a project begin. */
export function specFolderOf(projects: readonly Pick<Project, "id" | "specs">[], project: string): string {
  return projects.find(({ id }) => id === project)?.specs ?? SPECS;
}

/**
 * The folder of the feature that a file is of: `packages/a/specs/search` of `packages/a/specs/search/feature.md`. Null for a
 * file of none; also for what lies right in a folder of features.
 */
export function featureFolderAt(folders: readonly string[], path: string): string | null {
  const specs = folders.find((folder) => path.startsWith(`${folder}/`));
  if (specs === undefined) return null;
  const [name = "", ...inside] = path.slice(specs.length + 1).split("/");
  return inside.length === 0 ? null : `${specs}/${name}`;
}

/** The id of the feature whose folder it is. */
export function featureIn(folder: string): string {
  return folder.slice(folder.lastIndexOf("/") + 1);
}
