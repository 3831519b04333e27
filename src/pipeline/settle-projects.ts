// Which products reach their branches? Every project that this build looked at, one after the other: gates of a whole
// product need the machine for themselves.

import type { Failure } from "../model/failure.ts";
import type { Opened } from "./open-run.ts";
import type { Recorder } from "./outcome.ts";
import { settleProject } from "./settle-project.ts";
import { isFailure } from "./site.ts";

export async function settleProjects({ run, projects, recollection }: Opened, recorder: Recorder): Promise<void> {
  const due = new Set(projects.map((project) => project.id));
  for (const project of run.sources.workspace.projects) {
    const site = run.sites.get(project.id);
    if (!due.has(project.id)) {
      const earlier = recollection.projects.find((result) => result.id === project.id);
      if (earlier !== undefined) recorder.emit({ type: "project-settled", result: earlier, failure: null });
      continue;
    }
    const unsettled = { id: project.id, branch: project.branch, commit: null, tree: null, merged: false };
    if (site === undefined || isFailure(site)) {
      recorder.emit({ type: "project-settled", result: unsettled, failure: site ?? null });
      continue;
    }
    if (run.signal.aborted) {
      const failure: Failure = { reason: "cancelled" };
      recorder.emit({ type: "project-settled", result: unsettled, failure });
      continue;
    }
    recorder.emit({ type: "merge-started", project: project.id });
    recorder.emit({ type: "project-settled", ...(await settleProject(run, site)) });
  }
}
