// What is told and kept about one task while it runs: its attempts, failures, lessons and cost. It decides nothing.

import type { TaskResult } from "../model/build.ts";
import type { Failure } from "../model/failure.ts";
import { addUsage, NO_USAGE, type Usage } from "../model/output.ts";
import type { Task } from "../model/task.ts";
import type { Action, Reason } from "../model/verdict.ts";
import { negativeEvidence } from "../report/negative-evidence.ts";
import type { Order } from "./judge-task.ts";
import { noteText } from "./notes.ts";
import type { Run } from "./run.ts";
import { lessonsOf, statusJson, type TaskStatus, writeTaskFile } from "./task-files.ts";

export class TaskRecord {
  readonly #run: Run;
  readonly #task: Task;
  readonly #startedAt: number;
  readonly #failures: Failure[] = [];
  #lessons: string[] = [];
  #usage: Usage = NO_USAGE;
  #attempts = 0;

  constructor(run: Run, task: Task) {
    this.#run = run;
    this.#task = task;
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

  /** What earlier builds learnt about the very same window. */
  recallLessons(order: Order): void {
    this.#lessons = [...lessonsOf(this.#run.sources.root, order.task.id, order.key)];
  }

  async beginAttempt(order: Order): Promise<void> {
    this.#attempts++;
    await this.status(order, "drafting");
    this.#run.emit({
      type: "attempt-started",
      task: this.#task.id,
      attempt: this.#attempts,
      agent: order.agent.id,
      windowBytes: order.window.taskBytes,
    });
  }

  draftEnded(usage: Usage): void {
    this.#usage = addUsage(this.#usage, usage);
    this.#run.ledger.spend(usage, this.#task.id);
    this.#run.emit({ type: "draft-ended", task: this.#task.id, attempt: this.#attempts });
  }

  /** True where the failure taught something that a better draft could avoid. */
  async attemptFailed(failure: Failure): Promise<boolean> {
    this.#run.emit({ type: "attempt-ended", task: this.#task.id, attempt: this.#attempts, failure });
    const lesson = negativeEvidence(failure);
    if (lesson !== null && !this.#lessons.includes(lesson)) this.#lessons.push(lesson);
    this.#failures.push(failure);
    await this.#notes();
    return lesson !== null;
  }

  attemptAccepted(): void {
    if (this.#attempts === 0) return;
    this.#run.emit({ type: "attempt-ended", task: this.#task.id, attempt: this.#attempts, failure: null });
  }

  async settled(order: Order, action: Action): Promise<void> {
    if (action !== "fresh") {
      this.#lessons = [];
      await this.status(order, "done");
      await this.#notes();
    }
    this.#tell(order, action, order.judgement.reasons, null);
  }

  async failed(order: Order | null, failure: Failure): Promise<void> {
    if (!this.#failures.includes(failure)) this.#failures.push(failure);
    await this.status(order, "failed");
    await this.#notes();
    this.#tell(order, "failed", order?.judgement.reasons ?? [], failure);
  }

  async blocked(order: Order | null, reasons: readonly Reason[], failure: Failure | null): Promise<void> {
    if (failure !== null) this.#failures.push(failure);
    await this.status(order, "blocked");
    await this.#notes();
    this.#tell(order, "blocked", reasons, failure);
  }

  /** For a task that never had its turn. */
  left(reasons: readonly Reason[]): void {
    const failure: Failure | null = this.#run.signal.aborted ? { reason: "cancelled" } : null;
    this.#tell(
      null,
      reasons.some(({ code }) => code === "dependency-failed") ? "blocked" : "skipped",
      reasons,
      failure,
    );
  }

  async status(order: Order | null, phase: TaskStatus["phase"]): Promise<void> {
    if (order === null) return;
    const text = statusJson({
      task: this.#task.id,
      phase,
      attempt: this.#attempts,
      agent: order.agent.id,
      key: order.key,
      lessons: this.#lessons,
      window_bytes: order.window.taskBytes,
    });
    await writeTaskFile(this.#run.sources.root, this.#task.id, "status.json", text);
  }

  async #notes(): Promise<void> {
    const text = noteText(this.#task, this.#attempts, this.#failures, this.#lessons);
    await writeTaskFile(this.#run.sources.root, this.#task.id, "notes.md", text);
  }

  #tell(order: Order | null, action: Action, reasons: readonly Reason[], failure: Failure | null): void {
    const result: TaskResult = {
      id: this.#task.id,
      project: this.#task.project,
      action,
      reasons,
      attempts: this.#attempts,
      agent: order?.agent.id ?? "",
      calls: this.#usage.calls,
      tokens: this.#usage.tokens,
      usd: this.#usage.usd,
      windowBytes: order?.window.taskBytes ?? 0,
      ms: this.#run.clock() - this.#startedAt,
    };
    this.#run.emit({ type: "task-settled", result, failure });
  }
}
