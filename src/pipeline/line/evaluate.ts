// What would a build do, and why? Opens what a build would open, walks its graph and folds what stands there into one
// answer; nothing is run.

import { type Judgement, judge, judgeClashes } from "../../engine/judge.ts";
import { namesFeature } from "../../engine/target.ts";
import { featureOf, type TaskId } from "../../model/address.ts";
import type { BuildOptions } from "../../model/build-options.ts";
import type { Diagnostic } from "../../model/diagnostic.ts";
import type { PlanDue } from "../../model/planning.ts";
import { type Result, success } from "../../model/result.ts";
import type { SharedTally } from "../../model/shared-tally.ts";
import { ownOutputs } from "../../model/trace.ts";
import { diagnosticOf } from "../../report/failure-diagnostic.ts";
import { plansDue } from "../planning/plan-due-features.ts";
import { branchesFindings } from "../product/branch-findings.ts";
import { conflictPaths, mergesOf, openUnmerged, unmergedFindings } from "../product/waiting-products.ts";
import { openEarly } from "../projects/open-early.ts";
import { projectPath } from "../projects/project-place.ts";
import { isFailure } from "../projects/project-state.ts";
import { loadPreviousBuild } from "../reading/build-index.ts";
import { type Reading, readSources } from "../reading/read.ts";
import { type VanishedSources, vanishedSources } from "../reading/vanished.ts";
import type { BuildEnvironment } from "../run/build-environment.ts";
import { openSharedStore } from "../run/open-shared-store.ts";
import type { OpenedRun } from "../run/opened-run.ts";
import { Recorder, refuseUnsound } from "../run/recorder.ts";
import type { Run } from "../run/run.ts";
import { shutFindings } from "../sessions/shut-findings.ts";
import { openRun } from "./open-run.ts";
import { lookAhead, lookAtFront, type TaskState, walk } from "./walk.ts";

/** A task of which only results are left. */
export interface Orphan {
  readonly task: TaskId;
  readonly project: string;
  readonly judgement: Judgement;
}

