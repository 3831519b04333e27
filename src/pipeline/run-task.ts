// What follows for one task from each step's outcome? Holds a task's progress between its stages; the scheduler decides
// when a stage runs.

import { authorize } from "../agents/catalogue.ts";
import { windowText } from "../context/assemble.ts";
import type { Next } from "../engine/schedule.ts";
import type { TaskId } from "../model/address.ts";
import type { TaskResult } from "../model/build.ts";
import type { Digest } from "../model/digest.ts";
import type { Failure } from "../model/failure.ts";
import type { Inspection } from "../model/inspection.ts";
import { type Change, NO_USAGE, type Output, type Usage } from "../model/output.ts";
import { type Result, success } from "../model/result.ts";
import type { Action, Reason } from "../model/verdict.ts";
import { negativeEvidence } from "../report/negative-evidence.ts";
import { type Drafted, draftTask, inspectOutputs, inspectScope } from "./attempt.ts";
import { groundOf } from "./compose.ts";
import { judgeTask, type Order, verificationOf } from "./judge-task.ts";
import { noteText } from "./notes.ts";
import { rebaseOutputs } from "./rebase-outputs.ts";
import type { Run } from "./run.ts";
import { isFailure, type Site } from "./site.ts";
import { lessonsOf, statusJson, type TaskStatus, writeTaskFile } from "./task-files.ts";

export class TaskRun {
  readonly #run: Run;
  readonly #node: number;
  readonly #startedAt: number;
  #order: Order | null = null;
  #attempts = 0;
  #usage: Usage = NO_USAGE;
  #lessons: string[] = [];
  #failures: Failure[] = [];
  /** What the next inspection looks at, and what its success will be called. */
  #candidate: Candidate | null = null;

  constructor(run: Run, node: number) {
    this.#run = run;
    this.#node = node;
    this.#startedAt = run.clock();
  }

