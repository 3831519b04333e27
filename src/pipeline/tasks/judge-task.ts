// What is so about one task, and what is to be done about it? The one place that gathers the facts, each when it is needed,
// for whoever builds and for whoever only looks; engine/judge.ts decides.

import {
  ALL_DONE,
  type Before,
  type Due,
  dueFor,
  type Facts,
  type Judgement,
  judge,
  NOTHING_OPEN,
  type Open,
  type ResultFacts,
} from "../../engine/judge.ts";
import { plainReason } from "../../engine/manifest.ts";
import type { Failure } from "../../model/failure.ts";
import { type Result, success } from "../../model/result.ts";
import type { Task } from "../../model/task.ts";
import { ADOPTED, type LockEntry, ownOutputs, readsBeyond, type Trace } from "../../model/trace.ts";
import type { Reason } from "../../model/verdict.ts";
import { failureText } from "../../report/failure-text.ts";
import { size } from "../../report/figures.ts";
import { isFailure, type Site } from "../projects/site.ts";
import { holdOn } from "../run/held.ts";
import type { Run } from "../run/run.ts";
import { type Assignment, assignmentOf } from "./assignment.ts";
import { openQuestion } from "./left-open.ts";
import { hindranceOf } from "./obstacle-to-draft.ts";
import { recordedOf } from "./recorded-result.ts";
import { statusOf } from "./task-files.ts";

/** A task that was judged by its window, with all that its attempts need. */
export interface Order extends Assignment {
  /** A stored result of this very key, where the lock has selected another. */
  readonly stored: Trace | null;
  readonly facts: ResultFacts;
  readonly judgement: Judgement;
}

export interface Judged {
  readonly judgement: Judgement;
  /** Null where it could not be looked at so far. */
  readonly order: Order | null;
}

/** `before` is how those stand that it comes after: in a build they are done when its turn comes. */
export async function judgeTask(run: Run, node: number, before: Before = ALL_DONE): Promise<Judged> {
  const task = run.graph.tasks[node] as Task;
  const hold = holdOn(run, task);
  if (hold !== null) return without({ at: "obstacle", ends: "blocked", ...hold });
  if (before.blocked.length > 0) return without({ at: "dependencies", before });
  if (await run.sites.mustBeMade(task.project)) {
    return without({ at: "project", task: task.id, wasBuilt: run.book.entry(task.id) !== null });
  }
  const site = await run.sites.open(task.project);
  if (isFailure(site)) {
    const reasons = [plainReason("project-broken", task.project)];
    return without({ at: "obstacle", ends: "blocked", reasons, failure: site });
  }
  const looked = await lookAt(run, site, node);
  if (!looked.ok) {
    const { failure } = looked;
    return without({ at: "obstacle", ends: "failed", reasons: [unjudged(task, failure)], failure });
  }
  const { assignment, due, stored } = looked.value;
  const order = await orderOf(run, { ...assignment, stored }, due, before);
  return { judgement: order.judgement, order };
}

function without(facts: Facts): Judged {
  return { judgement: judge(facts), order: null };
}

/** What the result asks for, whatever may be in the way of it. */
export async function lookAt(
  run: Run,
  site: Site,
  node: number,
): Promise<Result<{ readonly assignment: Assignment; readonly due: Due; readonly stored: Trace | null }>> {
  const assignment = await assignmentOf(run, site, node);
  if (!assignment.ok) return assignment;
  const recorded = await recordedOf(run, assignment.value);
  if (!recorded.ok) return recorded;
  const { stored } = recorded.value;
  return success({ assignment: assignment.value, due: dueFor(recorded.value), stored });
}

/** The same task where its recorded result turned out to be no good: it is to be drafted after all. */
export function draftInstead(run: Run, order: Order, reasons: readonly Reason[]): Promise<Order> {
  return orderOf(run, order, { verdict: "stale", work: "draft", reasons }, order.facts.before);
}

/** The same task where it is known that a build would not get through with it. */
export function refused(order: Order, failure: Failure): Order {
  return judgedBy(order, { ...order.facts, hindrance: { failure, reason: refusal(order.task, failure) } });
}

async function orderOf(
  run: Run,
  assignment: Assignment & Pick<Order, "stored">,
  due: Due,
  before: Before,
): Promise<Order> {
  const { task, site } = assignment;
  const record = due.work === "nothing" ? success(null) : statusOf(run.sources.root, task.id);
  const failure = record.ok ? await hindranceOf(run, assignment, due, record.value) : record.failure;
  const asked = due.work === "draft" ? openQuestion(run, assignment) : null;
  const entry = run.book.entry(task.id);
  // An edit that gives way by a person's word is kept no longer.
  const kept = entry === null ? [] : ownOutputs(entry).filter(({ path }) => !entry.yielding.includes(path));
  return judgedBy(assignment, {
    at: "result",
    due,
    // What is in a record that nobody can read, and what failed before, is told of it beside the verdict.
    hindrance:
      failure === null
        ? null
        : {
            failure,
            reason: record.ok && failure.reason !== "failed-before" ? refusal(task, failure) : null,
          },
    asked,
    edited: kept.flatMap(({ path }) => (site.edited.has(path) ? [path] : [])),
    isAdopted: entry?.agent === ADOPTED,
    before,
    open: due.work === "draft" || entry === null ? NOTHING_OPEN : openFor(entry, before.open),
  });
}

function openFor(entry: LockEntry, open: ReadonlySet<string>): Open {
  if (open.size === 0) return NOTHING_OPEN;
  const isOpen = (path: string) => open.has(`${entry.project}/${path}`);
  const bases = ownOutputs(entry).flatMap(({ path, base }) => (base !== null && isOpen(path) ? [path] : []));
  const files = readsBeyond(entry).flatMap(({ kind, subject }) => (kind === "file" ? [subject] : []));
  return { reads: [...new Set(files.filter(isOpen))], bases };
}

function judgedBy(assignment: Assignment & Pick<Order, "stored">, facts: ResultFacts): Order {
  return { ...assignment, facts, judgement: judge(facts) };
}

function refusal(task: Task, failure: Failure): Reason {
  if (failure.reason === "change-waits") return plainReason("change-waits", task.id);
  return plainReason("draft-refused", failureText(failure, task.id).message);
}

function unjudged(task: Task, failure: Failure): Reason {
  // What is in the way is the task's own, or lies in another project: its own may well be fine.
  if (failure.reason !== "window-too-large")
    return plainReason("not-judged", failureText(failure, task.id).message);
  return plainReason("window-too-large", `${size(failure.bytes)} of ${size(failure.limit)}`);
}
