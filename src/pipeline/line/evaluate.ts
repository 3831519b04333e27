// What would a build do, and why? Judges every task without running anything. A draft of the deterministic generator is
// made in memory, so what follows from it is known exactly; behind any other agent a task is judged by what stands now.

import { plainReason } from "../../engine/manifest.ts";
import { namesFeature } from "../../engine/target.ts";
import type { TaskId } from "../../model/address.ts";
import type { BuildOptions } from "../../model/build-options.ts";
import type { Diagnostic } from "../../model/diagnostic.ts";
import type { Failure } from "../../model/failure.ts";
import type { PlanningReason } from "../../model/planning.ts";
import { type Result, success } from "../../model/result.ts";
import type { Task } from "../../model/task.ts";
import { ADOPTED, ownOutputs } from "../../model/trace.ts";
import type { Reason, Verdict } from "../../model/verdict.ts";
import { diagnosticOf } from "../../report/failure-diagnostic.ts";
import { failureText } from "../../report/failure-text.ts";
import { size } from "../../report/figures.ts";
import { plansDue } from "../planning/plan.ts";
import { branchesFindings } from "../product/branch-findings.ts";
import { conflictPaths, mergesOf, openUnmerged, unmergedFindings } from "../product/waiting-products.ts";
import { openEarly } from "../projects/open-early.ts";
import { isFailure } from "../projects/site.ts";
import { type Card, recall } from "../reading/memory.ts";
import { type Reading, readSources } from "../reading/read.ts";
import { type Vanished, vanishedSources } from "../reading/vanished.ts";
import type { BuildEnvironment } from "../run/build-environment.ts";
import { holdOn } from "../run/held.ts";
import type { OpenedRun } from "../run/opened-run.ts";
import { Recorder, refuseUnsound } from "../run/recorder.ts";
import type { Run } from "../run/run.ts";
import { foresee, select } from "../tasks/foresee.ts";
import { judgeTask, type Order } from "../tasks/judge-task.ts";
import { openQuestion, unseenByReview } from "../tasks/left-open.ts";
import { failureReason } from "../tasks/past-failure.ts";
import { waitingChange } from "../tasks/task-proposal.ts";
import { agentOf, openRun } from "./open-run.ts";

/** One task as it stands. */
export interface Standing {
  readonly task: Task;
  readonly verdict: Verdict;
  readonly reasons: readonly Reason[];
  readonly agent: string;
  readonly windowBytes: number;
  /** Null where it was not looked at again, or could not be judged. */
  readonly order: Order | null;
  /** Why it could not be judged. */
  readonly failure: Failure | null;
}

export interface Orphan {
  readonly task: TaskId;
  readonly project: string;
}

