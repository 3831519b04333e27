// What are looking, estimating and building for whoever watches? The steps of the line, with their results told. When they
// happen is decided in watch/.

import type { RemovalsMeant } from "../model/build-options.ts";
import type { Digest } from "../model/digest.ts";
import type { Event } from "../model/event.ts";
import type { Failure, TargetFailure } from "../model/failure.ts";
import { isAtProvider } from "../model/model-error.ts";
import type { Project } from "../model/project.ts";
import { changedFiles, type SourceSnapshot } from "../model/source-snapshot.ts";
import type { WatchEvent } from "../model/watch-event.ts";
import { asBuild, quietEnvironment } from "../pipeline/commands/locked-build.ts";
import { build } from "../pipeline/line/build.ts";
import { estimateEdit } from "../pipeline/line/estimate-edit.ts";
import { evaluate } from "../pipeline/line/evaluate.ts";
import { BranchStates, type ProjectBranch, SPECS_REPOSITORY } from "../pipeline/projects/branch-states.ts";
import { Snapshots } from "../pipeline/reading/snapshots.ts";
import { SourceEdits } from "../pipeline/reading/source-edits.ts";
import { now } from "../platform/clock.ts";
import { diagnosticOf } from "../report/failure-diagnostic.ts";
import { watchObject } from "../report/watch-json.ts";
import { watchLines } from "../report/watch-text.ts";
import type { BuildEnd, BuildUnderWay, EstimatedEdit, WatchActions } from "../watch/watch.ts";
import { buildOptions, sayResult } from "./build-targets.ts";
import type { Invocation } from "./invocation.ts";
import { askOn } from "./param-answers.ts";
import { sourceFrames } from "./source-frames.ts";

/** Between two tries at a provider that cannot be reached: twice as long each time. */
const BACKOFF_MS = { first: 30_000, longest: 600_000 } as const;
/** So that a clock that is a little off asks once and not many times. */
const SOONEST_MS = 1_000;

export function openWatchActions(invocation: Invocation, signal: AbortSignal): WatchActions {
  const actions = new CommandWatchActions(invocation);
  return {
    root: invocation.root,
    confirm: invocation.flag("confirm"),
    signal,
    look: () => actions.look(),
    folders: () => actions.folders,
    estimate: (changed) => actions.estimate(changed),
    build: (snapshot, mayPay) => actions.build(snapshot, mayPay),
    ask: (question) => actions.ask(question),
    tell: (event) => actions.tell(event),
  };
}

class CommandWatchActions {
  readonly #invocation: Invocation;
  readonly #snapshots: Snapshots;
  readonly #branches: BranchStates;
  readonly #targets: readonly string[];
  /** As the sources were read for the last estimate. */
  #projects: readonly Project[] = [];
  /** Where they stood when no build ran. */
  #stood: SourceSnapshot = new Map();
  #isBuilding = false;
  /** Somebody was asked about features that are gone, and may answer by a commit. */
  #wasAsked = false;
  #first = true;
  #force: boolean;
  /** What `--yes` was said about: what is gone when the watching begins, and nothing that goes away later. */
  #removalsMeant: RemovalsMeant;
  #findings = "";
  #backoffMs: number = BACKOFF_MS.first;
  /** Since when the sources have been read that the next findings are about. */
  #readSince = 0;

  constructor(invocation: Invocation) {
    this.#invocation = invocation;
    this.#snapshots = new Snapshots(invocation);
    this.#branches = new BranchStates(invocation.root);
    this.#targets = invocation.rest(0);
    this.#force = invocation.flag("force");
    this.#removalsMeant = buildOptions(invocation, []).removalsMeant ?? false;
  }

