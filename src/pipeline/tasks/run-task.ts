// What follows for one task from each step's outcome? The scheduler decides when a stage runs; this decides what comes
// after it.

import { windowText } from "../../context/window-text.ts";
import { plainReason } from "../../engine/action-manifest.ts";
import { ALL_DONE, type Judgement, judge } from "../../engine/judge.ts";
import type { Next } from "../../engine/schedule.ts";
import type { TaskId } from "../../model/address.ts";
import type { Failure } from "../../model/failure.ts";
import type { Inspection } from "../../model/inspection.ts";
import type { Change, Output } from "../../model/output.ts";
import { isWhole, type Task } from "../../model/task.ts";
import type { Reason } from "../../model/verdict.ts";
import { diagnosticOf } from "../../report/failure-diagnostic.ts";
import type { Run } from "../run/run.ts";
import { afterFailedAttempt } from "./after-failed-attempt.ts";
import { draftTask } from "./attempt.ts";
import { deliveredWindow, mayBePaid, testsFirst } from "./before-draft.ts";
import { type Candidate, NOTHING, needsReview } from "./candidate.ts";
import { heldDraft, putDown } from "./held-draft.ts";
import { inspectOutputs } from "./inspect.ts";
import { draftInstead, judgeTask, type TaskJob } from "./judge-task.ts";
import { mergeMovedOutputs } from "./merge-moved-outputs.ts";
import { PartVerdicts } from "./part-verdicts.ts";
import { RefusedDrafts } from "./refused-drafts.ts";
import { type Contribution, isVerified, recordResult } from "./selection.ts";
import { tellSensitiveChanges } from "./sensitive-changes.ts";
import type { Drafted } from "./submitted-draft.ts";
import { takeDraft } from "./take-draft.ts";
import { TaskRecord } from "./task-record.ts";
import { thrownFailure } from "./thrown-failure.ts";

export class TaskRun {
  readonly #run: Run;
  readonly #node: number;
  readonly #record: TaskRecord;
  #job: TaskJob | null = null;
  #candidate: Candidate | null = null;
  #then: "draft" | "inspect" = "draft";
  /** Acceptance tests of another author, written once for all attempts. */
  #tests: readonly Change[] | null = null;
  readonly #refused = new RefusedDrafts();
  /** Attempts since the task was last written anew. */
  #tries = 0;
  #rebases = 0;

  /** What it hears of the whole that it is a part of, and what it says to its own parts. */
  readonly parts: PartVerdicts;
  #isSettled = false;

