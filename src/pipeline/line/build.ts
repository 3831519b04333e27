// In what order do the steps of a build run? The whole line; every step is named after what it does.

import type { TaskId } from "../../model/address.ts";
import type { TaskResult } from "../../model/build.ts";
import type { BuildOptions } from "../../model/build-options.ts";
import { failed, type Result, success } from "../../model/result.ts";
import type { Task } from "../../model/task.ts";
import { leftProject } from "../../report/vanished-text.ts";
import { plan } from "../planning/plan.ts";
import { settleProjects } from "../product/settle-projects.ts";
import { openEarly } from "../projects/open-early.ts";
import type { Recollection } from "../reading/memory.ts";
import { freshResult, recall } from "../reading/memory.ts";
import { readFetched } from "../reading/read-fetched.ts";
import type { Sources } from "../reading/sources.ts";
import { type Vanished, vanishedSources } from "../reading/vanished.ts";
import type { BuildEnvironment } from "../run/build-environment.ts";
import type { OpenedRun } from "../run/opened-run.ts";
import { type Outcome, Recorder, refuseUnsound } from "../run/recorder.ts";
import { execute } from "./execute.ts";
import { leaveBehind } from "./leave-behind.ts";
import { openRun } from "./open-run.ts";

/** Brings everything, or the targets, up to date. Holds the build lock's protection only if the caller does. */
export async function build(surroundings: BuildEnvironment, options: BuildOptions): Promise<Result<Outcome>> {
  const { root, writer } = surroundings;
  const recollection = recall(root, writer);
  const early = openEarly(root, recollection, options.branch);
  const reading = await readFetched(surroundings, recollection.remembered, options.modelCalls);
  if (!reading.ok) return reading;
  surroundings.edits?.begins(reading.value.digests);
  // Before a planner is paid for what may be the wrong sources.
  const gone = await refuseVanished(reading.value.sources, recollection, options);
  if (!gone.ok) return gone;
  const recorder = new Recorder(surroundings);
  const order = { reading: reading.value, recollection, options, recorder };
  const planned = await plan(surroundings, order);
  if (!planned.ok) return planned;
  surroundings.edits?.saw(planned.value.reading.digests);
  const sound = refuseUnsound(planned.value.reading.sources);
  const opened = sound.ok ? await openRun(surroundings, { ...order, ...planned.value, early }) : sound;
  if (!opened.ok) {
    await planned.value.purse?.desk.close();
    return opened;
  }
  const { run, settled } = opened.value;
  for (const project of gone.value.leaving)
    recorder.emit({ type: "diagnostic", diagnostic: leftProject(project) });

  try {
    await execute(run, settled);
    await settleProjects(opened.value, recorder);
  } finally {
    await run.services.close();
  }
  await leaveBehind(surroundings, opened.value, { recorder, meant: gone.value.meant });
  const closed = await run.desk.close();
  if (!closed.ok) return closed;
  return success(recorder.outcome(run, untouched(opened.value)));
}

/** Tasks that the targets name and that are as fresh as the last build left them. */
function untouched({ run, settled, named, postponed, recollection }: OpenedRun): Map<TaskId, TaskResult> {
  const doubtful = new Set(postponed);
  const nodes = [...settled].filter((node) => named.has(node) && !doubtful.has(node));
  const results = new Map<TaskId, TaskResult>();
  for (const node of nodes) {
    const card = recollection.cards.get((run.graph.tasks[node] as Task).id);
    if (card !== undefined) results.set(card[0], freshResult(card));
  }
  return results;
}

/** What else is wrong with the sources is told first: it may be why something seems to be gone. */
async function refuseVanished(
  sources: Sources,
  recollection: Recollection,
  { removalsMeant = false }: BuildOptions,
): Promise<Result<Vanished>> {
  const vanished = await vanishedSources(sources, recollection, removalsMeant);
  if (!vanished.ok || vanished.value.question === null) return vanished;
  const sound = refuseUnsound(sources);
  return sound.ok ? failed(vanished.value.question) : sound;
}
