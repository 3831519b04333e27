// How is one feature planned because a person asked for it? By the same steps as in a build, with nothing built after.

import { join } from "node:path";
import { link } from "../../engine/graph.ts";
import type { BuildOptions } from "../../model/build-options.ts";
import type { Failure } from "../../model/failure.ts";
import { folderOf } from "../../model/feature.ts";
import { wholeFile } from "../../model/place.ts";
import { failed, type Result, success } from "../../model/result.ts";
import { NO_PREVIOUS_BUILD } from "../reading/build-index.ts";
import { NOTHING_REMEMBERED } from "../reading/read.ts";
import { readFetched } from "../reading/read-fetched.ts";
import type { Sources } from "../reading/sources.ts";
import { knownTargets, unknownTarget } from "../reading/unknown-target.ts";
import type { BuildEnvironment } from "../run/build-environment.ts";
import { endSharedStore, openSharedStore } from "../run/open-shared-store.ts";
import { Recorder, refuseUnsound } from "../run/recorder.ts";
import { plan } from "./plan-due-features.ts";
import { readText } from "./plan-facts.ts";
import { versionThat } from "./workspace-history.ts";

export interface PlanAlone {
  readonly feature: string;
  readonly options: BuildOptions;
  readonly replace: boolean;
}

/** What keeps the feature from being planned; null where nothing does. Fails where it was not even tried. */
export async function planAlone(
  environment: BuildEnvironment,
  { feature, options, replace }: PlanAlone,
): Promise<Result<Failure | null>> {
  const reading = await readFetched(environment, NOTHING_REMEMBERED, options.modelCalls);
  if (!reading.ok) return reading;
  const able = await mayPlan(reading.value.sources, feature, replace);
  if (!able.ok) return able;
  const recorder = new Recorder(environment);
  const { workspace } = reading.value.sources;
  const { root, signal } = environment;
  const { emit } = recorder;
  const sharing = { root, workspace, modelCalls: options.modelCalls, onlyLooks: false, emit };
  const shared = await openSharedStore(sharing);
  const order = { reading: reading.value, previous: NO_PREVIOUS_BUILD, options, recorder, replace, shared };
  const planned = await plan(environment, { ...order, asked: [feature] });
  const closed = planned.ok ? await planned.value.paid?.sessions.close() : success(undefined);
  await endSharedStore(shared, { emit, signal });
  if (!planned.ok) return planned;
  if (closed?.ok === false) return closed;
  const held = planned.value.held.get(feature);
  if (held !== undefined) return success(held);
  const sound = refuseUnsound(planned.value.reading.sources);
  return sound.ok ? success(null) : sound;
}

async function mayPlan(
  { root, features, locks }: Sources,
  id: string,
  replace: boolean,
): Promise<Result<void>> {
  const feature = features.find((one) => one.id === id);
  if (feature === undefined) {
    return failed(unknownTarget("feature", id, { ...knownTargets(link(features), []), tasks: [] }));
  }
  if (feature.backlog === "front-matter" || feature.backlog === "implied") {
    const message = `${id} has its tasks in its front matter`;
    return failed({
      reason: "usage",
      message,
      fix: "Remove `tasks:` and `files:` from it, and the factory plans it.",
    });
  }
  if (!replace || locks.get(id)?.planning !== undefined) return success(undefined);
  for (const name of ["PLAN.md", "BACKLOG.yaml"]) {
    const path = `${folderOf(feature)}/${name}`;
    const text = readText(join(root, path));
    if (!text.ok) return text;
    if (text.value === null) continue;
    const now = Buffer.from(text.value);
    // Where git's history holds it, writing over it loses nothing.
    const kept = await versionThat(root, path, (version) => now.equals(version));
    if (!kept.ok) return kept;
    if (kept.value !== null) continue;
    const message = `${path} is a person's, and git does not keep it as it is now`;
    return failed({
      reason: "usage",
      message,
      fix: "Commit it first, so that you can restore it.",
      place: wholeFile(path),
    });
  }
  return success(undefined);
}