export interface Evaluation {
  readonly run: Run;
  /** Of the tasks that the targets name, in graph order. */
  readonly standings: readonly Standing[];
  /** Tasks that a lock, or the last build, knows and no backlog holds. */
  readonly orphans: readonly Orphan[];
  /** What a build would ask about before it did anything: sources that are gone without a word. */
  readonly vanished: Vanished;
  /** Paths by project on which a product that waits disagrees with what people made of the branch. */
  readonly conflicts: ReadonlyMap<string, ReadonlySet<string>>;
  /** Features among the targets that a build would plan first, so that what stands here of their tasks is not the last word. */
  readonly plans: readonly { readonly feature: string; readonly reason: PlanningReason }[];
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * `lookAgain` also judges tasks of which nothing changed, for those who want to see their windows. `front` judges none
 * that waits for a stale one, and does not ask what became of products: enough to know what a build begins with, and as
 * soon as that build would know it.
 */
export async function evaluate(
  surroundings: BuildEnvironment,
  options: BuildOptions,
  { lookAgain = false, front = false }: { readonly lookAgain?: boolean; readonly front?: boolean } = {},
): Promise<Result<Evaluation>> {
  const { root, packageRoot, writer } = surroundings;
  const recollection = recall(root, writer);
  const early = openEarly(root, recollection, options.branch);
  const reading = await readSources(root, packageRoot, recollection.remembered);
  if (!reading.ok) return reading;
  const plans = await plansDue(reading.value.sources, recollection);
  const known = withoutOutdated(reading.value, new Set(plans.map(({ feature }) => feature)));
  const sound = refuseUnsound(known.sources);
  if (!sound.ok) return sound;
  const vanished = await vanishedSources(known.sources, recollection, options.removalsMeant ?? false);
  if (!vanished.ok) return vanished;
  const { question } = vanished.value;
  const recorder = new Recorder(surroundings);
  const opened = await openRun(surroundings, {
    reading: known,
    recollection,
    options,
    recorder,
    early,
    readOnly: true,
    lookAgain,
  });
  if (!opened.ok) return opened;
  const { run } = opened.value;
  const diagnostics = [
    ...(question === null ? [] : diagnosticOf(question, null)),
    ...known.sources.diagnostics,
  ];
  for (const { id } of front ? [] : opened.value.projects) {
    const site = await run.sites.open(id);
    if (!isFailure(site) || site.reason === "project-missing") continue;
    diagnostics.push(...diagnosticOf(site, `${id}/`));
  }
  if (!front) await openUnmerged(opened.value);
  const merged = front ? new Map() : await mergesOf(run);
  diagnostics.push(...unmergedFindings(opened.value, merged));
  if (!front) diagnostics.push(...(await branchesFindings(run)));
  const conflicts = conflictPaths(merged);
  const standings = await standAll(opened.value, conflicts, front);
  for (const { task, reasons, failure } of standings) {
    if (failure === null || reasons.every(({ code }) => code !== "draft-refused")) continue;
    const folder = run.sources.workspace.projects.find(({ id }) => id === task.project)?.path ?? null;
    diagnostics.push(...diagnosticOf(failure, task.id, folder));
  }
  const meant = plans.filter(({ feature: id }) => {
    const feature = run.graph.features.get(id);
    return options.targets.length === 0 || (feature !== undefined && namesFeature(options.targets, feature));
  });
  return success({
    run,
    standings,
    orphans: orphansOf(opened.value, vanished.value),
    vanished: vanished.value,
    conflicts,
    plans: meant,
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

/** A feature that was removed as a whole took its lock along; the last build still remembers its tasks. */
function orphansOf({ run, recollection }: OpenedRun, { tasks }: Vanished): readonly Orphan[] {
  const found = new Map(run.book.orphans().map(({ task, entry }) => [task, entry.project]));
  for (const [task, project] of tasks) if (!run.graph.indexOf.has(task)) found.set(task, project);
  for (const [task, project] of recollection.cards.values()) {
    if (!run.graph.indexOf.has(task)) found.set(task, project);
  }
  return [...found].map(([task, project]) => ({ task, project }));
}

async function standAll(
  { run, settled, named, recollection }: OpenedRun,
  conflicts: ReadonlyMap<string, ReadonlySet<string>>,
  front: boolean,
): Promise<Standing[]> {
  const uncertain = new Set<number>();
  const standings: Standing[] = [];
  for (const [node, task] of run.graph.tasks.entries()) {
    const waits = front && !settled.has(node) ? waitsFor(run, node, uncertain) : [];
    if (waits.length > 0) uncertain.add(node);
    const standing = settled.has(node)
      ? asRemembered(run, node, recollection.cards.get(task.id))
      : waits.length > 0
        ? behind(run, node, waits)
        : withEdits(run, conflicts, await stand(run, node, { uncertain, front }));
    if (named.has(node)) standings.push(standing);
  }
  return standings;
}

/** Why a task cannot be judged by what stands now: what it comes after is not as it will be. */
function waitsFor(run: Run, node: number, uncertain: ReadonlySet<number>): readonly Reason[] {
  const waits = [...run.graph.dependencies.of(node)].filter((dependency) => uncertain.has(dependency));
  return waits.map((dependency): Reason => {
    const subject = (run.graph.tasks[dependency] as Task).id;
    return { code: "dependency-stale", subject, file: null, line: null };
  });
}

function behind(run: Run, node: number, reasons: readonly Reason[]): Standing {
  const task = run.graph.tasks[node] as Task;
  return {
    task,
    verdict: "stale",
    reasons,
    agent: agentOf(run, node),
    windowBytes: 0,
    order: null,
    failure: null,
  };
}

interface Prospect {
  /** Tasks whose results are not known yet. */
  readonly uncertain: Set<number>;
  /** Nothing is foreseen of what a draft would bring. */
  readonly front: boolean;
}

function asRemembered(run: Run, node: number, card: Card | undefined): Standing {
  const task = run.graph.tasks[node] as Task;
  const edited = card?.[4] ?? [];
  return {
    task,
    verdict: edited.length > 0 ? "modified" : "fresh",
    reasons: [
      ...edited.map(editedReason),
      ...unseenByReview(run, task.id, run.book.entry(task.id)?.key ?? null),
    ],
    agent: agentOf(run, node),
    windowBytes: card?.[3] ?? 0,
    order: null,
    failure: null,
  };
}

async function stand(run: Run, node: number, { uncertain, front }: Prospect): Promise<Standing> {
  const task = run.graph.tasks[node] as Task;
  const plain = { task, agent: agentOf(run, node), windowBytes: 0, order: null, failure: null };
  const hold = holdOn(run, task);
  if (hold !== null) {
    uncertain.add(node);
    return { ...plain, verdict: "blocked", reasons: hold.reasons };
  }
  const site = await run.sites.open(task.project);
  if (isFailure(site)) {
    uncertain.add(node);
    const missing = site.reason === "project-missing";
    const code = missing
      ? run.book.entry(task.id) === null
        ? "never-built"
        : "output-missing"
      : "project-broken";
    return {
      ...plain,
      verdict: missing ? "missing" : "blocked",
      reasons: [plainReason(code, missing ? task.id : task.project)],
    };
  }
  const judged = await judgeTask(run, site, node);
  if (!judged.ok) {
    uncertain.add(node);
    return {
      ...plain,
      verdict: "blocked",
      reasons: [unjudged(task, judged.failure)],
      failure: judged.failure,
    };
  }
  const order = judged.value;
  const { reasons, work } = order.judgement;
  const question = work === "draft" ? openQuestion(run, order) : null;
  const unseen = work === "nothing" ? unseenByReview(run, task.id, order.key) : [];
  const past = work === "draft" || work === "verify" || work === "rebase" ? failureReason(run, order) : null;
  const waiting = work === "draft" ? waitingChange(run.sources.root, task, order.feature) : success(null);
  if (!waiting.ok) {
    uncertain.add(node);
    return {
      ...plain,
      verdict: "blocked",
      reasons: [plainReason("change-waits", task.id)],
      failure: waiting.failure,
    };
  }
  const change = waiting.value === null ? [] : [plainReason("change-waits", task.id)];
  const verdict = question === null && change.length === 0 ? order.judgement.verdict : "blocked";
  const waits = waitsFor(run, node, uncertain);
  const foreseen = work === "draft" && !front ? await foresee(run, site, order) : null;
  if (work === "draft" && foreseen?.known !== true) uncertain.add(node);
  if (foreseen?.refused) {
    const { refused } = foreseen;
    const known = { ...plain, agent: order.agent.id, failure: refused };
    const all = [...reasons, ...waits];
    if (refused.reason === "merge-conflict") {
      const clashes = refused.paths.map(({ path }) => editedReason(path));
      return { ...known, verdict: "conflict", reasons: [...all, ...clashes] };
    }
    const refusal = plainReason("draft-refused", failureText(refused, task.id).message);
    return { ...known, verdict: "blocked", reasons: [refusal, ...all] };
  }
  if (work === "adopt" && order.stored !== null) select(run, site, order, order.stored.outputs);
  return {
    task,
    verdict,
    reasons: [...change, ...[question, past].filter((one) => one !== null), ...reasons, ...unseen, ...waits],
    agent: order.agent.id,
    windowBytes: order.window.taskBytes,
    order,
    failure: null,
  };
}

function unjudged(task: Task, failure: Failure): Reason {
  if (failure.reason !== "window-too-large") return plainReason("project-broken", task.project);
  return plainReason("window-too-large", `${size(failure.bytes)} of ${size(failure.limit)}`);
}

function withEdits(
  run: Run,
  conflicts: ReadonlyMap<string, ReadonlySet<string>>,
  standing: Standing,
): Standing {
  const { task, verdict } = standing;
  const site = run.sites.at(task.project);
  if (site === null || isFailure(site)) return standing;
  const entry = run.book.entry(task.id);
  const paths = (entry === null ? [] : ownOutputs(entry)).map(({ path }) => path);
  const clashes = paths.filter((path) => conflicts.get(task.project)?.has(path));
  if (clashes.length > 0) {
    return { ...standing, verdict: "conflict", reasons: [...standing.reasons, ...clashes.map(editedReason)] };
  }
  // A person's edit of what was only adopted has no product below it: the next build takes it over.
  if (entry?.agent === ADOPTED && standing.order?.judgement.work === "rebase") {
    const moved = standing.reasons.map(({ subject }) => editedReason(subject));
    return { ...standing, verdict: "modified", reasons: moved };
  }
  const edits = paths.filter((path) => site.edited.has(path));
  if (edits.length === 0 || verdict !== "fresh") return standing;
  return { ...standing, verdict: "modified", reasons: edits.map(editedReason) };
}

function editedReason(subject: string): Reason {
  return { code: "output-edited", subject, file: null, line: null };
}
