// How does a product that waits for a person reach its branch? It is merged now, as it lies on the branch `factory`; no
// task is run. Where the specs want another product by now, that one waits in its place.

import { link } from "../../engine/graph.ts";
import type { BuildOptions } from "../../model/build-options.ts";
import type { ProjectResult } from "../../model/build-result.ts";
import type { Failure } from "../../model/failure.ts";
import { failed, type Result, success } from "../../model/result.ts";
import { openRun } from "../line/open-run.ts";
import { writeLocks } from "../line/save-results.ts";
import { settleRepository } from "../product/settle-repository.ts";
import { isFailure } from "../projects/project-state.ts";
import { NO_PREVIOUS_BUILD } from "../reading/build-index.ts";
import { NOTHING_REMEMBERED, readSources } from "../reading/read.ts";
import { knownTargets, unknownTarget } from "../reading/unknown-target.ts";
import type { BuildEnvironment } from "../run/build-environment.ts";
import { endStages } from "../run/end-stages.ts";
import { Recorder, refuseUnsound } from "../run/recorder.ts";

export interface Merged {
  readonly result: ProjectResult;
  /** What kept the product from its branch; null where nothing did. */
  readonly failure: Failure | null;
}

/** Fails where there is no such project, or it cannot be looked at. */
export async function approveMerge(
  environment: BuildEnvironment,
  options: BuildOptions,
  project: string,
): Promise<Result<Merged>> {
  const reading = await readSources(environment.root, environment.packageRoot, NOTHING_REMEMBERED);
  if (!reading.ok) return reading;
  const sound = refuseUnsound(reading.value.sources);
  if (!sound.ok) return sound;
  if (reading.value.sources.workspace.projects.every(({ id }) => id !== project)) {
    const { features, workspace } = reading.value.sources;
    return failed(unknownTarget("project", `${project}/`, knownTargets(link(features), workspace.projects)));
  }
  const recorder = new Recorder(environment);
  const opened = await openRun(environment, {
    ...{ reading: reading.value, previous: NO_PREVIOUS_BUILD, recorder },
    options: { ...options, mergeApproved: project },
  });
  if (!opened.ok) return opened;
  const { run } = opened.value;
  const state = await run.projects.open(project);
  if (isFailure(state)) return failed(state);
  recorder.emit({ type: "merge-started", project });
  const settled = await settleRepository(run, state.home).finally(() => endStages(run));
  for (const one of settled) recorder.emit({ type: "project-settled", ...one });
  await writeLocks({ run }, recorder);
  const closed = await run.sessions.close();
  return closed.ok ? success(settled.find(({ result }) => result.id === project) as Merged) : closed;
}
