// How does every task stand, if a build began now? Walks the graph as a build does, and goes on from task to task as if each
// were done.

import { ALL_DONE, type Judgement, judge, type UnfinishedBefore } from "../../engine/judge.ts";
import { addressInRepository } from "../../model/project.ts";
import type { Task } from "../../model/task.ts";
import type { Reason } from "../../model/verdict.ts";
import type { TaskSummary } from "../reading/build-index.ts";
import type { OpenedRun } from "../run/opened-run.ts";
import type { Run } from "../run/run.ts";
import { judgeTask, type TaskJob } from "../tasks/judge-task.ts";
import { failureReason } from "../tasks/past-failure.ts";
import { type PredictedTask, predictResult } from "../tasks/predict-result.ts";
import { agentOf } from "./open-run.ts";

/** One task as it stands. */
export interface TaskState {
  readonly task: Task;
  readonly judgement: Judgement;
  /** How it failed before, which is no verdict; null where it did not. */
  readonly past: Reason | null;
  readonly agent: string;
  readonly windowBytes: number;
  /** Null where it was not looked at again, or could not be judged. */
  readonly job: TaskJob | null;
}

export interface Walk {
  /** Of the tasks that the targets name, in graph order. */
  readonly taskStates: readonly TaskState[];
  /** Tasks whose results nobody can know yet. */
  readonly uncertain: ReadonlySet<number>;
  /** Tasks with outputs that nobody has. */
  readonly lost: ReadonlySet<number>;
}

type LookAtTask = (run: Run, node: number, unfinished: UnfinishedBefore) => Promise<PredictedTask>;

/** Judges every task by what will stand when its turn comes. */
export const lookAhead: LookAtTask = async (run, node, unfinished) => {
  const judged = await judgeTask(run, node, unfinished);
  return unfinished.uncertain.length > 0 ? { ...judged, isKnown: false } : predictResult(run, judged);
};

/** Judges none that waits for a draft, and drafts none. */
export const lookAtFront: LookAtTask = async (run, node, unfinished) => {
  if (unfinished.uncertain.length > 0)
    return { judgement: judge({ at: "dependencies", unfinished }), job: null, isKnown: false };
  const judged = await judgeTask(run, node, unfinished);
  const { work } = judged.judgement;
  return work === "draft" || work === "merge-outputs"
    ? { ...judged, isKnown: false }
    : predictResult(run, judged);
};

export async function walk({ run, settled, named, previous }: OpenedRun, look: LookAtTask): Promise<Walk> {
  const blocked = new Set<number>();
  const uncertain = new Set<number>();
  const lost = new Set<number>();
  const openAt = new Map<number, ReadonlySet<string>>();
  const taskStates: TaskState[] = [];
  const projects = new Map(run.sources.workspace.projects.map((project) => [project.id, project]));
  for (const [node, task] of run.graph.tasks.entries()) {
    const below = [...run.graph.dependencies.of(node)];
    const among = (nodes: ReadonlySet<number>) =>
      below.flatMap((at) => (nodes.has(at) ? (run.graph.tasks[at]?.id ?? []) : []));
    const open = openBelow(below.flatMap((at) => openAt.get(at) ?? []));
    const summary = previous.taskSummaries.get(task.id);
    const seen = settled.has(node)
      ? remembered(summary)
      : await look(run, node, { blocked: among(blocked), uncertain: among(uncertain), open });
    const { judgement, job, isKnown } = seen;
    if (judgement.verdict === "blocked" || judgement.obstacle !== null) blocked.add(node);
    else if (!isKnown) uncertain.add(node);
    const outputs = uncertain.has(node) ? (run.selected.entry(task.id)?.outputs ?? []) : [];
    const project = projects.get(task.project);
    const own = project === undefined ? [] : outputs.map(({ path }) => addressInRepository(project, path));
    if (own.length > 0 || open.size > 0)
      openAt.set(node, own.length === 0 ? open : new Set([...open, ...own]));
    if (job?.facts.due.verdict === "missing" && !isKnown) lost.add(node);
    if (!named.has(node)) continue;
    const agent = job?.agent.id ?? agentOf(run, node);
    const windowBytes = job?.window.taskBytes ?? (settled.has(node) ? (summary?.windowBytes ?? 0) : 0);
    const past = job === null ? null : pastOf(run, job);
    taskStates.push({ task, judgement, past, agent, windowBytes, job });
  }
  return { taskStates, uncertain, lost };
}

/** What lies below several tasks; one set is passed on as it is. */
function openBelow(sets: readonly ReadonlySet<string>[]): ReadonlySet<string> {
  const [first, ...others] = sets;
  if (first === undefined) return ALL_DONE.open;
  return others.every((set) => set === first) ? first : new Set(sets.flatMap((set) => [...set]));
}

function remembered(summary: TaskSummary | undefined): PredictedTask {
  return { judgement: judge({ at: "memory", edited: summary?.edited ?? [] }), job: null, isKnown: true };
}

function pastOf(run: Run, job: TaskJob): Reason | null {
  const { due, workObstacle } = job.facts;
  const isTried = due.work === "draft" || due.work === "verify" || due.work === "merge-outputs";
  return isTried || workObstacle !== null ? failureReason(run, job) : null;
}
