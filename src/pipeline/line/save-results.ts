// What does a build leave for the next one? The locks beside the specs, and the index of what it saw.

import { join } from "node:path";
import type { TaskId } from "../../model/address.ts";
import type { TaskResult } from "../../model/build-result.ts";
import { success } from "../../model/result.ts";
import type { Lock } from "../../model/trace.ts";
import { type Stamp, stampOf, UNKNOWN } from "../../platform/stamp.ts";
import { lockPath, writeLock } from "../../store/locks.ts";
import { readTip } from "../../workspaces/heads.ts";
import { isFailure } from "../projects/project-state.ts";
import { refPaths, saveIndex, type TaskSummary } from "../reading/build-index.ts";
import type { BuildEnvironment } from "../run/build-environment.ts";
import type { OpenedRun } from "../run/opened-run.ts";
import type { Recorder } from "../run/recorder.ts";
import { agentOf } from "./open-run.ts";

/** Longer than a tick of the file system's clock: a stamp taken later cannot miss a change made in the same tick. */
const TICK_MS = 20;

export async function saveResults(
  environment: BuildEnvironment,
  opened: OpenedRun,
  ending: Omit<Ending, "locks">,
): Promise<void> {
  const locks = await writeLocks(opened, ending.recorder);
  await writeIndex(environment, opened, { ...ending, locks });
}

/** Locks whose text changed are written; one that names no task any more is removed. */
export async function writeLocks(
  { run }: Pick<OpenedRun, "run">,
  recorder: Recorder,
): Promise<readonly Lock[]> {
  const { root } = run.sources;
  const changed = run.selected.changedLocks();
  for (const lock of changed) {
    // Of a feature whose folder is gone or has another name, the lock is gone, too.
    const folder = run.sources.locks.folderOf(lock.feature);
    const written = folder === null ? success(undefined) : await writeLock(root, folder, lock, run.edits);
    if (!written.ok) recorder.fail(written.failure, lock.feature);
  }
  return changed;
}

interface Ending {
  readonly recorder: Recorder;
  /** Features, and projects as `name/`, that are gone with a person's word. */
  readonly meant: readonly string[];
  readonly locks: readonly Lock[];
}

async function writeIndex(
  environment: BuildEnvironment,
  opened: OpenedRun,
  { recorder, locks, meant }: Ending,
): Promise<void> {
  const { root, writer } = environment;
  const { run, reading, previous } = opened;
  if (locks.length > 0) await new Promise((resolve) => setTimeout(resolve, TICK_MS));
  const { stamps, refs } = await stampsAfter(opened, recorder, locks);
  const postponed = new Set(opened.postponed);
  const unsettled: TaskId[] = [];
  const taskSummaries: TaskSummary[] = [];
  for (const [node, task] of run.graph.tasks.entries()) {
    const result = recorder.task(task.id);
    const summary = taskSummaryOf(result) ?? previous.taskSummaries.get(task.id);
    if (summary !== undefined) taskSummaries.push(withEdit(opened, node, summary));
    if (summary === undefined || postponed.has(node) || (result !== null && !isGood(result)))
      unsettled.push(task.id);
  }
  const looked = new Set(opened.projects.map(({ id }) => id));
  const present = new Set([
    ...run.graph.features.keys(),
    ...run.sources.workspace.projects.map(({ id }) => `${id}/`),
  ]);
  // What this build was not asked about stays as the last one left it.
  const unmerged = [
    ...[...looked].filter((id) => !recorder.isMerged(id)),
    ...previous.unmerged.filter((id) => !looked.has(id)),
  ];
  await saveIndex(root, writer, {
    stamps,
    taskSummaries,
    refs,
    unsettled,
    unmerged,
    meant: meant.filter((name) => !present.has(name)),
    replan: [...run.held.keys()],
    projects: run.sources.workspace.projects.flatMap((project) => {
      const result = recorder.project(project.id);
      return result === null ? [] : [{ ...result, moved: false }];
    }),
    workspace: run.sources.workspace,
    templates: run.sources.templates.read,
    prompts: Object.fromEntries(run.sources.prompts),
    features: reading.features,
    locks: new Map(locks.map((lock) => [lock.feature, lock])),
  });
}

function isGood({ action }: TaskResult): boolean {
  return action !== "failed" && action !== "blocked" && action !== "skipped";
}

function taskSummaryOf(result: TaskResult | null): TaskSummary | undefined {
  if (result === null || !isGood(result)) return undefined;
  const { id, project, agent, windowBytes } = result;
  return { id, project, agent, windowBytes, edited: [] };
}

function withEdit({ run }: OpenedRun, node: number, summary: TaskSummary): TaskSummary {
  const task = run.graph.tasks[node];
  const state = task === undefined ? null : run.projects.at(task.project);
  if (task === undefined || state === null || isFailure(state)) return summary;
  const edited = (run.selected.entry(task.id)?.outputs ?? []).flatMap(({ path }) =>
    state.edited.has(path) ? [path] : [],
  );
  return { ...summary, agent: summary.agent || agentOf(run, node), edited };
}

/** What was read keeps the stamp of its reading; what this build wrote itself gets one of now. */
async function stampsAfter(
  { run, reading, previous }: OpenedRun,
  recorder: Recorder,
  locks: readonly Lock[],
) {
  const { root } = run.sources;
  const stamps = new Map<string, Stamp>([...previous.stamps, ...reading.stamps]);
  const refs: Record<string, readonly string[]> = { ...previous.refs };
  for (const folder of locks.flatMap(({ feature }) => run.sources.locks.folderOf(feature) ?? [])) {
    for (const path of [folder, lockPath(folder)]) {
      stamps.set(path, stampOf(join(root, path)));
    }
  }
  for (const [id, state] of run.projects.opened) {
    if (isFailure(state)) continue;
    const paths = refPaths(root, state.repository.located, state.project.branch);
    refs[id] = paths;
    for (const path of paths) stamps.set(path, stampOf(join(root, path)));
    // Looked at after the stamps: a commit that a person made meanwhile must not pass for one that was seen.
    const tip = await readTip(state.repository.located, state.repository.branch);
    const known = recorder.project(id)?.commit ?? state.heads.branch;
    if (!tip.ok || tip.value !== known) for (const path of paths) stamps.set(path, UNKNOWN);
  }
  return { stamps, refs };
}
