// What is told and kept about one task while it runs: its attempts, failures, lessons and cost. It decides nothing.

import type { TaskResult } from "../../model/build-result.ts";
import type { Digest } from "../../model/digest.ts";
import type { Failure } from "../../model/failure.ts";
import type { FlakyGate } from "../../model/inspection.ts";
import { addUsage, NO_USAGE, type Usage } from "../../model/output.ts";
import { type Result, success } from "../../model/result.ts";
import type { Reviewed } from "../../model/review.ts";
import type { Phase } from "../../model/role.ts";
import type { Task } from "../../model/task.ts";
import type { Action, PastFailure, Reason } from "../../model/verdict.ts";
import { negativeEvidence } from "../../report/negative-evidence.ts";
import type { Run } from "../run/run.ts";
import { DraftRemarks } from "./draft-remarks.ts";
import type { TaskJob } from "./judge-task.ts";
import { noteText } from "./notes.ts";
import { isOfAnswers, isOfToday, pastFailure } from "./past-failure.ts";
import type { RewriteMaterial } from "./rewrite-task.ts";
import type { Contribution } from "./selection.ts";
import { environmentOf } from "./task-environment.ts";
import { type Lesson, statusOf, type TaskStatus } from "./task-files.ts";
import { TaskWriter } from "./task-writer.ts";

interface Outcome {
  readonly reasons: readonly Reason[];
  readonly failure?: Failure | null;
  readonly author?: string;
}

export class TaskRecord {
  readonly #run: Run;
  readonly #task: Task;
  readonly #startedAt: number;
  readonly #failures: Failure[] = [];
  readonly #flaky: FlakyGate[] = [];
  readonly remarks = new DraftRemarks();
  readonly files: TaskWriter;
  #lessons: string[] = [];
  #usage: Usage = NO_USAGE;
  #attempts = 0;
  #rounds = 0;
  #round = "";
  /** Attempts that came to nothing at this key through what was answered, in this build and before. */
  #failed = 0;
  /** What the next build starts from: as this one did, until the task has failed for good. */
  #left: { readonly failed: number; readonly lessons: readonly string[] } = { failed: 0, lessons: [] };
  /** In which everything of this build is learnt. */
  #environment: Digest | null = null;
  #past: PastFailure | null = null;
  /** False where nobody can tell what earlier builds wrote down: it is not written over either. */
  #isKnown = true;
  /** What rewrites put into the backlog, in this build and before. */
  #learnt: readonly Lesson[] = [];

  constructor(run: Run, task: Task) {
    this.#run = run;
    this.#task = task;
    this.files = new TaskWriter(run.sources.root, task.id, run.sessions.redact);
    this.#startedAt = run.clock();
  }

  get attempts(): number {
    return this.#attempts;
  }

  get usage(): Usage {
    return this.#usage;
  }

  /** Negative evidence, oldest first. */
  get lessons(): readonly string[] {
    return this.#lessons;
  }

