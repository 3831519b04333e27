// Which features have to be planned before the graph is linked, and what came of it? The same line as that of tasks, one
// floor up: feature.md is what it starts from, and BACKLOG.yaml what it ends in. All that are due are planned side by side.

import type { BuildOptions } from "../../model/build-options.ts";
import type { Diagnostic } from "../../model/diagnostic.ts";
import type { Failure } from "../../model/failure.ts";
import { type Feature, folderOf } from "../../model/feature.ts";
import type { PlanDue } from "../../model/planning.ts";
import { type Result, success } from "../../model/result.ts";
import { featureIn } from "../../model/spec-folders.ts";
import { openSandbox } from "../../platform/sandbox.ts";
import { Blobs } from "../../store/blobs.ts";
import { DISK } from "../../store/durable-io.ts";
import type { SharedStore } from "../../store/sharing/shared-store.ts";
import type { PreviousBuild } from "../reading/build-index.ts";
import { type Reading, readSources } from "../reading/read.ts";
import type { Sources } from "../reading/sources.ts";
import type { BuildEnvironment } from "../run/build-environment.ts";
import type { Recorder } from "../run/recorder.ts";
import { openPaidSessions, type PaidSessions } from "../sessions/paid-sessions.ts";
import { type PlanFacts, Planning } from "./plan-facts.ts";
import { finishPlans } from "./write-plan.ts";

/** Longer than a tick of the file system's clock: what is read after it cannot miss what was written before it. */
const TICK_MS = 20;

export interface PlanningOrder {
  readonly reading: Reading;
  readonly previous: PreviousBuild;
  readonly recorder: Recorder;
  readonly options: BuildOptions;
  /** Features that a person wants planned, whatever was found about them. None: those that are due. */
  readonly asked?: readonly string[];
  /** A person said that files of their own may go. */
  readonly replace?: boolean;
  /** As in `Opening` (line/open-run.ts). */
  readonly shared: SharedStore | null;
}

export interface Planned {
  readonly reading: Reading;
  readonly previous: PreviousBuild;
  /** Features that cannot go on until something happens, and what that is. */
  readonly held: ReadonlyMap<string, Failure>;
  /** Absent where nothing was planned; else its sessions are the caller's to close. */
  readonly paid?: PaidSessions;
}

/** One that waits is told and held, and stops no other. Fails only where the sources cannot be read any more. */
export async function plan(environment: BuildEnvironment, order: PlanningOrder): Promise<Result<Planned>> {
  const { root } = environment;
  const { shared } = order;
  const blobs = new Blobs(`${root}/.factory/store`, DISK, { shared });
  const finished = await finishPlans(root, blobs);
  if (!finished.ok) return finished;
  const start = await readAgain(environment, order, finished.value);
  if (!start.ok) return start;
  const { reading, previous } = start.value;
  const asked = order.asked ?? [];
  const wanted = wantedFeatures(reading.sources, { targets: order.options.targets, asked }, previous);
  const { due, adopted, held } = await dueFeatures(reading.sources, wanted, asked);
  if (!isPlannable(reading.sources, [...due, ...adopted]))
    return success({ ...start.value, held: new Map() });

  if (due.length + adopted.length + held.size === 0) return success({ ...start.value, held });

  // All that merges documents is loaded only where there are some.
  const { planFeature } = await import("./plan-feature.ts");
  const { adoptPlan } = await import("./settle-plan.ts");
  const { openPlanner } = await import("./open-planner.ts");
  const { sources } = reading;
  const { emit } = order.recorder;
  const { signal, clock } = environment;
  const edits = environment.edits ?? null;
  const sandbox = await openSandbox(sources.workspace, root);
  if (!sandbox.ok) return sandbox;
  const { options } = order;
  const paid = openPaidSessions({ sources, options, blobs, shared, emit, signal, clock, edits });
  const { sessions } = paid;
  const planner = openPlanner(environment, { sources, options, blobs, sessions, emit });
  const failures = new Map<string, Failure>(held);
  const touched: string[] = [];
  for (const facts of adopted) {
    if (facts.by.kind !== "template") continue;
    const written = await adoptPlan({ root, blobs }, facts, facts.by.texts);
    if (written.ok) touched.push(facts.feature.id);
    else failures.set(facts.feature.id, written.failure);
  }
  const settle = async (facts: PlanFacts) => {
    const { id } = facts.feature;
    order.recorder.emit({ type: "planning-started", feature: id });
    const replace = order.replace ?? false;
    const done = await planFeature({ root, blobs, sources: reading.sources, facts, replace }, planner);
    order.recorder.emit({ type: "planning-ended", feature: id, failure: done.ok ? null : done.failure });
    if (done.ok) touched.push(id);
    else failures.set(id, done.failure);
  };
  await Promise.all(due.map(settle));
  for (const [feature, failure] of failures) order.recorder.fail(failure, feature);
  const after = await readAgain(environment, { ...order, ...start.value }, touched);
  if (after.ok) return success({ ...after.value, held: failures, paid });
  await sessions.close();
  return after;
}

