// Which products reach their branches? Every project that this build looked at; as many at once as gates may run.

import { join } from "node:path";
import type { ProjectResult, TaskResult } from "../../model/build.ts";
import type { Failure } from "../../model/failure.ts";
import { CURRENT, type Project } from "../../model/project.ts";
import type { Result } from "../../model/result.ts";
import { requestPath, requestText } from "../../report/offer-text.ts";
import { writeDurably } from "../../store/durable.ts";
import { offeredCommits } from "../../workspaces/offer.ts";
import { isFailure, type Site } from "../projects/site.ts";
import type { OpenedRun } from "../run/opened-run.ts";
import type { Recorder } from "../run/recorder.ts";
import { branchFindings, retiredFinding } from "./branch-findings.ts";
import { type Settlement, settleProject } from "./settle-project.ts";

export async function settleProjects(opened: OpenedRun, recorder: Recorder): Promise<void> {
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

async function settle({ run }: OpenedRun, recorder: Recorder, project: Project): Promise<Settlement> {
  const site = await run.sites.open(project.id);
  if (isFailure(site)) return { result: unknown(project), failure: site };
  const interrupted: Failure = { reason: "cancelled" };
  if (run.signal.aborted) return { result: unknown(project), failure: interrupted };
  for (const diagnostic of await branchFindings(site, run.options.branch !== undefined)) {
    recorder.emit({ type: "diagnostic", diagnostic });
  }
  recorder.emit({ type: "merge-started", project: project.id });
  const settled = await settleProject(run, site);
  const retired = retiredFinding(site);
  if (retired !== null) recorder.emit({ type: "diagnostic", diagnostic: retired });
  if (settled.failure?.reason !== "merge-offered") return settled;
  const written = await writeRequest(run.sources.root, site, recorder.tasks, settled.failure.head);
  return written.ok ? settled : { ...settled, failure: written.failure };
}

/** The text of the pull request, as Markdown: what people see of a product before they merge it. */
async function writeRequest(
  root: string,
  site: Site,
  results: readonly TaskResult[],
  head: string,
): Promise<Result<void>> {
  const { project } = site;
  const commits = await offeredCommits(site.repository, head);
  if (!commits.ok) return commits;
  const own = results.filter((result) => result.project === project.id);
  const text = requestText({ project, branch: project.branch, head, commits: commits.value, results: own });
  return writeDurably(join(root, requestPath(project.id)), text);
}

function unknown({ id, branch }: Project): ProjectResult {
  return { id, branch: branch ?? CURRENT, commit: null, tree: null, merged: false, moved: false };
}
