// Which installs does a build of today's projects link to? Asked of the lockfiles on their branches, as a build does.

import { join } from "node:path";
import { installKey } from "../../gates/setup.ts";
import type { Project } from "../../model/project.ts";
import { type Result, success } from "../../model/result.ts";
import { Blobs } from "../../store/blobs.ts";
import { DISK } from "../../store/durable-io.ts";
import { Repository } from "../../workspaces/repository.ts";
import { placeOf, Site } from "../projects/site.ts";
import type { Sources } from "../reading/sources.ts";

/** Fails where any project with a setup cannot be looked at: then no install is known to be unused. */
export async function installsInUse(sources: Sources): Promise<Result<readonly string[]>> {
  const keys: string[] = [];
  for (const project of sources.workspace.projects) {
    if (project.setup === null) continue;
    const site = await openToRead(sources, project);
    if (!site.ok) return site;
    keys.push(installKey({ command: project.setup, env: project.env, lockfiles: site.value.lockfiles }));
  }
  return success(keys);
}

async function openToRead({ root, locks }: Sources, project: Project): Promise<Result<Site>> {
  const repository = await Repository.open(placeOf(root, project));
  if (!repository.ok) return repository;
  const entries = locks.all().flatMap((lock) => Object.values(lock.tasks));
  const released = entries.filter((entry) => entry.project === project.id).flatMap((entry) => entry.released);
  return Site.open({
    project,
    repository: repository.value,
    released: new Set(released),
    blobs: new Blobs(join(root, ".factory", "store"), DISK),
  });
}
