// What does this build have to look at? Links the graph, picks the tasks whose results may no longer hold, and opens
// their projects.

import { setImmediate } from "node:timers/promises";
import { type Graph, link, relink, withDependencies, withDependents } from "../../engine/graph.ts";
import { routeTask } from "../../engine/route.ts";
import { selectTargets } from "../../engine/target.ts";
import type { TaskId } from "../../model/address.ts";
import type { BuildOptions } from "../../model/build-options.ts";
import type { Failure } from "../../model/failure.ts";
import type { Project } from "../../model/project.ts";
import { failed, type Result, success } from "../../model/result.ts";
import { featureIn } from "../../model/spec-folders.ts";
import { withDescriptors } from "../../platform/open-files.ts";
import { openSandbox } from "../../platform/sandbox.ts";
import { Semaphore } from "../../platform/semaphore.ts";
import { Blobs } from "../../store/blobs.ts";
import { BlobsInMemory } from "../../store/blobs-in-memory.ts";
import { DISK } from "../../store/durable-io.ts";
import { GateTrials } from "../../store/gate-trials.ts";
import { PassedChecks } from "../../store/passed-checks.ts";
import type { SharedStore } from "../../store/sharing/shared-store.ts";
import { Traces } from "../../store/traces.ts";
import { GatePlaces } from "../gating/gate-places.ts";
import { GateSelfTest } from "../gating/gate-self-test.ts";
import { Services } from "../gating/running-services.ts";
import { SeenPasses } from "../gating/seen-passes.ts";
import type { EarlyRepositories } from "../projects/open-early.ts";
import { onBranch } from "../projects/project-place.ts";
import { ProjectStates } from "../projects/project-states.ts";
import { SelectedResults } from "../projects/selected-results.ts";
import type { PreviousBuild } from "../reading/build-index.ts";
import type { FeatureReading } from "../reading/feature-reading.ts";
import { type Reading, wholeFeature } from "../reading/read.ts";
import { knownTargets, unknownTargets } from "../reading/unknown-target.ts";
import type { BuildEnvironment } from "../run/build-environment.ts";
import { heldFeatures } from "../run/held.ts";
import { Interfaces } from "../run/interfaces.ts";
import { openStages, versionOf } from "../run/open-stages.ts";
import type { OpenedRun } from "../run/opened-run.ts";
import type { Recorder } from "../run/recorder.ts";
import type { Run } from "../run/run.ts";
import { openPaidSessions, type PaidSessions } from "../sessions/paid-sessions.ts";
import { Slots } from "../slots/slots.ts";
import { SlotStages } from "../stages/slot-stages.ts";

export interface Opening {
  readonly reading: Reading;
  readonly previous: PreviousBuild;
  readonly options: BuildOptions;
  readonly recorder: Recorder;
  /** Features whose planning waits; the checkpoint of backlogs is looked at here. */
  readonly held?: ReadonlyMap<string, Failure>;
  /** What the planners of this build have begun to pay with. */
  readonly paid?: PaidSessions;
  /** Projects that are being opened already. */
  readonly earlyRepositories?: EarlyRepositories;
  /** Reading commands create no project and write nothing into one. */
  readonly readOnly?: boolean;
  /** Looks at the named tasks although nothing changed. */
  readonly lookAgain?: boolean;
  /** Where else results are looked for; its end is the caller's. */
  readonly shared?: SharedStore | null;
}

/** What was linked last: whoever watches links the same tasks to weigh an edit and to build it, and at the next one. */
let linked: Graph | null = null;