  /** `partsOf` gives those of another task of the same build. */
  constructor(run: Run, node: number, partsOf: (node: number) => PartVerdicts) {
    this.#run = run;
    this.#node = node;
    this.parts = new PartVerdicts(run, node, { partsOf, tries: () => this.#tries });
    this.#record = new TaskRecord(run, this.#task);
  }

  get #task(): Task {
    return this.#run.graph.tasks[this.#node] as Task;
  }

  async judge(): Promise<Next> {
    const { judgement, job } = await judgeTask(this.#run, this.#node);
    if (judgement.work === "make") return "prepare";
    if (job === null) return this.#stop(judgement);
    this.#job = job;
    const { verdict, reasons, work } = judgement;
    this.#run.emit({ type: "task-judged", task: this.#task.id, verdict, reasons });
    const refusal = this.parts.takeRefusal();
    if (work === "nothing" && refusal === null) return this.#settle("fresh");
    await this.#record.files.write("context.md", windowText(job.window));
    const begun = await this.#record.begin(job);
    if (!begun.ok) return this.#fail(begun.failure);
    if (refusal === null) return this.#begin(job);
    const { outputs } = this.#run.selected.entry(job.task.id) ?? NOTHING;
    return this.#redraft(job, outputs, refusal, plainReason("whole-failed", job.task.whole ?? ""));
  }

  /** What was accepted before is not good enough any more, and the next draft hears why. */
  async #redraft(job: TaskJob, outputs: readonly Output[], refusal: Failure, reason: Reason): Promise<Next> {
    await this.#learn(refusal, outputs);
    return this.#draftInstead(job, [...job.judgement.reasons, reason]);
  }

  async #begin(job: TaskJob): Promise<Next> {
    switch (job.judgement.work) {
      case "restore":
        return this.#settle("restored");
      case "verify":
        return this.#toGates({ ...(this.#run.selected.entry(job.task.id) ?? NOTHING), action: "reverified" });
      case "merge-outputs": {
        // It never reads what it writes over, so only a new draft gives what a clean build would.
        if (job.agent.kind === "generator") return this.#toDraft(job);
        const held = await this.#takeHeld(job);
        if (held !== null) return held;
        const merged = await mergeMovedOutputs(this.#run, job.state, this.#node);
        if (!merged.ok) return this.#fail(merged.failure);
        if (merged.value === null) return this.#draftInstead(job, job.judgement.reasons);
        const before = this.#run.selected.entry(job.task.id) ?? NOTHING;
        return this.#toGates({ ...before, ...merged.value, action: "rebased" });
      }
      case "use-stored": {
        const { stored } = job;
        if (stored === null) throw new Error(`bug: ${job.task.id} has no stored result`);
        return isVerified(this.#run, job, stored)
          ? this.#accept(stored, "restored")
          : this.#toGates({ ...stored, action: "restored" });
      }
      case "draft":
        return this.#toDraft(job);
      case "nothing":
      case "make":
        throw new Error(`bug: ${job.task.id} has nothing to begin`);
    }
  }

  async #toGates(candidate: Omit<Candidate, "inspection">): Promise<Next> {
    this.#candidate = { ...candidate, inspection: null };
    return this.#withInstruments("inspect");
  }

  /** Null where no draft is there already. */
  async #takeHeld(job: TaskJob): Promise<Next | null> {
    const held = await heldDraft(this.#run, job, this.#record);
    if (!held.ok) return this.#fail(held.failure);
    if (held.value === "undecided") return this.#undecided(this.#record.undecidedFailure);
    if (held.value === null) return null;
    this.#tries = this.#record.attempts;
    return this.#toGates({ ...held.value, action: "regenerated" });
  }

  async #toDraft(job: TaskJob): Promise<Next> {
    const held = await this.#takeHeld(job);
    if (held !== null) return held;
    const { obstacle } = job.judgement;
    if (isWhole(job.task) && obstacle === null) return this.#toGates({ ...NOTHING, action: "reverified" });
    return obstacle === null ? this.#withInstruments("draft") : this.#stop(job.judgement);
  }

