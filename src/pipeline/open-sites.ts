// Which projects does this build work in? Opens them side by side; one that does not exist is made from its scaffold.

import { relative } from "node:path";
import type { Failure } from "../model/failure.ts";
import type { Project } from "../model/project.ts";
import type { Result } from "../model/result.ts";
import { ensureProject } from "../workspaces/project-repository.ts";
import { Repository } from "../workspaces/repository.ts";
import type { Run } from "./run.ts";
import { readScaffold } from "./scaffold.ts";
import { engineGitFolder, projectFolder, Site } from "./site.ts";

export interface SiteOrder {
  readonly run: Run;
  readonly projects: readonly Project[];
  /** Receives every project, opened or failed. */
  readonly sites: Map<string, Site | Failure>;
  readonly readOnly: boolean;
  readonly packageRoot: string;
}

export async function openSites(order: SiteOrder): Promise<void> {
  await Promise.all(
    order.projects.map(async (project) => {
      const site = await openSite(order, project);
      order.sites.set(project.id, site.ok ? site.value : site.failure);
    }),
  );
}

async function openSite({ run, readOnly, packageRoot }: SiteOrder, project: Project): Promise<Result<Site>> {
  const { root } = run.sources;
  const path = projectFolder(root, project);
  if (!readOnly) {
    const scaffold = await readScaffold({ root, packageRoot, project, path });
    if (!scaffold.ok) return scaffold;
    const ensured = await ensureProject(path, project.branch, scaffold.value);
    if (!ensured.ok) return ensured;
    if (ensured.value.created) {
      run.emit({ type: "project-created", project: project.id, path: relative(root, path) });
    }
  }
  const gitDir = engineGitFolder(root, project.id);
  const repository = await Repository.open({ path, branch: project.branch, gitDir });
  if (!repository.ok) return repository;
  if (!readOnly) {
    const recovered = await repository.value.recover();
    if (!recovered.ok) return recovered;
  }
  const released = new Set<string>();
  for (const task of run.graph.tasks) {
    if (task.project !== project.id) continue;
    for (const file of run.book.entry(task.id)?.released ?? []) released.add(file);
  }
  return Site.open({ project, repository: repository.value, released, blobs: run.blobs });
}
