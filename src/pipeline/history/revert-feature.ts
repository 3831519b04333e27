// How does a feature go back to an earlier version? Its documents as they were, its lock, and from the store its code: a
// build that may call nobody. It makes no commit of the workspace: what it does is an edit like a person's.

import { withDependents } from "../../engine/graph.ts";
import type { TaskId } from "../../model/address.ts";
import type { BuildOptions } from "../../model/build-options.ts";
import type { TaskResult } from "../../model/build-result.ts";
import { wholeFile } from "../../model/place.ts";
import { failed, type Result, success } from "../../model/result.ts";
import type { SpecVersion } from "../../model/spec-version.ts";
import { build } from "../line/build.ts";
import { evaluate } from "../line/evaluate.ts";
import type { FeatureHistory } from "../past/feature-history.ts";
import type { BuildEnvironment } from "../run/build-environment.ts";
import type { Outcome } from "../run/recorder.ts";
import { changesTo, type DocumentChange, keepCopies, writeChanges } from "./restore-documents.ts";
import { fitLock, restoreLock } from "./restore-lock.ts";

export interface RevertOrder {
  readonly history: FeatureHistory;
  readonly version: SpecVersion;
  /** A person said that what no commit has may be written over; a copy is kept. */
  readonly replace: boolean;
  readonly build: boolean;
}

export interface Reverted {
  readonly changes: readonly DocumentChange[];
  /** Folder of the copies of what no commit has, from the root; null where there was nothing of the kind. */
  readonly copies: string | null;
  /** Null where only the documents were restored. */
  readonly outcome: Outcome | null;
  /** Tasks of the feature whose code is not that of the version. */
  readonly unrestored: readonly TaskResult[];
  /** Tasks of other features that come after it and are not fresh now. */
  readonly stale: readonly TaskId[];
}

/** To be called with the build lock held. */
export async function revert(
  environment: BuildEnvironment,
  { history, version, replace, build: builds }: RevertOrder,
): Promise<Result<Reverted>> {
  const { root } = environment;
  const { feature, folder } = history;
  const changes = await changesTo(root, history, version);
  if (!changes.ok) return changes;
  const precious = changes.value.filter((change) => change.precious);
  if (precious.length > 0 && !replace) return wouldLose(history, precious);
  const copies = await keepCopies(root, feature, precious);
  if (!copies.ok) return copies;
  const written = await writeChanges(root, folder, changes.value);
  if (!written.ok) return written;
  const locked = await restoreLock(root, history, version);
  if (!locked.ok) return locked;
  const told = { changes: changes.value, copies: copies.value };
  if (!builds) return success({ ...told, outcome: null, unrestored: [], stale: [] });

  const options = lockedOptions([feature]);
  const fitted = await fitLock(environment, history, options);
  if (!fitted.ok) return fitted;
  const outcome = await build(environment, options);
  if (!outcome.ok) return outcome;
  const unrestored = outcome.value.result.tasks.filter(
    ({ id, action }) => id.startsWith(`${feature}:`) && UNRESTORED.has(action),
  );
  const stale = await staleAfter(environment, feature);
  if (!stale.ok) return stale;
  return success({
    ...told,
    outcome: outcome.value,
    unrestored,
    stale: stale.value,
  });
}

const UNRESTORED: ReadonlySet<TaskResult["action"]> = new Set(["failed", "blocked", "skipped"]);

/** Everything but a call. */
function lockedOptions(targets: readonly string[]): BuildOptions {
  const unlimited = { agents: null, budgetUsd: null, perHourUsd: null };
  return { targets, ...unlimited, force: false, failFast: false, modelCalls: "locked" };
}

async function staleAfter(
  environment: BuildEnvironment,
  feature: string,
): Promise<Result<readonly TaskId[]>> {
  const evaluation = await evaluate({ ...environment, tell: () => {} }, lockedOptions([]));
  if (!evaluation.ok) return evaluation;
  const { run, taskStates } = evaluation.value;
  const own = [...run.graph.tasks.keys()].filter((node) => run.graph.tasks[node]?.feature === feature);
  const after = new Set(withDependents(run.graph, own).map((node) => run.graph.tasks[node]?.id));
  const stale = taskStates.filter(
    ({ task, judgement }) =>
      task.feature !== feature && after.has(task.id) && !RESTING.has(judgement.verdict),
  );
  return success(stale.map(({ task }) => task.id));
}

const RESTING: ReadonlySet<string> = new Set(["fresh", "modified"]);

function wouldLose({ folder }: FeatureHistory, precious: readonly DocumentChange[]): Result<never> {
  const paths = precious.map(({ path }) => `${folder}/${path}`);
  return failed({
    reason: "usage",
    message: `no commit has what is in ${paths.join(", ")} now, and it would be written over`,
    fix: "Commit it first; or say --yes, and a copy is kept in .factory/replaced/.",
    place: wholeFile(paths[0] ?? `${folder}/feature.md`),
  });
}
