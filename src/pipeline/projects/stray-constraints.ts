// Do constraints speak of files that are nowhere? Asked without a build, of the branches as they stand.

import type { Diagnostic } from "../../model/diagnostic.ts";
import type { Tree } from "../../model/tree.ts";
import { kindBehind } from "../../platform/files.ts";
import { projectsSpokenOf, strayPaths } from "../../spec/validate/constraint-paths.ts";
import { Repository } from "../../workspaces/repository.ts";
import type { Sources } from "../reading/sources.ts";
import { placeOf, projectFolder } from "./project-place.ts";

/** Of a project that is not there yet, or cannot be read, nothing is said: others tell of that. */
export async function strayConstraints({ root, workspace, features }: Sources): Promise<Diagnostic[]> {
  const spokenOf = projectsSpokenOf(features);
  const files = new Map<string, ReadonlySet<string>>();
  for (const project of workspace.projects.filter(({ id }) => spokenOf.has(id))) {
    const folder = kindBehind(projectFolder(root, project));
    const tree = folder.ok && folder.value === "folder" ? await branchTree(placeOf(root, project)) : null;
    if (tree !== null) files.set(project.id, new Set(tree.keys()));
  }
  const tasks = features.flatMap((feature) => feature.tasks);
  return features.flatMap((feature) => strayPaths(feature, { files, tasks }));
}

async function branchTree(place: Parameters<typeof Repository.open>[0]): Promise<Tree | null> {
  const repository = await Repository.open(place);
  if (!repository.ok) return null;
  const heads = await repository.value.heads();
  if (!heads.ok || heads.value.branch === null) return null;
  const tree = await repository.value.tree(heads.value.branch);
  return tree.ok ? tree.value : null;
}
