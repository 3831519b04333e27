// Which projects will a build look at, whatever the sources say? Those of the features that changed. git is asked about
// them while the sources are read: it is another process, and would be waited for later.

import type { Result } from "../../model/result.ts";
import { Repository } from "../../workspaces/repository.ts";
import type { PreviousBuild } from "../reading/build-index.ts";
import { outlineFrom } from "../reading/feature-outline.ts";
import { onBranch, placeOf } from "./project-place.ts";

/** Repositories that are being opened, by the first project that lies there. */
export type EarlyRepositories = ReadonlyMap<string, Promise<Result<Repository>>>;

/** Changes no project. A build that was forgotten, or the first one, has nothing to go by. */
export function openEarly(
  root: string,
  { remembered, suspects }: PreviousBuild,
  branch: string | undefined,
): EarlyRepositories {
  const { outlines, features, workspace } = remembered;
  const changed = [...outlines].filter(([folder]) => !features.has(folder));
  const ids = new Set([
    ...(suspects?.projects ?? []),
    ...changed.flatMap(([, outline]) => outlineFrom(outline.toString()).tasks.map(({ project }) => project)),
  ]);
  const projects = onBranch(workspace?.projects ?? [], branch).filter(({ id }) => ids.has(id));
  const repositories = new Map(projects.map((project) => [project.repository, project]));
  const first = [...repositories].slice(0, MOST);
  return new Map(first.map(([id, project]) => [id, Repository.open(placeOf(root, project), true)]));
}

/** More at once would only take turns. */
const MOST = 4;
