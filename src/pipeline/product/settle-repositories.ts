// Which products reach their branches? Those of every repository of which this build looked at a project; as many at once
// as gates may run.

import type { ProjectResult } from "../../model/build-result.ts";
import type { Failure } from "../../model/failure.ts";
import { CURRENT, type Project } from "../../model/project.ts";
import { isFailure } from "../projects/project-state.ts";
import type { OpenedRun } from "../run/opened-run.ts";
import type { Recorder } from "../run/recorder.ts";
import type { Run } from "../run/run.ts";
import { branchFindings, leftEdits, retiredFinding } from "./branch-findings.ts";
import { type Settlement, settleRepository } from "./settle-repository.ts";
import { writeRequest } from "./write-request.ts";

export async function settleRepositories(
  { run, projects, previous }: OpenedRun,
  recorder: Recorder,
): Promise<void> {
  const due = new Set(projects.map(({ repository }) => repository));
  const left = new Set(
    run.sources.workspace.projects.filter((one) => due.has(one.repository)).map(({ id }) => id),
  );
  for (const earlier of previous.projects) {
    if (left.has(earlier.id)) continue;
    recorder.emit({ type: "project-settled", result: { ...earlier, moved: false }, failure: null });
  }
  const queue = [...due];
  const worker = async () => {
    for (let one = queue.shift(); one !== undefined; one = queue.shift()) {
      for (const settlement of await settle(run, recorder, one)) {
        recorder.emit({ type: "project-settled", ...settlement });
      }
    }
  };
  await Promise.all(Array.from({ length: run.sources.workspace.limits.gates }, worker));
}

/** `repository` is the first project that lies in it. */
async function settle(run: Run, recorder: Recorder, repository: string): Promise<readonly Settlement[]> {
  const state = await run.projects.open(repository);
  const all = run.sources.workspace.projects.filter((one) => one.repository === repository);
  const left = (failure: Failure) => all.map((project) => ({ result: unknown(project), failure }));
  if (isFailure(state)) return left(state);
  if (run.signal.aborted) return left({ reason: "cancelled" });
  const { home } = state;
  for (const diagnostic of await branchFindings(home, run.options.branch !== undefined)) {
    recorder.emit({ type: "diagnostic", diagnostic });
  }
  recorder.emit({ type: "merge-started", project: repository });
  // Asked first: what is settled is no edit any more.
  const edits = leftEdits(run, home);
  const settled = await settleRepository(run, home);
  const failure = settled[0]?.failure ?? null;
  for (const diagnostic of failure === null ? edits : []) {
    recorder.emit({ type: "diagnostic", diagnostic });
  }
  const retired = retiredFinding(home);
  if (retired !== null) recorder.emit({ type: "diagnostic", diagnostic: retired });
  if (failure?.reason !== "merge-offered") return settled;
  const { head, remote } = failure;
  const request = await writeRequest(run, home, { head, remote, results: recorder.tasks });
  if (!request.ok) return settled.map(({ result }) => ({ result, failure: request.failure }));
  const opened = request.value;
  const offered: Failure = { ...failure, request: opened };
  return settled.map(({ result }) => {
    return {
      result: opened !== null && "url" in opened ? { ...result, request: opened.url } : result,
      failure: offered,
    };
  });
}

function unknown({ id, branch }: Project): ProjectResult {
  return { id, branch: branch ?? CURRENT, commit: null, tree: null, merged: false, moved: false };
}
