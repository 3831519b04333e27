// Where does a project lie: its folder, the engine's clone of it, and what of it a build reads as it lies there?

import { join, posix, relative, resolve } from "node:path";
import type { Project } from "../../model/project.ts";
import { SPECS } from "../../model/spec-folders.ts";
import type { RepositoryPlace } from "../../workspaces/repository.ts";

export function repositoryFolder(root: string, project: Pick<Project, "path">): string {
  return resolve(root, project.path);
}

/** In its repository. */
export function projectFolder(root: string, project: Pick<Project, "path" | "root">): string {
  return join(repositoryFolder(root, project), project.root);
}

/** The same, from the workspace's root, as places are told. */
export function projectPath({ path, root }: Pick<Project, "path" | "root">): string {
  return root === "" ? path : posix.join(path, root);
}

/** As a build asks for it that brings all of them to one branch. */
export function onBranch(projects: readonly Project[], branch: string | undefined): readonly Project[] {
  return branch === undefined ? projects : projects.map((project) => ({ ...project, branch }));
}

export function placeOf(root: string, project: Project): RepositoryPlace {
  const clones = join(root, ".factory", "git", `${project.repository}.git`);
  const path = repositoryFolder(root, project);
  return { path, branch: project.branch, clones, sources: sourcesIn(path, root, project.specFolders) };
}

/** Whether the workspace lies in the repository. */
export function holdsSpecs(root: string, project: Pick<Project, "path">): boolean {
  return sourcesIn(repositoryFolder(root, project), root, []) !== undefined;
}

/** Of a workspace that lies in a repository: specs and code in one. Undefined of one that does not. */
function sourcesIn(
  repository: string,
  root: string,
  specs: readonly string[],
): readonly string[] | undefined {
  const inside = relative(repository, root);
  if (inside === ".." || inside.startsWith("../")) return undefined;
  // `factory init` itself writes the .gitignore.
  return [".gitignore", "projects.yaml", SPECS, "templates", ...specs].map((name) => join(inside, name));
}
