// In what order do the steps of a build run? The whole line; every step is named after what it does.

import type { TaskId } from "../../model/address.ts";
import type { BuildOptions } from "../../model/build-options.ts";
import type { TaskResult } from "../../model/build-result.ts";
import { failed, type Result, success } from "../../model/result.ts";
import type { Task } from "../../model/task.ts";
import { leftProject } from "../../report/vanished-text.ts";
import { type PlanningOrder, plan } from "../planning/plan-due-features.ts";
import { settleRepositories } from "../product/settle-repositories.ts";
import { type EarlyRepositories, openEarly } from "../projects/open-early.ts";
import type { PreviousBuild } from "../reading/build-index.ts";
import { freshResult, loadPreviousBuild } from "../reading/build-index.ts";
import { readFetched } from "../reading/read-fetched.ts";
import type { Sources } from "../reading/sources.ts";
import { type VanishedSources, vanishedSources } from "../reading/vanished.ts";
import type { BuildEnvironment } from "../run/build-environment.ts";
import { endStages } from "../run/end-stages.ts";
import { endSharedStore, openSharedStore } from "../run/open-shared-store.ts";
import type { OpenedRun } from "../run/opened-run.ts";
import { type Outcome, Recorder, refuseUnsound } from "../run/recorder.ts";
import { changedMeanwhile } from "./changed-meanwhile.ts";
import { execute } from "./execute.ts";
import { openRun } from "./open-run.ts";
import { saveResults } from "./save-results.ts";

/** Brings everything, or the targets, up to date. Holds the build lock's protection only if the caller does. */
export async function build(environment: BuildEnvironment, options: BuildOptions): Promise<Result<Outcome>> {
  const { root, writer } = environment;
  const previous = loadPreviousBuild(root, writer);
  const earlyRepositories = openEarly(root, previous, options.branch);
  const reading = await readFetched(environment, previous.remembered, options.modelCalls);
  if (!reading.ok) return reading;
  environment.edits?.begins(reading.value.digests);
  // Before a planner is paid for what may be the wrong sources.
  const gone = await refuseVanished(reading.value.sources, previous, options);
  if (!gone.ok) return gone;
  const recorder = new Recorder(environment);
  const { workspace } = reading.value.sources;
  const sharing = { root, workspace, modelCalls: options.modelCalls, onlyLooks: false, emit: recorder.emit };
  const shared = await openSharedStore(sharing);
  const order = { reading: reading.value, previous, options, recorder, shared };
  const built = await buildFrom(environment, order, { earlyRepositories, gone: gone.value });
  await endSharedStore(shared, { emit: recorder.emit, signal: environment.signal });
  return built.ok ? success(recorder.outcome(built.value.run, untouched(built.value))) : built;
}

async function buildFrom(
  environment: BuildEnvironment,
  order: PlanningOrder,
  { earlyRepositories, gone }: { earlyRepositories: EarlyRepositories; gone: VanishedSources },
): Promise<Result<OpenedRun>> {
  const { root } = environment;
  const { previous, recorder } = order;
  const planned = await plan(environment, order);
  if (!planned.ok) return planned;
  environment.edits?.saw(planned.value.reading.digests);
  const sound = refuseUnsound(planned.value.reading.sources);
  const opened = sound.ok
    ? await openRun(environment, { ...order, ...planned.value, earlyRepositories })
    : sound;
  if (!opened.ok) {
    await planned.value.paid?.sessions.close();
    return opened;
  }
  const { run, settled } = opened.value;
  for (const project of gone.leaving) recorder.emit({ type: "diagnostic", diagnostic: leftProject(project) });

  try {
    await execute(run, settled);
    await settleRepositories(opened.value, recorder);
  } finally {
    await endStages(run);
  }
  const changed =
    environment.edits === undefined ? changedMeanwhile(root, planned.value.reading, previous) : null;
  if (changed !== null) recorder.emit({ type: "diagnostic", diagnostic: changed });
  await saveResults(environment, opened.value, { recorder, meant: gone.meant });
  const closed = await run.sessions.close();
  return closed.ok ? opened : closed;
}

/** Tasks that the targets name and that are as fresh as the last build left them. */
function untouched({ run, settled, named, postponed, previous }: OpenedRun): Map<TaskId, TaskResult> {
  const doubtful = new Set(postponed);
  const nodes = [...settled].filter((node) => named.has(node) && !doubtful.has(node));
  const results = new Map<TaskId, TaskResult>();
  for (const node of nodes) {
    const summary = previous.taskSummaries.get((run.graph.tasks[node] as Task).id);
    if (summary !== undefined) results.set(summary.id, freshResult(summary));
  }
  return results;
}

/** What else is wrong with the sources is told first: it may be why something seems to be gone. */
async function refuseVanished(
  sources: Sources,
  previous: PreviousBuild,
  { removalsMeant = false }: BuildOptions,
): Promise<Result<VanishedSources>> {
  const vanished = await vanishedSources(sources, previous, removalsMeant);
  if (!vanished.ok || vanished.value.question === null) return vanished;
  const sound = refuseUnsound(sources);
  return sound.ok ? failed(vanished.value.question) : sound;
}