export interface Evaluation {
  readonly run: Run;
  readonly taskStates: readonly TaskState[];
  /** Tasks that a lock, or the last build, knows and no backlog holds. */
  readonly orphans: readonly Orphan[];
  /** What a build would ask about before it did anything: sources that are gone without a word. */
  readonly vanished: VanishedSources;
  /** Paths by project on which a product that waits disagrees with what people made of the branch. */
  readonly conflicts: ReadonlyMap<string, ReadonlySet<string>>;
  /** Features among the targets that a build would plan first, so that what stands here of their tasks is not the last word. */
  readonly plans: readonly PlanDue[];
  /** What of a shared store a build would use, as far as was looked; null where there is none. */
  readonly sharedStore: SharedTally | null;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * How far to look: at the tasks in `doubt`, and at what becomes of their products; `again` at all that are named, for those
 * who want to see their windows; or at the `front` alone: what a build begins with, as soon as that build would know it.
 */
export type EvaluationScope = "doubt" | "again" | "front";

export async function evaluate(
  environment: BuildEnvironment,
  options: BuildOptions,
  look: EvaluationScope = "doubt",
): Promise<Result<Evaluation>> {
  const { root, packageRoot, writer, thought } = environment;
  const previous = loadPreviousBuild(root, writer, thought?.keys());
  const earlyRepositories = openEarly(root, previous, options.branch);
  const reading = await readSources(root, packageRoot, previous.remembered, thought);
  if (!reading.ok) return reading;
  const plans = await plansDue(reading.value.sources, previous);
  const known = withoutOutdated(reading.value, new Set(plans.map(({ feature }) => feature)));
  const sound = refuseUnsound(known.sources);
  if (!sound.ok) return sound;
  const vanished = await vanishedSources(known.sources, previous, options.removalsMeant ?? false);
  if (!vanished.ok) return vanished;
  const { question } = vanished.value;
  const recorder = new Recorder(environment);
  const told: Diagnostic[] = [];
  const shared = await openSharedStore({
    ...{ root, workspace: known.sources.workspace, modelCalls: options.modelCalls, onlyLooks: true },
    emit: (event) => event.type === "diagnostic" && told.push(event.diagnostic),
  });
  const opened = await openRun(environment, {
    reading: known,
    previous,
    options,
    recorder,
    earlyRepositories,
    readOnly: true,
    lookAgain: look === "again",
    shared,
  });
  if (!opened.ok) return opened;
  const { run } = opened.value;
  const seen = look === "front" ? await atFront(opened.value) : await asWhole(opened.value);
  const diagnostics = [
    ...(question === null ? [] : diagnosticOf(question, null)),
    ...known.sources.diagnostics,
    ...seen.diagnostics,
    ...refusals(run, seen.taskStates),
    ...shutFindings(root, run.sources.workspace, environment.clock()),
    ...told,
  ];
  const meant = plans.filter(({ feature: id }) => {
    const feature = run.graph.features.get(id);
    return options.targets.length === 0 || (feature !== undefined && namesFeature(options.targets, feature));
  });
  return success({
    run,
    taskStates: seen.taskStates,
    orphans: orphansOf(opened.value, vanished.value),
    vanished: vanished.value,
    conflicts: seen.conflicts,
    plans: meant,
    sharedStore: shared?.tally ?? null,
    diagnostics,
  });
}

/** A backlog that planning will mend has no say until then: its feature stands without tasks. */
function withoutOutdated(reading: Reading, planned: ReadonlySet<string>): Reading {
  const { sources } = reading;
  const broken = sources.diagnostics.filter(({ severity }) => severity === "error");
  if (broken.length === 0 || planned.size === 0) return reading;
  const outdated = new Set(broken.map(({ file }) => file?.split("/")[1] ?? ""));
  return {
    ...reading,
    sources: {
      ...sources,
      features: sources.features.map((feature) =>
        planned.has(feature.id) && outdated.has(feature.id) ? { ...feature, tasks: [] } : feature,
      ),
      diagnostics: sources.diagnostics.filter(({ severity }) => severity !== "error"),
    },
  };
}

type Seen = Pick<Evaluation, "taskStates" | "conflicts" | "diagnostics">;

async function atFront(opened: OpenedRun): Promise<Seen> {
  const { taskStates } = await walk(opened, lookAtFront);
  return { taskStates, conflicts: new Map(), diagnostics: [] };
}

async function asWhole(opened: OpenedRun): Promise<Seen> {
  const { run } = opened;
  const diagnostics: Diagnostic[] = [];
  for (const { id } of opened.projects) {
    const state = await run.projects.open(id);
    if (!isFailure(state) || state.reason === "project-missing") continue;
    diagnostics.push(...diagnosticOf(state, `${id}/`));
  }
  await openUnmerged(opened);
  const { taskStates, uncertain, lost } = await walk(opened, lookAhead);
  const merges = await mergesOf(run, lost);
  diagnostics.push(...unmergedFindings(opened, merges), ...(await branchesFindings(run)));
  const conflicts = conflictPaths(merges);
  const clashing = taskStates.map((taskState) => {
    const { task } = taskState;
    // What is drafted anew may agree with what people made.
    if (uncertain.has(run.graph.indexOf.get(task.id) as number)) return taskState;
    const entry = run.selected.entry(task.id);
    const own = entry === null ? [] : ownOutputs(entry).map(({ path }) => path);
    const clashes = own.filter((path) => conflicts.get(task.project)?.has(path));
    return { ...taskState, judgement: judgeClashes(taskState.judgement, clashes) };
  });
  return { taskStates: clashing, conflicts, diagnostics };
}

/** What a build would say to the drafts that it refuses. */
function refusals({ sources }: Run, taskStates: readonly TaskState[]): Diagnostic[] {
  return taskStates.flatMap(({ task, judgement: { obstacle, reasons } }) => {
    if (obstacle === null || obstacle.failure === null) return [];
    if (reasons.every(({ code }) => code !== "draft-refused")) return [];
    const project = sources.workspace.projects.find(({ id }) => id === task.project);
    return diagnosticOf(obstacle.failure, task.id, project === undefined ? null : projectPath(project));
  });
}

/** A feature that was removed as a whole took its lock along; the last build still remembers its tasks. */
function orphansOf({ run, previous }: OpenedRun, { tasks, question }: VanishedSources): readonly Orphan[] {
  const known = [
    ...run.selected.orphans.map(({ task, entry }) => [task, entry.project] as const),
    ...tasks,
    ...[...previous.taskSummaries.values()].map(({ id, project }) => [id, project] as const),
  ];
  const found = new Map(known.filter(([task]) => !run.graph.indexOf.has(task)));
  const unsaid = new Set(question?.features);
  return [...found].map(([task, project]) => {
    const feature = featureOf(task);
    const file = unsaid.has(feature) ? `${question?.folders[feature] ?? feature}/feature.md` : null;
    return { task, project, judgement: judge({ at: "backlog", task, unsaid: file }) };
  });
}
