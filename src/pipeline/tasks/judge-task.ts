// What is so about one task, and what is to be done about it? The one place that gathers the facts, each when it is needed,
// for whoever builds and for whoever only looks; engine/judge.ts decides.

import { plainReason } from "../../engine/action-manifest.ts";
import {
  ALL_DONE,
  type DueVerdict,
  dueVerdictFor,
  type Facts,
  type Judgement,
  judge,
  NOTHING_OPEN,
  type Open,
  type ResultFacts,
  type UnfinishedBefore,
} from "../../engine/judge.ts";
import type { Failure } from "../../model/failure.ts";
import { addressInRepository } from "../../model/project.ts";
import { type Result, success } from "../../model/result.ts";
import type { Task } from "../../model/task.ts";
import {
  ADOPTED,
  type FoundTrace,
  givesWay,
  type LockEntry,
  ownOutputs,
  readsBeyond,
} from "../../model/trace.ts";
import type { Reason } from "../../model/verdict.ts";
import { failureText } from "../../report/failure-text.ts";
import { size } from "../../report/figures.ts";
import { isFailure, type ProjectState } from "../projects/project-state.ts";
import { holdOn } from "../run/held.ts";
import type { Run } from "../run/run.ts";
import { type Assignment, assignmentOf } from "./assignment.ts";
import { openQuestion } from "./left-open.ts";
import { obstacleToDraft } from "./obstacle-to-draft.ts";
import { recordedOf } from "./recorded-result.ts";
import { statusOf } from "./task-files.ts";

/** A task that was judged by its window, with all that its attempts need. */
export interface TaskJob extends Assignment {
  /** A stored result of this very key, where the lock has selected another. */
  readonly stored: FoundTrace | null;
  readonly facts: ResultFacts;
  readonly judgement: Judgement;
}

export interface Judged {
  readonly judgement: Judgement;
  /** Null where it could not be looked at so far. */
  readonly job: TaskJob | null;
}

/** `before` is how those stand that it comes after: in a build they are done when its turn comes. */
export async function judgeTask(
  run: Run,
  node: number,
  unfinished: UnfinishedBefore = ALL_DONE,
): Promise<Judged> {
  const task = run.graph.tasks[node] as Task;
  const hold = holdOn(run, task);
  if (hold !== null) return without({ at: "obstacle", ends: "blocked", ...hold });
  if (unfinished.blocked.length > 0) return without({ at: "dependencies", unfinished });
  if (await run.projects.mustBeMade(task.project)) {
    return without({ at: "project", task: task.id, wasBuilt: run.selected.entry(task.id) !== null });
  }
  const state = await run.projects.open(task.project);
  if (isFailure(state)) {
    const reasons = [plainReason("project-broken", task.project)];
    return without({ at: "obstacle", ends: "blocked", reasons, failure: state });
  }
  const looked = await lookAt(run, state, node);
  if (!looked.ok) {
    const { failure } = looked;
    return without({ at: "obstacle", ends: "failed", reasons: [unjudged(task, failure)], failure });
  }
  const { assignment, due, stored } = looked.value;
  const job = await jobOf(run, { ...assignment, stored }, due, unfinished);
  return { judgement: job.judgement, job };
}

function without(facts: Facts): Judged {
  return { judgement: judge(facts), job: null };
}

/** What the result asks for, whatever may be in the way of it. */
export async function lookAt(
  run: Run,
  state: ProjectState,
  node: number,
): Promise<
  Result<{ readonly assignment: Assignment; readonly due: DueVerdict; readonly stored: FoundTrace | null }>
> {
  const assignment = await assignmentOf(run, state, node);
  if (!assignment.ok) return assignment;
  const recorded = await recordedOf(run, assignment.value);
  if (!recorded.ok) return recorded;
  const { stored } = recorded.value;
  return success({ assignment: assignment.value, due: dueVerdictFor(recorded.value), stored });
}

/** The same task where its recorded result turned out to be no good: it is to be drafted after all. */
export function draftInstead(run: Run, job: TaskJob, reasons: readonly Reason[]): Promise<TaskJob> {
  return jobOf(run, job, { verdict: "stale", work: "draft", reasons }, job.facts.unfinished);
}

/** The same task where it is known that a build would not get through with it. */
export function refused(job: TaskJob, failure: Failure): TaskJob {
  return judgedBy(job, { ...job.facts, workObstacle: { failure, reason: refusal(job.task, failure) } });
}

async function jobOf(
  run: Run,
  assignment: Assignment & Pick<TaskJob, "stored">,
  due: DueVerdict,
  unfinished: UnfinishedBefore,
): Promise<TaskJob> {
  const { task, state } = assignment;
  const record = due.work === "nothing" ? success(null) : statusOf(run.sources.root, task.id);
  const failure = record.ok ? await obstacleToDraft(run, assignment, due, record.value) : record.failure;
  const asked = await openQuestion(run, assignment, due.work);
  const entry = run.selected.entry(task.id);
  // An edit that gives way by a person's word is kept no longer.
  const isKept = (path: string) => {
    const edit = state.edited.get(path);
    return entry !== null && edit !== undefined && !givesWay(entry, path, edit.current);
  };
  return judgedBy(assignment, {
    at: "result",
    due,
    // What is in a record that nobody can read, and what failed before, is told of it beside the verdict.
    workObstacle:
      failure === null
        ? null
        : {
            failure,
            reason: record.ok && failure.reason !== "failed-before" ? refusal(task, failure) : null,
          },
    asked,
    edited: entry === null ? [] : ownOutputs(entry).flatMap(({ path }) => (isKept(path) ? [path] : [])),
    isAdopted: entry?.agent === ADOPTED,
    unfinished,
    open: due.work === "draft" || entry === null ? NOTHING_OPEN : openFor(entry, state, unfinished.open),
  });
}

function openFor(entry: LockEntry, { project }: ProjectState, open: ReadonlySet<string>): Open {
  if (open.size === 0) return NOTHING_OPEN;
  const isOpen = (path: string) => open.has(addressInRepository(project, path));
  const bases = ownOutputs(entry).flatMap(({ path, base }) => (base !== null && isOpen(path) ? [path] : []));
  const files = readsBeyond(entry).flatMap(({ kind, subject }) => (kind === "file" ? [subject] : []));
  return { reads: [...new Set(files.filter(isOpen))], bases };
}

function judgedBy(assignment: Assignment & Pick<TaskJob, "stored">, facts: ResultFacts): TaskJob {
  return { ...assignment, facts, judgement: judge(facts) };
}

function refusal(task: Task, failure: Failure): Reason {
  if (failure.reason === "change-waits") return plainReason("change-waits", task.id);
  if (failure.reason === "approval-needed") return plainReason("plan-waits", task.feature);
  return plainReason("draft-refused", failureText(failure, task.id).message);
}

function unjudged(task: Task, failure: Failure): Reason {
  // What is in the way is the task's own, or lies in another project: its own may well be fine.
  if (failure.reason !== "window-too-large")
    return plainReason("not-judged", failureText(failure, task.id).message);
  return plainReason("window-too-large", `${size(failure.bytes)} of ${size(failure.limit)}`);
}
