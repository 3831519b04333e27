// Which products reach their branches? Every project that this build looked at; as many at once as gates may run.

import type { ProjectResult } from "../../model/build.ts";
import type { Failure } from "../../model/failure.ts";
import type { Project } from "../../model/project.ts";
import type { Opened } from "../open-run.ts";
import type { Recorder } from "../outcome.ts";
import { type Settlement, settleProject } from "./settle-project.ts";
import { isFailure } from "./site.ts";

export async function settleProjects(opened: Opened, recorder: Recorder): Promise<void> {
  const { run, projects, recollection } = opened;
  const due = new Set(projects.map((project) => project.id));
  for (const earlier of recollection.projects) {
    if (due.has(earlier.id)) continue;
    recorder.emit({ type: "project-settled", result: { ...earlier, moved: false }, failure: null });
  }
  const queue = [...projects];
  const worker = async () => {
    for (let project = queue.shift(); project !== undefined; project = queue.shift()) {
      recorder.emit({ type: "project-settled", ...(await settle(opened, recorder, project)) });
    }
  };
  await Promise.all(Array.from({ length: run.sources.workspace.limits.gates }, worker));
}

async function settle({ run }: Opened, recorder: Recorder, project: Project): Promise<Settlement> {
  const site = await run.sites.open(project.id);
  if (isFailure(site)) return { result: unknown(project), failure: site };
  const interrupted: Failure = { reason: "cancelled" };
  if (run.signal.aborted) return { result: unknown(project), failure: interrupted };
  recorder.emit({ type: "merge-started", project: project.id });
  return settleProject(run, site);
}

function unknown({ id, branch }: Project): ProjectResult {
  return { id, branch, commit: null, tree: null, merged: false, moved: false };
}
