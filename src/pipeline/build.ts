// In what order do the steps of a build run? The whole line; every step is named after what it does.

import type { BuildResult } from "../model/build.ts";
import { type Result, success } from "../model/result.ts";
import { execute } from "./execute.ts";
import { type Outcome, Recorder, refuseUnsound } from "./outcome.ts";
import { openRun, type Opened, type Surroundings } from "./open-run.ts";
import { readSources } from "./read.ts";
import { recall } from "./memory.ts";
import type { BuildOptions } from "./run.ts";
import { settleProjects } from "./settle-projects.ts";
import { leaveBehind } from "./leave-behind.ts";

/** Brings everything, or the targets, up to date. Holds the build lock's protection only if the caller does. */
export async function build(surroundings: Surroundings, options: BuildOptions): Promise<Result<Outcome>> {
  const { root, packageRoot, writer } = surroundings;
  const recollection = recall(root, writer);
  const reading = await readSources(root, packageRoot, recollection.remembered);
  if (!reading.ok) return reading;
  const sound = refuseUnsound(reading.value.sources);
  if (!sound.ok) return sound;

  const recorder = new Recorder(surroundings);
  const opened = await openRun(surroundings, { reading: reading.value, recollection, options, recorder });
  if (!opened.ok) return opened;
  const { run, settled } = opened.value;

  await execute(run, settled);
  await settleProjects(opened.value, recorder);
  await leaveBehind(surroundings, opened.value, recorder);
  return success(recorder.outcome(run));
}

export type { BuildResult, Opened };
