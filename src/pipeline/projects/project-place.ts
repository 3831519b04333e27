// Where does a project lie: its folder, the engine's clone of it, and what of it a build reads as it lies there?

import { join, relative, resolve } from "node:path";
import type { Project } from "../../model/project.ts";
import type { RepositoryPlace } from "../../workspaces/repository.ts";

export function projectFolder(root: string, project: Pick<Project, "path">): string {
  return resolve(root, project.path);
}

/** As a build asks for it that brings all of them to one branch. */
export function onBranch(projects: readonly Project[], branch: string | undefined): readonly Project[] {
  return branch === undefined ? projects : projects.map((project) => ({ ...project, branch }));
}

export function placeOf(root: string, project: Project): RepositoryPlace {
  const gitDir = engineGitFolder(root, project.id);
  const path = projectFolder(root, project);
  return { path, branch: project.branch, gitDir, sources: sourcesIn(path, root) };
}

/** Whether the workspace lies in the project. */
export function holdsSpecs(root: string, project: Pick<Project, "path">): boolean {
  return sourcesIn(projectFolder(root, project), root) !== undefined;
}

/** Of a workspace that lies in its project: specs and code in one repository. */
function sourcesIn(project: string, root: string): readonly string[] {
  const inside = relative(project, root);
  if (inside === ".." || inside.startsWith("../")) return [];
  // `factory init` itself writes the .gitignore.
  return [".gitignore", "projects.yaml", "specs", "templates"].map((name) => join(inside, name));
}

function engineGitFolder(root: string, project: string): string {
  return join(root, ".factory", "git", `${project}.git`);
}