  async #draftInstead(job: TaskJob, reasons: readonly Reason[]): Promise<Next> {
    this.#job = await draftInstead(this.#run, job, reasons);
    return this.#toDraft(this.#job);
  }

  async #withInstruments(then: "draft" | "inspect"): Promise<Next> {
    this.#then = then;
    return (await this.#run.gateSelfTest.isChecked(this.#judged().state)) ? this.prepare() : "prepare";
  }

  /** All that may take long and is done once for a project: it is made, set up, and its gates are tried. */
  async prepare(): Promise<Next> {
    const job = this.#job;
    if (job === null) {
      await this.#run.projects.open(this.#task.project);
      return "judge";
    }
    if (!(await this.#run.gateSelfTest.isChecked(job.state))) await this.#record.status(job, "preparing");
    const checked = await this.#run.gateSelfTest.check(job.state);
    if (!checked.ok) return this.#block([plainReason("project-broken", this.#task.project)], checked.failure);
    return this.#then;
  }

  async draft(): Promise<Next> {
    const judged = this.#judged();
    const allowed = mayBePaid(this.#run, judged);
    if (!allowed.ok) return this.#fail(allowed.failure);
    const { attemptSalt } = this.#record;
    const tests = await testsFirst(this.#run, judged, this.#record, this.#tests);
    if (!tests.ok) return this.#attemptFailed(tests.failure);
    this.#tests = tests.value;
    const window = await deliveredWindow(this.#run, judged, this.#record);
    if (!window.ok) return this.#fail(window.failure);
    const order = { ...judged, window: window.value };
    this.#tries++;
    await this.#record.beginAttempt(order);
    const { attempts: attempt, phase } = this.#record;
    const one = { role: order.role, attempt, phase, salt: attemptSalt, given: this.#tests ?? [] };
    const { result, usage } = await draftTask(this.#run, order, one);
    this.#record.draftEnded(usage, result.ok ? result.value.work.notes : null);
    return result.ok ? this.#drafted(judged, result.value) : this.#attemptFailed(result.failure);
  }

  async #drafted(job: TaskJob, { agent, changes, work }: Drafted): Promise<Next> {
    const { question } = work;
    if (question !== null)
      return this.#block([plainReason("question-open", question)], { reason: "question", text: question });
    const outputs = await takeDraft(this.#run, job, { changes, tests: this.#tests ?? [] });
    if (!outputs.ok && outputs.failure.reason === "gates-failed") return this.#attemptFailed(outputs.failure);
    if (!outputs.ok) return this.#fail(outputs.failure);
    const made = { outputs: outputs.value, reads: work.reads, agent };
    await putDown(this.#run, job, this.#record, made);
    this.#candidate = { ...made, action: "regenerated", inspection: null };
    return "inspect";
  }

  async inspect(): Promise<Next> {
    const job = this.#judged();
    const candidate = this.#handedIn();
    await this.#record.status(job, "inspecting");
    const inspection = await inspectOutputs(this.#run, job, candidate);
    if (!inspection.ok) return this.#fail(inspection.failure);
    await this.#record.flaky(inspection.value.flaky);
    if (!inspection.value.passed) return this.#rejected(job, candidate, inspection.value);
    this.#candidate = { ...candidate, inspection: inspection.value };
    return needsReview(this.#run, job, candidate) ? "review" : this.#accept(candidate, candidate.action);
  }

  async review(): Promise<Next> {
    const job = this.#judged();
    const candidate = this.#handedIn();
    const refused = this.#refused.refusalOf(candidate.outputs);
    if (refused !== null) return this.#attemptFailed(refused, candidate);
    const { reviewStep } = await import("./review-step.ts");
    const reviewed = await reviewStep(this.#run, job, candidate, this.#record);
    if (!reviewed.ok) return this.#fail(reviewed.failure);
    if (reviewed.value === null) return this.#accept(candidate, candidate.action);
    if (reviewed.value.reason === "review-undecided") return this.#undecided(reviewed.value);
    const { outputs, action, overlap = [] } = candidate;
    const refusal = this.#refused.refuse(outputs, reviewed.value);
    if (action === "regenerated") return this.#attemptFailed(refusal, candidate);
    const reason = plainReason("merge-refused", overlap.map(({ path }) => path).join(", "));
    return this.#redraft(job, outputs, refusal, reason);
  }

  /** Recorded outputs that no longer pass are stale: the gates' evidence is the reason for a new draft. */
  async #rejected(job: TaskJob, candidate: Candidate, { results }: Inspection): Promise<Next> {
    const failure: Failure = { reason: "gates-failed", results };
    if (isWhole(job.task)) return (await this.parts.sendBack(results)) ? "reopen" : this.#fail(failure);
    if (candidate.action === "regenerated") return this.#attemptFailed(failure, candidate);
    const gate = results.find((result) => !result.passed)?.gate ?? "";
    return this.#draftInstead(job, [...job.judgement.reasons, plainReason("gate-failed", gate)]);
  }

  async #attemptFailed(failure: Failure, draft: Candidate | null = null): Promise<Next> {
    if (failure.reason === "withdrawn") return this.#record.withdrawn(this.#job);
    const learnt = await this.#learn(failure, draft?.outputs ?? []);
    const made = { tries: this.#tries, rebases: this.#rebases };
    const next = learnt ? afterFailedAttempt(this.#run, this.#judged(), failure, made) : "failed";
    return next === "failed" ? this.#fail(failure) : next;
  }

  async #learn(failure: Failure, outputs: readonly Output[]): Promise<boolean> {
    const { essenceOf } = await import("./failed-draft.ts");
    return this.#record.attemptFailed(failure, await essenceOf(this.#run, this.#judged(), outputs, failure));
  }

  /** The draft is thrown away, and the task is written better with what its failures taught; then it starts clean. */
  async rewrite(): Promise<Next> {
    const job = this.#judged();
    this.#rebases++;
    const { failures, rewriteMaterial } = this.#record;
    // A rewrite reads and writes specs; most builds load no reader of them.
    const { rewriteTask } = await import("./rewrite-task.ts");
    const order = { ...rewriteMaterial, rebase: this.#rebases };
    const { result, usage } = await rewriteTask(this.#run, job, order);
    this.#record.spent(usage);
    if (!result.ok) return this.#notRebased(result.failure, failures.at(-1) ?? result.failure);
    this.#run.graph = result.value;
    this.#run.emit({ type: "task-rebased", task: job.task.id, rebase: this.#rebases });
    this.#tries = 0;
    this.#tests = null;
    this.#candidate = null;
    this.#refused.forget();
    this.#record.rebased();
    return this.judge();
  }

  /** A person has to mend what made the attempts fail; that nobody else could is told beside it. */
  #notRebased(failure: Failure, cause: Failure): Promise<Next> {
    if (failure.reason === "change-waits")
      return this.#block([plainReason("change-waits", this.#task.id)], failure);
    if (failure.reason !== "agent-answer" && failure.reason !== "usage") return this.#fail(failure);
    for (const diagnostic of diagnosticOf(failure, this.#task.id))
      this.#run.emit({ type: "diagnostic", diagnostic: { ...diagnostic, severity: "warning" } });
    return this.#fail(cause);
  }

  /** What the judge found in the way, told as it has it. */
  async #stop({ obstacle, reasons }: Judgement): Promise<Next> {
    const failure = obstacle?.failure ?? null;
    if (failure?.reason === "withdrawn") return this.#record.withdrawn(this.#job);
    if (failure === null || obstacle?.ends === "blocked") return this.#block(reasons, failure);
    return failure.reason === "failed-before" && this.#job !== null
      ? this.#record.stays(this.#job, failure)
      : this.#fail(failure);
  }

  async #accept(contribution: Contribution, action: Candidate["action"]): Promise<Next> {
    const { attempts, usage } = this.#record;
    const recorded = await recordResult(this.#run, this.#judged(), contribution, { attempts, usage });
    if (!recorded.ok) return this.#fail(recorded.failure);
    this.#record.attemptAccepted();
    if (action !== "regenerated") return this.#settle(action);
    const told = await tellSensitiveChanges(this.#run, this.#judged(), contribution.outputs);
    return told.ok ? this.#settle(action) : this.#fail(told.failure);
  }

  async #settle(action: Candidate["action"] | "fresh"): Promise<Next> {
    const job = this.#judged();
    // What it came to was told when it came to it.
    if (action === "fresh" && this.#isSettled) return "settled";
    this.#isSettled = true;
    const author = this.#run.selected.entry(job.task.id)?.agent ?? job.agent.id;
    await this.#record.settled(job, action, author);
    return "settled";
  }

  async #fail(failure: Failure): Promise<Next> {
    if (failure.reason === "withdrawn") return this.#record.withdrawn(this.#job);
    await this.#record.failed(this.#job, failure);
    return "failed";
  }

  async #block(reasons: readonly Reason[], failure: Failure | null): Promise<Next> {
    await this.#record.blocked(this.#job, reasons, failure);
    return "failed";
  }

  #undecided(failure: Failure): Promise<Next> {
    return this.#block([plainReason("review-undecided", this.#task.id)], failure);
  }

  /** Lets go of what its steps worked with: whoever sends it back has it judged anew. */
  ended(): void {
    [this.#job, this.#candidate] = [null, null];
  }

  /** For a task that never got its turn; `failed` are the dependencies that did not settle. */
  leave(failed: readonly TaskId[]): void {
    const { reasons } = judge({ at: "dependencies", unfinished: { ...ALL_DONE, blocked: failed } });
    this.#record.left(reasons.length > 0 ? reasons : [plainReason("stopped", this.#task.id)]);
  }

  /** For an exception in one of the steps above. */
  unexpected(error: unknown): Promise<Next> {
    return this.#fail(thrownFailure(this.#task.id, error));
  }

  #judged(): TaskJob {
    if (this.#job === null) throw new Error(`bug: ${this.#task.id} was not judged`);
    return this.#job;
  }

  #handedIn(): Candidate {
    if (this.#candidate === null) throw new Error(`bug: ${this.#task.id} has nothing to inspect`);
    return this.#candidate;
  }
}
