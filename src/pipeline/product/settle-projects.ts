// Which products reach their branches? Every project that this build looked at; as many at once as gates may run.

import type { ProjectResult } from "../../model/build-result.ts";
import type { Failure } from "../../model/failure.ts";
import { CURRENT, type Project } from "../../model/project.ts";
import { isFailure } from "../projects/project-state.ts";
import type { OpenedRun } from "../run/opened-run.ts";
import type { Recorder } from "../run/recorder.ts";
import { branchFindings, leftEdits, retiredFinding } from "./branch-findings.ts";
import { type Settlement, settleProject } from "./settle-project.ts";
import { writeRequest } from "./write-request.ts";

export async function settleProjects(opened: OpenedRun, recorder: Recorder): Promise<void> {
  const { run, projects, previous } = opened;
  const due = new Set(projects.map((project) => project.id));
  for (const earlier of previous.projects) {
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
  const state = await run.projects.open(project.id);
  if (isFailure(state)) return { result: unknown(project), failure: state };
  const interrupted: Failure = { reason: "cancelled" };
  if (run.signal.aborted) return { result: unknown(project), failure: interrupted };
  for (const diagnostic of await branchFindings(state, run.options.branch !== undefined)) {
    recorder.emit({ type: "diagnostic", diagnostic });
  }
  recorder.emit({ type: "merge-started", project: project.id });
  // Asked first: what is settled is no edit any more.
  const left = leftEdits(run, state);
  const settled = await settleProject(run, state);
  for (const diagnostic of settled.failure === null ? left : []) {
    recorder.emit({ type: "diagnostic", diagnostic });
  }
  const retired = retiredFinding(state);
  if (retired !== null) recorder.emit({ type: "diagnostic", diagnostic: retired });
  const { result, failure } = settled;
  if (failure?.reason !== "merge-offered") return settled;
  const { head, remote } = failure;
  const request = await writeRequest(run, state, { head, remote, results: recorder.tasks });
  if (!request.ok) return { result, failure: request.failure };
  const opened = request.value;
  const isOpen = opened !== null && "url" in opened;
  return {
    result: isOpen ? { ...result, request: opened.url } : result,
    failure: { ...failure, request: opened },
  };
}

function unknown({ id, branch }: Project): ProjectResult {
  return { id, branch: branch ?? CURRENT, commit: null, tree: null, merged: false, moved: false };
}