  get #task() {
    const task = this.#run.graph.tasks[this.#node];
    if (task === undefined) throw new Error(`bug: no task ${this.#node}`);
    return task;
  }

  async judge(): Promise<Next> {
    const feature = this.#run.graph.features.get(this.#task.feature);
    const open = feature?.clarifications[0];
    if (open !== undefined) {
      const { file, line } = open.place;
      return this.#block({ reason: "question", text: open.text }, [
        { code: "needs-clarification", subject: open.text, file, line },
      ]);
    }
    const site = this.#run.sites.get(this.#task.project);
    if (site === undefined || isFailure(site))
      return this.#block(site ?? null, [this.#reason("project-broken")]);
    const order = await judgeTask(this.#run, site, this.#node);
    if (!order.ok) return this.#fail(order.failure);
    this.#order = order.value;
    const { judgement, text, task } = order.value;
    this.#run.emit({
      type: "task-judged",
      task: task.id,
      verdict: judgement.verdict,
      reasons: judgement.reasons,
    });
    if (judgement.work !== "nothing")
      await writeTaskFile(this.#run.sources.root, task.id, "context.md", text);
    return this.#begin(order.value, site);
  }

  async #begin(order: Order, site: Site): Promise<Next> {
    const lock = this.#run.book.entry(order.task.id);
    switch (order.judgement.work) {
      case "nothing":
        return this.#settle("fresh");
      case "restore":
        return this.#settle("restored");
      case "verify":
        this.#candidate = { outputs: lock?.outputs ?? [], action: "reverified" };
        return "inspect";
      case "rebase": {
        // It never reads what it writes over, so only a new draft gives what a clean build would.
        if (order.agent.kind === "generator") return this.#toDraft(order);
        const rebased = await rebaseOutputs(this.#run, site, this.#node);
        if (!rebased.ok || rebased.value === null) return this.#toDraft(order);
        this.#candidate = { outputs: rebased.value, action: "rebased" };
        return "inspect";
      }
      case "adopt": {
        const { stored } = order;
        if (stored === null) return this.#toDraft(order);
        if (this.#verifies(stored.outputs, order) === stored.verification) {
          return this.#accept(stored.outputs, "restored");
        }
        this.#candidate = { outputs: stored.outputs, action: "restored" };
        return "inspect";
      }
      case "draft":
        return this.#toDraft(order);
    }
  }

  async #toDraft(order: Order): Promise<Next> {
    this.#candidate = null;
    const permission = authorize(order.agent, this.#run.options.modelCalls);
    if (!permission.ok) return this.#fail(withTask(permission.failure, order));
    const checked = await this.#run.instruments.check(order.site);
    if (!checked.ok) return this.#block(checked.failure, [this.#reason("project-broken")]);
    this.#lessons = [...lessonsOf(this.#run.sources.root, order.task.id, order.key)];
    return "draft";
  }

  async draft(): Promise<Next> {
    const order = this.#withLessons();
    if (!order.ok) return this.#fail(order.failure);
    const budget = this.#run.ledger.check();
    if (!budget.ok) return this.#fail(budget.failure);
    this.#attempts++;
    await this.#writeStatus("drafting");
    this.#run.emit({
      type: "attempt-started",
      task: order.value.task.id,
      attempt: this.#attempts,
      agent: order.value.agent.id,
      windowBytes: order.value.window.taskBytes,
    });
    const drafted = await draftTask(this.#run, order.value, this.#attempts);
    if (!drafted.ok) return this.#attemptFailed(drafted.failure);
    return this.#drafted(order.value, drafted.value);
  }

  async #drafted(order: Order, { changes, work }: Drafted): Promise<Next> {
    this.#usage = addUsage(this.#usage, work.usage);
    this.#run.ledger.spend(work.usage);
    if (work.question !== null) {
      return this.#block({ reason: "question", text: work.question }, [
        { ...this.#reason("question-open"), subject: work.question },
      ]);
    }
    const released = this.#run.book.entry(order.task.id)?.released ?? [];
    const own = changes.filter((change) => !released.includes(change.path));
    const scope = await inspectScope(this.#run, order, own);
    if (!scope.ok) return this.#fail(scope.failure);
    this.#run.emit({ type: "gate-ended", subject: order.task.id, result: scope.value });
    if (!scope.value.passed) return this.#attemptFailed({ reason: "gates-failed", results: [scope.value] });
    const outputs = await this.#keep(order, own);
    if (!outputs.ok) return this.#fail(outputs.failure);
    this.#candidate = { outputs: outputs.value, action: "regenerated" };
    return "inspect";
  }

  async inspect(): Promise<Next> {
    const order = this.#order;
    const candidate = this.#candidate;
    if (order === null || candidate === null) throw new Error("bug: nothing to inspect");
    await this.#writeStatus("inspecting");
    if (candidate.action !== "regenerated") {
      const checked = await this.#run.instruments.check(order.site);
      if (!checked.ok) return this.#block(checked.failure, [this.#reason("project-broken")]);
    }
    const inspection = await inspectOutputs(this.#run, order, candidate.outputs);
    if (!inspection.ok) return this.#fail(inspection.failure);
    if (inspection.value.passed) return this.#accept(candidate.outputs, candidate.action);
    return this.#rejected(order, candidate, inspection.value);
  }

  /** Recorded outputs that no longer pass are stale: the gates' evidence is the reason for a new draft. */
  async #rejected(order: Order, candidate: Candidate, inspection: Inspection): Promise<Next> {
    const failure: Failure = { reason: "gates-failed", results: inspection.results };
    if (candidate.action === "regenerated") return this.#attemptFailed(failure);
    const gate = inspection.results.find((result) => !result.passed)?.gate ?? "";
    this.#order = {
      ...order,
      judgement: {
        verdict: "stale",
        work: "draft",
        reasons: [...order.judgement.reasons, { ...this.#reason("gate-failed"), subject: gate }],
      },
    };
    return this.#toDraft(this.#order);
  }

  async #attemptFailed(failure: Failure): Promise<Next> {
    this.#run.emit({ type: "attempt-ended", task: this.#task.id, attempt: this.#attempts, failure });
    this.#failures.push(failure);
    const lesson = negativeEvidence(failure);
    if (lesson !== null && !this.#lessons.includes(lesson)) this.#lessons.push(lesson);
    const deterministic = this.#order?.agent.kind === "generator";
    const mayRetry = lesson !== null && !deterministic && !this.#run.signal.aborted;
    if (mayRetry && this.#attempts < this.#run.sources.workspace.limits.attempts) {
      await this.#writeNotes();
      return "draft";
    }
    return this.#fail(failure);
  }

  /** A fresh window for a fresh session: what was learnt is one line each, and the key stays that of the first. */
  #withLessons(): Result<Order> {
    const order = this.#order;
    if (order === null) throw new Error("bug: drafted before it was judged");
    if (this.#lessons.length === 0) return success(order);
    const lessons = this.#lessons.map((text, index) => ({
      kind: "negative-evidence" as const,
      name: `attempt ${index + 1}`,
      text,
      place: null,
    }));
    const bytes = lessons.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0);
    const window = {
      segments: [...order.window.segments, ...lessons],
      taskBytes: order.window.taskBytes + bytes,
    };
    return success({ ...order, window, text: windowText(window, order.task) });
  }

  async #keep(order: Order, changes: readonly Change[]): Promise<Result<Output[]>> {
    const ground = await groundOf(this.#run, order.site, this.#node);
    if (!ground.ok) return ground;
    const paid = order.agent.kind !== "generator";
    const outputs: Output[] = [];
    for (const change of [...changes].sort((a, b) => (a.path < b.path ? -1 : 1))) {
      const base = await this.#keepBase(order.site, ground.value.tree.get(change.path)?.oid ?? null);
      if (!base.ok) return base;
      if (change.content === null) {
        outputs.push({ path: change.path, mode: change.mode, digest: null, base: base.value });
        continue;
      }
      const digest = await this.#run.blobs.put(change.content, { paid });
      if (!digest.ok) return digest;
      outputs.push({ path: change.path, mode: change.mode, digest: digest.value, base: base.value });
    }
    return success(outputs);
  }

  /** The file below is kept too, so that the output can be re-applied by a three-way merge when it moves. */
  async #keepBase(site: Site, oid: Parameters<Site["contentOf"]>[0] | null): Promise<Result<Output["base"]>> {
    if (oid === null) return success(null);
    const content = await site.contentOf(oid);
    if (!content.ok) return content;
    return this.#run.blobs.put(content.value, { paid: false });
  }

  /** The verification key that the outputs would have if they were selected. */
  #verifies(outputs: readonly Output[], order: Order): Digest {
    const { book } = this.#run;
    const before = book.entry(order.task.id);
    book.select(order.task.id, {
      project: order.task.project,
      key: order.key,
      verification: order.key,
      outputs,
      reads: [],
      released: before?.released ?? [],
      yielding: before?.yielding ?? [],
    });
    const verification = verificationOf(this.#run, order.site, this.#node);
    book.select(order.task.id, before);
    return verification;
  }

  async #accept(outputs: readonly Output[], action: Action): Promise<Next> {
    const order = this.#order;
    if (order === null) throw new Error("bug: accepted before it was judged");
    const verification = this.#verifies(outputs, order);
    const before = this.#run.book.entry(order.task.id);
    this.#run.book.select(order.task.id, {
      project: order.task.project,
      key: order.key,
      verification,
      outputs,
      reads: [],
      released: before?.released ?? [],
      yielding: before?.yielding ?? [],
    });
    const trace = {
      task: order.task.id,
      key: order.key,
      manifest: order.manifest,
      reads: [],
      outputs,
      verification,
      agent: order.agent.id,
      attempts: this.#attempts,
      usage: this.#usage,
    };
    const recorded = await this.#run.traces.record(trace, { paid: order.agent.kind !== "generator" });
    if (!recorded.ok) return this.#fail(recorded.failure);
    if (this.#attempts > 0) {
      this.#run.emit({ type: "attempt-ended", task: order.task.id, attempt: this.#attempts, failure: null });
    }
    return this.#settle(action);
  }

  /** For a task that never got its turn; `failed` are the dependencies that did not settle. */
  leave(failed: readonly TaskId[]): void {
    const { aborted } = this.#run.signal;
    const reasons: Reason[] = failed.map((subject) => ({ ...this.#reason("dependency-failed"), subject }));
    this.#run.emit({
      type: "task-settled",
      result: this.#result(
        reasons.length > 0 ? "blocked" : "skipped",
        reasons.length > 0 ? reasons : [this.#reason("stopped")],
      ),
      failure: aborted ? { reason: "cancelled" } : null,
    });
  }

  /** For an exception in one of the steps above: a bug, told with the task named. */
  async unexpected(error: unknown): Promise<Next> {
    const { message, stack } = error instanceof Error ? error : new Error(String(error));
    return this.#fail({ reason: "unexpected", task: this.#task.id, message, stack: stack ?? "" });
  }

  async #settle(action: Action): Promise<Next> {
    if (action !== "fresh") {
      await this.#writeStatus("done");
      await this.#writeNotes();
    }
    this.#run.emit({
      type: "task-settled",
      result: this.#result(action, this.#order?.judgement.reasons ?? []),
      failure: null,
    });
    return "settled";
  }

  async #fail(failure: Failure): Promise<Next> {
    this.#failures.push(failure);
    await this.#writeStatus("failed");
    await this.#writeNotes();
    this.#run.emit({
      type: "task-settled",
      result: this.#result("failed", this.#order?.judgement.reasons ?? []),
      failure,
    });
    return "failed";
  }

  async #block(failure: Failure | null, reasons: readonly Reason[]): Promise<Next> {
    if (failure !== null) this.#failures.push(failure);
    await this.#writeStatus("blocked");
    await this.#writeNotes();
    this.#run.emit({ type: "task-settled", result: this.#result("blocked", reasons), failure });
    return "failed";
  }

  #result(action: Action, reasons: readonly Reason[]): TaskResult {
    return {
      id: this.#task.id,
      project: this.#task.project,
      action,
      reasons,
      attempts: this.#attempts,
      agent: this.#order?.agent.id ?? "",
      calls: this.#usage.calls,
      tokens: this.#usage.tokens,
      usd: this.#usage.usd,
      windowBytes: this.#order?.window.taskBytes ?? 0,
      ms: this.#run.clock() - this.#startedAt,
    };
  }

  #reason(code: Reason["code"]): Reason {
    return { code, subject: this.#task.id, file: null, line: null };
  }

  async #writeStatus(phase: TaskStatus["phase"]): Promise<void> {
    const order = this.#order;
    if (order === null) return;
    const status: TaskStatus = {
      task: order.task.id,
      phase,
      attempt: this.#attempts,
      agent: order.agent.id,
      key: order.key,
      lessons: phase === "done" ? [] : this.#lessons,
      window_bytes: order.window.taskBytes,
    };
    await writeTaskFile(this.#run.sources.root, order.task.id, "status.json", statusJson(status));
  }

  async #writeNotes(): Promise<void> {
    const text = noteText(this.#task, this.#attempts, this.#failures, this.#lessons);
    await writeTaskFile(this.#run.sources.root, this.#task.id, "notes.md", text);
  }
}

interface Candidate {
  readonly outputs: readonly Output[];
  readonly action: "regenerated" | "reverified" | "rebased" | "restored";
}

function withTask(failure: Failure, order: Order): Failure {
  return failure.reason === "model-needed" ? { ...failure, tasks: [order.task.id] } : failure;
}

function addUsage(a: Usage, b: Usage): Usage {
  return {
    calls: a.calls + b.calls,
    tokens: {
      in: a.tokens.in + b.tokens.in,
      out: a.tokens.out + b.tokens.out,
      cached: a.tokens.cached + b.tokens.cached,
    },
    usd: a.usd === null || b.usd === null ? null : a.usd + b.usd,
  };
}