  /** Lines of the backlog's own evidence that were learnt in an environment that is gone. */
  get outdated(): ReadonlySet<string> {
    const now = this.#environment;
    return new Set(this.#learnt.flatMap(({ text, environment }) => (environment === now ? [] : [text])));
  }

  /** Why a draft waits that its reviewer could not judge. */
  get undecidedFailure(): Failure {
    return this.remarks.undecidedFailure(this.#task.id);
  }

  /** What a rewrite is told. */
  get rewriteMaterial(): Omit<RewriteMaterial, "rebase"> {
    return { failures: this.#failures, words: this.remarks.words, salt: this.attemptSalt };
  }

  get failures(): readonly Failure[] {
    return this.#failures;
  }

  /** Sets this round's calls apart from equal ones of earlier rounds, which a person wants made anew. */
  get roundSalt(): string {
    return this.#round;
  }

  /** Sets an attempt's calls apart from those of the attempts that failed before it, also where it is shown the same. */
  get attemptSalt(): string {
    return `${this.#round}.${this.#failed}`;
  }

  /** Whatever follows a failure is rework. */
  get phase(): Phase {
    return this.#failures.length + this.#lessons.length === 0 ? "implementation" : "rework";
  }

  /** Takes up what earlier builds learnt about the very same window where the same gates judge it, and their round. */
  async begin(job: TaskJob): Promise<Result<void>> {
    const { task, key } = job;
    const known = statusOf(this.#run.sources.root, task.id);
    this.#isKnown = known.ok;
    if (!known.ok) return known;
    const before = known.value;
    const isSame = before !== null && isOfToday(before, job);
    this.#environment = environmentOf(job);
    this.#past = isSame ? before.failure : null;
    this.remarks.recall(before?.key === key ? before : null, isSame && !this.#run.forced.has(task.id));
    this.#learnt = newest([...(before?.learnt ?? []), ...this.#learnt]);
    this.#lessons = isSame ? [...before.lessons] : [];
    this.#failed = isSame ? before.failed : 0;
    this.#left = { failed: this.#failed, lessons: [...this.#lessons] };
    this.#rounds = before?.round ?? 0;
    // What was accepted under this key would be given again, so a forced draft counts as a round of its own.
    const traces = this.#run.forced.has(task.id) ? await this.#run.traces.find(task.id, key) : success([]);
    if (!traces.ok) return traces;
    this.#round = `${key.slice(0, 16)}.${this.#rounds}.${traces.value.length}`;
    return success(undefined);
  }

  /** After its task was written anew: what the old text taught is part of the new one. */
  rebased(): void {
    this.#lessons = [];
    const { graph } = this.#run;
    const better = graph.tasks[graph.indexOf.get(this.#task.id) ?? -1];
    const environment = this.#environment;
    if (better === undefined || environment === null) return;
    const old = new Set(this.#task.context.negativeEvidence);
    const added = better.context.negativeEvidence.filter((text) => !old.has(text));
    this.#learnt = newest([...this.#learnt, ...added.map((text) => ({ text, environment }))]);
  }

  /** By sessions beside the draft's own. */
  spent(usage: Usage): void {
    this.#usage = addUsage(this.#usage, usage);
  }

  async beginAttempt(job: TaskJob): Promise<void> {
    this.#attempts++;
    await this.status(job, "drafting");
    this.#run.emit({
      type: "attempt-started",
      task: this.#task.id,
      attempt: this.#attempts,
      agent: job.agent.id,
      windowBytes: job.window.taskBytes,
    });
  }

  /** `said`: the agent's own words at the end. */
  draftEnded(usage: Usage, said: string | null): void {
    this.spent(usage);
    const attempt = this.#attempts;
    this.remarks.handedIn(attempt, said);
    this.#run.emit({ type: "draft-ended", task: this.#task.id, attempt, said });
  }

  /** For one that an earlier build began, and whose draft is there already. */
  resumeAttempt(): void {
    this.#attempts++;
  }

  /** True where the failure taught something that a better draft could avoid. `essence`: what is told of the draft beside it. */
  async attemptFailed(failure: Failure, essence: string | null): Promise<boolean> {
    this.#run.emit({ type: "attempt-ended", task: this.#task.id, attempt: this.#attempts, failure });
    this.remarks.judged();
    const lesson = negativeEvidence(failure);
    if (lesson !== null) {
      // Of drafts that failed in the same way, the last one tells enough.
      this.#lessons = this.#lessons.filter(
        (known) => known !== lesson && !known.startsWith(`${lesson} It changed `),
      );
      this.#lessons.push(essence === null ? lesson : `${lesson} ${essence}`);
    }
    this.#add(failure);
    await this.#notes();
    return lesson !== null;
  }

  async reviewed(told: Reviewed): Promise<void> {
    this.#run.emit({ type: "review-ended", task: this.#task.id, ...told });
    this.remarks.reviewed(told);
    await this.#notes();
  }

  /** Keeps a draft for the person who has to decide about it. */
  async holds(contribution: Contribution, diff: string): Promise<void> {
    this.remarks.hold(contribution);
    await this.files.write("diff", diff);
  }

  async flaky(gates: readonly FlakyGate[]): Promise<void> {
    if (gates.length === 0) return;
    this.#flaky.push(...gates);
    await this.#notes();
  }

  attemptAccepted(): void {
    if (this.#attempts === 0) return;
    this.#run.emit({ type: "attempt-ended", task: this.#task.id, attempt: this.#attempts, failure: null });
  }

  /** `author` is who drafted what the task has now. */
  async settled(job: TaskJob, action: Action, author: string): Promise<void> {
    if (action !== "fresh") {
      this.#lessons = [];
      this.#left = { failed: this.#failed, lessons: [] };
      this.#past = null;
      this.remarks.judged();
      await this.status(job, "done");
      await this.#notes();
    }
    this.#tell(job, action, { reasons: job.judgement.reasons, author });
  }

  async failed(job: TaskJob | null, failure: Failure): Promise<void> {
    if (!this.#failures.includes(failure)) this.#add(failure);
    if (isOfAnswers(failure)) this.#left = { failed: this.#failed, lessons: this.#lessons };
    this.#remember(failure);
    await this.status(job, "failed");
    // The notes of the last build that did try are worth more than a word that this one did not.
    if (this.#attempts > 0 || (this.#isKnown && !UNTRIED.has(failure.reason))) await this.#notes();
    this.#tell(job, "failed", { reasons: job?.judgement.reasons ?? [], failure });
  }

  async blocked(job: TaskJob | null, reasons: readonly Reason[], failure: Failure | null): Promise<void> {
    if (failure !== null) this.#failures.push(failure);
    if (failure !== null && !isQuestion(failure)) this.#remember(failure);
    await this.status(job, "blocked", failure?.reason === "question" ? failure.text : null);
    await this.#notes();
    this.#tell(job, "blocked", { reasons, failure });
  }

  /** For a task of which nothing is done now, and everything stays as it was. */
  withdrawn(job: TaskJob | null): "withdrawn" {
    const reasons: readonly Reason[] = [
      { code: "withdrawn", subject: this.#task.id, file: null, line: null },
    ];
    this.#tell(job, "skipped", { reasons });
    return "withdrawn";
  }

  /** For one that failed before: what is written down of it stays as it is. */
  stays(job: TaskJob, failure: Failure): "failed" {
    this.#tell(job, "failed", { reasons: job.judgement.reasons, failure });
    return "failed";
  }

  /** For a task that never had its turn. */
  left(reasons: readonly Reason[]): void {
    const failure: Failure | null = this.#run.signal.aborted ? { reason: "cancelled" } : null;
    const isBlocked = reasons.some(({ code }) => code === "dependency-failed");
    this.#tell(null, isBlocked ? "blocked" : "skipped", { reasons, failure });
  }

  async status(
    job: TaskJob | null,
    phase: TaskStatus["phase"],
    question: string | null = null,
  ): Promise<void> {
    if (job === null || !this.#isKnown) return;
    this.#environment ??= environmentOf(job);
    const status: TaskStatus = {
      task: this.#task.id,
      phase,
      attempt: this.#attempts,
      agent: job.agent.id,
      key: job.key,
      round: this.#rounds,
      ...this.#left,
      environment: this.#environment,
      failure: this.#past,
      learnt: this.#learnt,
      window_bytes: job.window.taskBytes,
      question,
      ...this.remarks.written,
    };
    await this.files.status(status, job.agent.kind);
  }

  /** Where it was not tried at all, what was known of it before stays. */
  #remember(failure: Failure): void {
    if (UNTRIED.has(failure.reason)) return;
    const times = (this.#past?.times ?? 0) + this.#failures.length;
    this.#past = pastFailure(this.#run, this.#task, failure, times);
  }

  #add(failure: Failure): void {
    this.#failures.push(failure);
    if (isOfAnswers(failure)) this.#failed++;
  }

  async #notes(): Promise<void> {
    const text = noteText(this.#task, this.#attempts, this.#failures, {
      lessons: this.#lessons,
      flaky: this.#flaky,
      remarks: this.remarks,
    });
    await this.files.write("notes.md", text);
  }

  #tell(job: TaskJob | null, action: Action, { reasons, failure = null, author }: Outcome): void {
    this.files.ended();
    const result: TaskResult = {
      id: this.#task.id,
      project: this.#task.project,
      action,
      reasons,
      attempts: this.#attempts,
      agent: author ?? job?.agent.id ?? "",
      calls: this.#usage.calls,
      tokens: this.#usage.tokens,
      usd: this.#usage.usd,
      ...(this.#usage.estimated === true ? { estimated: true } : {}),
      windowBytes: job?.window.taskBytes ?? 0,
      ms: this.#run.clock() - this.#startedAt,
    };
    this.#run.emit({ type: "task-settled", result, failure });
  }
}

/** An interrupt, and a build that may not call a model, say nothing about a task. */
const UNTRIED: ReadonlySet<Failure["reason"]> = new Set(["cancelled", "withdrawn", "model-needed"] as const);

/** What waits for a person is no failure of the task. */
function isQuestion({ reason }: Failure): boolean {
  return reason === "question" || reason === "review-undecided";
}

/** A line that was learnt again counts as of the last time. */
function newest(learnt: readonly Lesson[]): readonly Lesson[] {
  return [...new Map(learnt.map((one) => [one.text, one])).values()];
}
