// Do constraints speak of files that are nowhere? Asked without a build, of the branches as they stand.

import type { Diagnostic } from "../../model/diagnostic.ts";
import { projectsSpokenOf, strayPaths } from "../../spec/validate/constraint-paths.ts";
import type { Sources } from "../reading/sources.ts";
import { branchFiles } from "./branch-files.ts";

/** Of a project that is not there yet, or cannot be read, nothing is said: others tell of that. */
export async function strayConstraints({ root, workspace, features }: Sources): Promise<Diagnostic[]> {
  const spokenOf = projectsSpokenOf(features);
  const files = new Map<string, ReadonlySet<string>>();
  for (const project of workspace.projects.filter(({ id }) => spokenOf.has(id))) {
    const found = await branchFiles(root, project);
    if (found.ok && found.value !== null) files.set(project.id, new Set(found.value.tree.keys()));
  }
  const tasks = features.flatMap((feature) => feature.tasks);
  return features.flatMap((feature) => strayPaths(feature, { files, tasks }));
}
