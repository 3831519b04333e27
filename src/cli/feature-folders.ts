// Where does a new feature go, and which folders of features are there already? In the folder of its project, where that
// names one, else in specs/.

import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Diagnostic } from "../model/diagnostic.ts";
import { featureFolderAt, specFolderOf, specFolders } from "../model/spec-folders.ts";
import type { Sources } from "../pipeline/reading/sources.ts";
import type { TakenFeatures } from "../spec/imports/feature-name.ts";

/** From the workspace root. */
export function newFolder({ workspace }: Sources, project: string, feature: string): string {
  return `${specFolderOf(workspace.projects, project)}/${feature}`;
}

/** The folder of that name, in whatever folder of features; null where there is none. */
export function folderNamed({ root, workspace }: Sources, feature: string): string | null {
  const places = specFolders(workspace.projects).map((specs) => `${specs}/${feature}`);
  return places.find((folder) => existsSync(join(root, folder))) ?? null;
}

/** What is taken for features that go into `project`. */
export function takenFeatures(sources: Sources, project: string, taken: ReadonlySet<string>): TakenFeatures {
  return {
    folderOf: (id) => folderNamed(sources, id) ?? newFolder(sources, project, id),
    isThere: (id) => folderNamed(sources, id) !== null,
    isFeature: (id) => {
      const folder = folderNamed(sources, id);
      const names = ["feature.md", "BACKLOG.yaml"];
      return folder !== null && names.some((name) => existsSync(join(sources.root, folder, name)));
    },
    taken,
  };
}

/** Findings that are about no feature: features may be half written, what a new one stands on may not. */
export function findingsAround({ workspace, diagnostics }: Sources): readonly Diagnostic[] {
  const folders = specFolders(workspace.projects);
  return diagnostics.filter(({ file }) => file === null || featureFolderAt(folders, file) === null);
}