interface Due {
  readonly due: readonly PlanFacts[];
  readonly adopted: readonly PlanFacts[];
  /** Features of which not even that could be found out. */
  readonly held: ReadonlyMap<string, Failure>;
}

async function dueFeatures(
  sources: Sources,
  features: readonly Feature[],
  asked: readonly string[],
): Promise<Due> {
  const planning = new Planning(sources);
  const due: PlanFacts[] = [];
  const adopted: PlanFacts[] = [];
  const held = new Map<string, Failure>();
  for (const feature of features) {
    const facts = await planning.factsOf(feature, asked.includes(feature.id));
    if (!facts.ok) held.set(feature.id, facts.failure);
    else if (facts.value?.verdict.work === "plan") due.push(facts.value);
    else if (facts.value?.verdict.work === "adopt") adopted.push(facts.value);
  }
  return { due, adopted, held };
}

/** What a build would plan, for those who only want to know. */
export async function plansDue(sources: Sources, previous: PreviousBuild): Promise<readonly PlanDue[]> {
  const features = wantedFeatures(sources, { targets: [], asked: [] }, previous);
  const { due } = await dueFeatures(sources, features, []);
  if (!isPlannable(sources, due)) return [];
  return due.flatMap(({ feature, verdict }) =>
    verdict.work === "plan" ? [{ feature: feature.id, file: feature.file, reason: verdict.reason }] : [],
  );
}

/** Features that changed, or that a person names. Of all others nothing is opened. */
function wantedFeatures(
  { features }: Sources,
  { targets, asked }: { readonly targets: readonly string[]; readonly asked: readonly string[] },
  { remembered }: PreviousBuild,
): readonly Feature[] {
  if (asked.length > 0) return features.filter(({ id }) => asked.includes(id));
  const suspected = features.filter((feature) => !remembered.features.has(folderOf(feature)));
  if (targets.length === 0 || suspected.length === 0) return suspected;
  const near = new Set(features.filter((feature) => isMeant(feature, targets)).map(({ id }) => id));
  for (const id of near)
    for (const before of features.find((one) => one.id === id)?.dependsOn ?? []) near.add(before);
  return suspected.filter(({ id }) => near.has(id));
}

/** Globs are taken to mean any feature: to look at one too many costs nothing. */
function isMeant({ id, projects }: Feature, targets: readonly string[]): boolean {
  return targets.some((target) => {
    if (/[*?[{]/.test(target)) return true;
    if (target.endsWith("/")) return projects.includes(target.slice(0, -1));
    return target.split(":")[0] === id;
  });
}

/** Findings that a new backlog may settle: the old one speaks of what is no longer there. */
const OUTDATED: ReadonlySet<Diagnostic["code"]> = new Set([
  ...["unknown-requirement", "unknown-dependency", "unknown-template", "unknown-part", "unknown-gate"],
  ...[
    "unknown-agent",
    "unknown-project",
    "missing-generator",
    "no-implementer",
    "shared-file",
    "cycle",
    "window-too-large",
  ],
]);

/** Nothing is planned from sources that are not sound, apart from what planning itself will mend. */
function isPlannable({ diagnostics }: Sources, due: readonly PlanFacts[]): boolean {
  const mended = new Set(due.map(({ feature }) => `${folderOf(feature)}/BACKLOG.yaml`));
  return diagnostics.every(({ severity, code, file }) => {
    return severity !== "error" || (file !== null && mended.has(file) && OUTDATED.has(code));
  });
}

/** The sources as they are once these features were written; what was not touched is remembered as before. */
async function readAgain(
  { root, packageRoot }: BuildEnvironment,
  { reading, previous }: Pick<PlanningOrder, "reading" | "previous">,
  touched: readonly string[],
): Promise<Result<Pick<Planned, "reading" | "previous">>> {
  if (touched.length === 0) return success({ reading, previous });
  await new Promise((resolve) => setTimeout(resolve, TICK_MS));
  const { remembered } = previous;
  const features = new Map(
    [...remembered.features].filter(([folder]) => !touched.includes(featureIn(folder))),
  );
  const again = await readSources(root, packageRoot, { ...remembered, features });
  if (!again.ok) return again;
  return success({
    reading: again.value,
    previous: { ...previous, remembered: { ...remembered, features } },
  });
}