export async function openRun(environment: BuildEnvironment, opening: Opening): Promise<Result<OpenedRun>> {
  const { root, signal, clock } = environment;
  const { reading, previous, options, recorder } = opening;
  const { sources } = reading;
  let graph = (linked !== null && relink(linked, sources.features)) || link(sources.features);
  linked = graph;
  // Linking is long: git's answers about the projects that are being opened come in here.
  await setImmediate();
  const targets = selectTargets(graph, options.targets);
  if (targets.unknown.length > 0)
    return failed(unknownTargets(targets.unknown, knownTargets(graph, sources.workspace.projects)));
  const named: ReadonlySet<number> =
    options.targets.length === 0 ? new Set(graph.tasks.keys()) : targets.nodes;
  const forced = options.force ? named : new Set<number>();
  const doubtful = doubtfulNodes(graph, previous, opening.lookAgain === true ? named : forced);
  const wanted = options.targets.length === 0 ? null : new Set(withDependencies(graph, named));
  const due = wanted === null ? doubtful : doubtful.filter((node) => wanted.has(node));
  const dueSet = new Set(due);
  const looked = await withWholeFeatures(graph, reading, due);
  graph = looked.graph;
  const settled = new Set([...graph.tasks.keys()].filter((node) => !dueSet.has(node)));

  const store = `${root}/.factory/store`;
  const selected = new SelectedResults(graph, sources.locks, sources.workspace.projects);
  const { readOnly = false, shared = null } = opening;
  const blobs = readOnly ? new BlobsInMemory(store, { shared }) : new Blobs(store, DISK, { shared });
  const projects = dueProjects(sources.workspace.projects, { graph, due, selected, previous, wanted });
  if (!readOnly && (due.length > 0 || projects.length > 0)) {
    const sandbox = await openSandbox(sources.workspace, root);
    if (!sandbox.ok) return sandbox;
  }
  const edits = environment.edits ?? null;
  const base = { sources, emit: recorder.emit, signal, clock };
  const passedChecks = new PassedChecks(store);
  const trials = new GateTrials(store, { shared });
  // What others share decides nothing: it is words for agents, who must hear the same again.
  const passes = new SeenPasses(passedChecks, new GateTrials(store));
  const atOnce = withDescriptors(sources.workspace.limits.gates);
  const gatePlaces = new GatePlaces(atOnce);
  const slots = new Slots({ root, emit: recorder.emit, signal, clock });
  const services = new Services({ root, signal, clock, slots });
  const selfTest = new GateSelfTest({ ...base, slots, passes, gatePlaces, services }, passedChecks);
  const here = new SlotStages({ ...base, slots, gatePlaces, services, atOnce });
  const isIdle = due.length === 0 && projects.length === 0;
  const version = versionOf(environment.writer);
  const stages =
    readOnly || isIdle
      ? success({ stages: here, drafts: null })
      : await openStages({
          ...{ ...base, root, workspace: sources.workspace, options, graph, here, gatePlaces, version },
        });
  if (!stages.ok) return stages;
  const paid = opening.paid ?? openPaidSessions({ ...base, options, blobs, shared, edits });
  recorder.guard(paid.sessions.redact);
  const run: Run = {
    sources,
    emit: recorder.emit,
    signal,
    graph,
    options,
    forced: new Set([...forced].map((node) => graph.tasks[node]?.id as TaskId)),
    blobs,
    traces: new Traces(store, DISK, { quarantine: blobs.quarantine, shared }),
    passedChecks,
    interfaces: new Interfaces(`${store}/interfaces`, { isKept: !readOnly }),
    slots,
    gateSelfTest: selfTest,
    ledger: paid.ledger,
    selected,
    projects: new ProjectStates({
      root,
      packageRoot: environment.packageRoot,
      projects: onBranch(sources.workspace.projects, options.branch),
      selected,
      blobs,
      emit: recorder.emit,
      earlyRepositories: opening.earlyRepositories ?? new Map(),
      readOnly,
      mayMove: options.modelCalls === "allowed",
      offline: options.modelCalls === "offline",
      signal,
    }),
    outlines: looked.outlines,
    held: heldFeatures(sources, opening.held ?? new Map()),
    sessions: paid.sessions,
    ...stages.value,
    services,
    trials,
    passes,
    specWrites: new Semaphore(1),
    edits,
    holds: environment.holds ?? (() => true),
    startedAt: recorder.startedAt,
    clock,
  };
  edits?.follow(run);
  recorder.locate(run);
  recorder.emit({
    type: "build-started",
    build: String(process.pid),
    tasks: due.length,
    settled: settled.size,
  });
  const postponed = doubtful.filter((node) => !dueSet.has(node));
  return success({ run, reading, previous, settled, named, postponed, projects });
}

/** Tasks that are looked at need the texts of their features; of all others the outlines do. */
async function withWholeFeatures(
  graph: Graph,
  reading: Reading,
  due: readonly number[],
): Promise<Pick<Run, "graph" | "outlines">> {
  const wanted = new Set(due.map((node) => graph.tasks[node]?.feature));
  const features = new Map(graph.features);
  const outlines = new Map<string, FeatureReading>();
  const tasks = [...graph.tasks];
  for (const one of reading.features) {
    if (one.outlineOf === null) continue;
    const id = featureIn(one.folder);
    if (!wanted.has(id)) {
      outlines.set(id, one);
      continue;
    }
    const whole = await wholeFeature(one, reading.sources);
    if (whole === null) continue;
    features.set(whole.id, whole);
    for (const task of whole.tasks) {
      const node = graph.indexOf.get(task.id);
      if (node !== undefined) tasks[node] = task;
    }
  }
  return { graph: { ...graph, features, tasks }, outlines };
}

/** What changed since the last build, what was not fresh then, and all that comes after it. */
function doubtfulNodes(
  graph: Graph,
  { suspects, taskSummaries, remembered }: PreviousBuild,
  forced: ReadonlySet<number>,
): number[] {
  if (suspects === null) return [...graph.tasks.keys()];
  const start = new Set<number>(forced);
  const features = new Set([...remembered.features.keys()].map(featureIn));
  for (const [node, task] of graph.tasks.entries()) {
    if (
      !features.has(task.feature) ||
      suspects.projects.has(task.project) ||
      suspects.tasks.has(task.id) ||
      !taskSummaries.has(task.id)
    ) {
      start.add(node);
    }
  }
  return withDependents(graph, start);
}

interface Due {
  readonly graph: Graph;
  readonly due: readonly number[];
  readonly selected: SelectedResults;
  readonly previous: PreviousBuild;
  readonly wanted: ReadonlySet<number> | null;
}

function dueProjects(all: readonly Project[], { graph, due, selected, previous, wanted }: Due): Project[] {
  const ids = new Set(due.map((node) => graph.tasks[node]?.project));
  if (wanted === null) {
    for (const { entry } of selected.orphans) ids.add(entry.project);
    for (const { id, project } of previous.taskSummaries.values()) {
      if (!graph.indexOf.has(id)) ids.add(project);
    }
    for (const id of previous.suspects?.projects ?? []) ids.add(id);
    if (previous.suspects === null) for (const project of all) ids.add(project.id);
  }
  return all.filter((project) => ids.has(project.id));
}

export function agentOf(run: Run, node: number): string {
  const task = run.graph.tasks[node];
  return task === undefined ? "" : routeTask(task, run.sources.workspace).id;
}