  /**
   * A workspace that is gone has no sources; the estimate tells what is wrong. What becomes of the projects while a build
   * runs is its own doing, or looked at after it.
   */
  async look(): Promise<SourceSnapshot> {
    const taken = await this.#snapshots.take();
    if (!taken.ok) return new Map();
    if (!this.#isBuilding) this.#stood = await this.#branches.take(this.#placed);
    return new Map([...taken.value, ...this.#stood]);
  }

  get #placed(): readonly ProjectBranch[] {
    return this.#wasAsked ? [...this.#projects, SPECS_REPOSITORY] : this.#projects;
  }

  get folders(): readonly string[] {
    return [...this.#snapshots.folders, ...this.#branches.folders];
  }

  async estimate(files: readonly string[]): Promise<EstimatedEdit> {
    const environment = quietEnvironment(this.#invocation);
    this.#readSince = now();
    const evaluation = await evaluate(environment, this.#options(), "front");
    if (!evaluation.ok) return this.#unbuildable(evaluation.failure);
    const { question, meant } = evaluation.value.vanished;
    if (this.#removalsMeant === true) this.#removalsMeant = new Set(meant);
    if (question !== null) {
      if (!this.#wasAsked) await this.#waitForWord();
      return this.#unbuildable(question);
    }
    this.#projects = evaluation.value.run.sources.workspace.projects;
    // Of the first look, everything is news.
    const change = estimateEdit(evaluation.value, this.#first ? [] : files, this.#first);
    return {
      work: change.paid ? "paid" : "free",
      event: () => {
        this.#findings = "";
        return { type: "changed", ...change };
      },
    };
  }

  async #waitForWord(): Promise<void> {
    this.#wasAsked = true;
    this.#stood = await this.#branches.take(this.#placed);
  }

  #unbuildable(failure: Failure): EstimatedEdit {
    return { work: "unsound", event: () => this.#unsound(failure) };
  }

  #unsound(failure: Failure): WatchEvent {
    const diagnostics = diagnosticOf(failure, null);
    const findings = JSON.stringify(diagnostics);
    const again = findings === this.#findings;
    this.#findings = findings;
    return { type: "unsound", diagnostics, again };
  }

  /** What is forced is forced once: every build after the first has an edit to go by. */
  #options() {
    const options = buildOptions(this.#invocation, this.#targets);
    const removalsMeant = this.#removalsMeant;
    return { ...options, removalsMeant, force: this.#force, keepFailed: !this.#force };
  }

  build(snapshot: SourceSnapshot, mayPay: boolean): BuildUnderWay {
    const edits = new SourceEdits(snapshot, mayPay, (files) => this.tell({ type: "joined", files }));
    return {
      stands: () => edits.stands,
      note: (changed) => edits.note(changed),
      done: this.#build(edits),
    };
  }

  async #build(edits: SourceEdits): Promise<BuildEnd> {
    const options = this.#options();
    this.#isBuilding = true;
    this.#readSince = now();
    const outcome = await asBuild(this.#invocation, async (environment) => {
      if (environment.waited) edits.saw(await this.#sinceThen(edits.stands));
      const tell = (event: Event) => {
        this.#branches.heard(event);
        environment.tell(event);
      };
      return build({ ...environment, tell, edits }, options);
    });
    edits.saw(await this.#branches.after(this.#placed));
    this.#isBuilding = false;
    const { left } = edits;
    this.#first = false;
    // What may be paid for only after a while is forced still.
    if (left !== "unpaid") {
      this.#force = false;
      this.#removalsMeant = false;
    }
    if (!outcome.ok) {
      const { failure } = outcome;
      if (failure.reason !== "cancelled") this.tell(this.#unsound(failure));
      return { left, dueInMs: null };
    }
    sayResult(this.#invocation, outcome.value);
    this.tell({ type: "built", result: outcome.value.result });
    return { left, dueInMs: this.#dueInMs(outcome.value.failures) };
  }

  /** What lies there after another build, over what a look saw before it. */
  async #sinceThen(before: SourceSnapshot): Promise<ReadonlyMap<string, Digest | null>> {
    const now = await this.#snapshots.take();
    if (!now.ok) return new Map();
    const gone = changedFiles(before, now.value).filter(
      (path) => !now.value.has(path) && !path.endsWith("/"),
    );
    return new Map([...now.value, ...gone.map((path) => [path, null] as const)]);
  }

  #dueInMs(failures: readonly TargetFailure[]): number | null {
    const fits = failures.flatMap(({ failure }) =>
      failure.reason === "budget" ? (failure.fitsAt ?? []) : [],
    );
    const refusals = failures.flatMap(({ failure }) =>
      failure.reason === "model-error" && isAtProvider(failure.cause) ? failure : [],
    );
    const unreachable = refusals.length > 0;
    const backoffMs = this.#backoffMs;
    this.#backoffMs = unreachable ? Math.min(backoffMs * 2, BACKOFF_MS.longest) : BACKOFF_MS.first;
    // Where all of them say when to come back, nobody is asked before.
    const backInMs = Math.min(
      ...refusals.map(({ retryAt, askedAgainAt }) => (askedAgainAt ?? retryAt ?? 0) - now()),
    );
    const retryInMs = Math.max(backoffMs, backInMs);
    if (fits.length === 0 && !unreachable) return null;
    const budgetInMs = Math.max(SOONEST_MS, Math.min(...fits) - now());
    const isForBudget = !unreachable || budgetInMs < retryInMs;
    const dueInMs = isForBudget ? budgetInMs : retryInMs;
    this.tell({ type: "waiting", for: isForBudget ? "budget" : "provider", until: now() + dueInMs });
    return dueInMs;
  }

  /** Whoever does not answer does not want to pay. */
  async ask(question: AbortSignal): Promise<boolean> {
    // The terminal's own line mode: in any other, Ctrl-C would not reach us as a signal.
    const { ask, close } = askOn(process.stdin, process.stderr, false);
    question.addEventListener("abort", close, { once: true });
    const answer = await ask("build it? [y/N] ");
    question.removeEventListener("abort", close);
    if (question.aborted) process.stderr.write("\n");
    else close();
    return /^y(es)?$/i.test(answer?.trim() ?? "");
  }

  tell(event: WatchEvent): void {
    const { json, look, root } = this.#invocation;
    if (json) this.#invocation.printJsonLine(watchObject(event));
    const lines = watchLines(event, now(), look.color, sourceFrames(root, this.#readSince));
    if (event.type === "unsound" || event.type === "waiting") this.#invocation.warn(...lines);
    else if (lines.length > 0) this.#invocation.say(...lines);
  }
}
