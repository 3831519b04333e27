// What came of a build? Folds its events into the result that people and scripts read.

import type { TaskId } from "../../model/address.ts";
import type { BuildResult, Planning, ProjectResult, TaskResult } from "../../model/build-result.ts";
import type { Diagnostic } from "../../model/diagnostic.ts";
import type { Json } from "../../model/digest.ts";
import type { Event, EventBody } from "../../model/event.ts";
import type { Failure, TargetFailure } from "../../model/failure.ts";
import { addUsage, NO_USAGE } from "../../model/output.ts";
import { failed, type Result, success } from "../../model/result.ts";
import type { SharedTally } from "../../model/shared-tally.ts";
import { redactValue } from "../../platform/redact.ts";
import { diagnosticOf } from "../../report/failure-diagnostic.ts";
import { projectPath } from "../projects/project-place.ts";
import type { Sources } from "../reading/sources.ts";
import type { Listener } from "./build-environment.ts";
import type { Run } from "./run.ts";

export interface Outcome {
  readonly result: BuildResult;
  /** Everything that went wrong; what stops a whole project is there once, whatever it stops. */
  readonly failures: readonly TargetFailure[];
  /** Folders of projects that were made or cloned, from the workspace's root. */
  readonly created: readonly string[];
}

/** Where events go: to the journal, to whoever looks on, and into the outcome. */
export class Recorder {
  readonly #listener: Listener;
  readonly #startedAt: number;
  readonly #tasks = new Map<string, TaskResult>();
  readonly #projects = new Map<string, ProjectResult>();
  readonly #failedProjects = new Set<string>();
  readonly #created: string[] = [];
  readonly #diagnostics: Diagnostic[] = [];
  readonly #failures: TargetFailure[] = [];
  /** Features in planning, and their sessions. */
  readonly #inPlanning = new Set<string>();
  readonly #planners = new Set<string>();
  #planning: Planning | null = null;
  #sharedStore: SharedTally | null = null;
  /** Folder from which a failure of an address says its paths. */
  #folderOf: (target: string, failure: Failure) => string | null = () => null;
  /** Failures of a whole project are told once, not once per task that they stop. */
  readonly #told = new Set<Failure>();

  /** Takes out what the sources say that nobody may read; before they are read, nothing is known of it. */
  #redact: (text: string) => string = (text) => text;

  constructor(listener: Listener) {
    this.#listener = listener;
    this.#startedAt = listener.clock();
  }

  get startedAt(): number {
    return this.#startedAt;
  }

  /** What was done about each task until now. */
  get tasks(): readonly TaskResult[] {
    return [...this.#tasks.values()];
  }

  guard(redact: (text: string) => string): void {
    this.#redact = redact;
  }

  readonly emit = (body: EventBody): void => {
    const told = { at: this.#listener.clock(), ...body } as Event;
    const event = redactValue(told as unknown as Json, this.#redact) as unknown as Event;
    if (event.type === "task-settled") {
      this.#tasks.set(event.result.id, event.result);
      if (event.failure !== null) this.fail(event.failure, event.result.id);
    } else if (event.type === "project-settled") {
      this.#projects.set(event.result.id, event.result);
      if (event.failure !== null) this.#failedProjects.add(event.result.id);
      if (event.failure !== null) this.fail(event.failure, `${event.result.id}/`);
    } else if (event.type === "diagnostic") this.#diagnostics.push(event.diagnostic);
    else if (event.type === "project-created") this.#created.push(event.path);
    else if (event.type === "shared-store-used") this.#sharedStore = event.tally;
    else this.#planned(event);
    this.#listener.tell(event);
  };

  #planned(event: Event): void {
    const { usage, failed } = this.#planning ?? { usage: NO_USAGE, failed: 0 };
    if (event.type === "planning-started") this.#inPlanning.add(event.feature);
    if (event.type === "session-started" && this.#inPlanning.has(event.subject))
      this.#planners.add(event.session);
    if (event.type === "session-ended" && this.#planners.has(event.session))
      this.#planning = { usage: addUsage(usage, event.usage), failed };
    if (event.type === "planning-ended")
      this.#planning = { usage, failed: failed + (event.failure === null ? 0 : 1) };
  }

  fail(failure: Failure, target: string): void {
    if (failure.reason === "withdrawn" || this.#told.has(failure)) return;
    this.#told.add(failure);
    this.#failures.push({ target, failure });
    this.#diagnostics.push(...diagnosticOf(failure, target, this.#folderOf(target, failure)));
  }

  /** From here on, places in projects are told from the workspace's root. */
  locate({ sources: { workspace }, graph }: Pick<Run, "sources" | "graph">): void {
    const projects = new Map(workspace.projects.map((project) => [project.id, project]));
    this.#folderOf = (target, { reason }) => {
      const task = graph.tasks[graph.indexOf.get(target as TaskId) ?? -1];
      const project = projects.get(task?.project ?? target.replace(/\/$/, ""));
      if (project === undefined) return null;
      // What happens to a product is told by the paths of the repository, and what gates say by those of the project.
      const isJudged = reason === "product-failed" || reason === "gate-broken";
      return task !== undefined || isJudged ? projectPath(project) : project.path;
    };
  }

  task(id: string): TaskResult | null {
    return this.#tasks.get(id) ?? null;
  }

  project(id: string): ProjectResult | null {
    return this.#projects.get(id) ?? null;
  }

  /** Whether the branch of a project holds its product, as far as this build knows. */
  isMerged(project: string): boolean {
    return this.#projects.get(project)?.merged === true && !this.#failedProjects.has(project);
  }

  /** `untouched` are the results of tasks that this build had no reason to look at. */
  outcome(run: Run, untouched: ReadonlyMap<TaskId, TaskResult>): Outcome {
    const tasks = run.graph.tasks.flatMap((task) => this.#tasks.get(task.id) ?? untouched.get(task.id) ?? []);
    const projects = run.sources.workspace.projects.flatMap(
      (project) => this.#projects.get(project.id) ?? [],
    );
    const ms = this.#listener.clock() - this.#startedAt;
    this.emit({ type: "build-ended", ok: this.#failures.length === 0, ms });
    const result: BuildResult = {
      ok: this.#failures.length === 0,
      projects,
      tasks,
      ...(this.#planning === null ? {} : { planning: this.#planning }),
      ...(this.#sharedStore === null ? {} : { sharedStore: this.#sharedStore }),
      diagnostics: newsFirst([...run.sources.diagnostics, ...this.#diagnostics]),
      ms,
    };
    return { result, failures: this.#failures, created: this.#created };
  }
}

/** What is so of the workspace whatever is built comes after what this build came to. */
export function newsFirst(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  const isOld = ({ code }: Diagnostic) => code === "criteria-unproven";
  return [...diagnostics.filter((one) => !isOld(one)), ...diagnostics.filter(isOld)];
}

/** Warnings go along with the result; an error stops everything before anything is touched. */
export function refuseUnsound(sources: Sources): Result<void> {
  const errors = sources.diagnostics.filter(({ severity }) => severity === "error");
  if (errors.length === 0) return success(undefined);
  return failed({ reason: "invalid-spec", diagnostics: sources.diagnostics });
}
