// Which result of every task is selected now? Begins as the locks say, each opened when somebody asks for one of its
// tasks, and is written back to them at the end.

import type { Graph } from "../../engine/graph.ts";
import { withDependencies } from "../../engine/graph.ts";
import { foundation } from "../../engine/verification.ts";
import { featureOf, localIdOf, type TaskId, taskId } from "../../model/address.ts";
import type { Digest } from "../../model/digest.ts";
import { globMatcher } from "../../model/glob.ts";
import type { Output } from "../../model/output.ts";
import type { Lock, LockEntry } from "../../model/trace.ts";
import type { Locks } from "../reading/feature-reading.ts";

export class SelectedResults {
  readonly #graph: Graph;
  readonly #before: Locks;
  /** Features whose lock is open. */
  readonly #open = new Set<string>();
  readonly #entries = new Map<TaskId, LockEntry>();
  readonly #changed = new Set<string>();
  readonly #foundations = new Map<number, Map<string, Digest>>();

  constructor(graph: Graph, locks: Locks) {
    this.#graph = graph;
    this.#before = locks;
    for (const { task } of this.orphans()) this.#changed.add(featureOf(task));
  }

  entry(task: TaskId): LockEntry | null {
    this.#openLock(featureOf(task));
    return this.#entries.get(task) ?? null;
  }

  #openLock(feature: string): void {
    if (this.#open.has(feature)) return;
    this.#open.add(feature);
    for (const [id, entry] of Object.entries(this.#before.get(feature)?.tasks ?? {})) {
      const address = taskId(feature, id);
      if (this.#isPlaced(address, entry)) this.#entries.set(address, entry);
    }
  }

  /** A task that moved to another project starts anew there; one that left the backlog is an orphan. */
  #isPlaced(task: TaskId, entry: LockEntry): boolean {
    const index = this.#graph.indexOf.get(task);
    return index !== undefined && this.#graph.tasks[index]?.project === entry.project;
  }

  #entriesIn(project: string): readonly (readonly [TaskId, LockEntry])[] {
    const tasks = this.#graph.tasks.filter((task) => task.project === project);
    return tasks.flatMap(({ id }) => {
      const entry = this.entry(id);
      return entry === null ? [] : [[id, entry] as const];
    });
  }

  /** Files of a project that tasks have handed to people. */
  releasedIn(project: string): ReadonlySet<string> {
    return new Set(this.#entriesIn(project).flatMap(([, entry]) => entry.released));
  }

  /** What the locks tell of a project's paths: every content that a task is recorded to have made of it. */
  outputsIn(project: string): ReadonlyMap<string, readonly Output[]> {
    const found = new Map<string, Output[]>();
    const left = this.orphans().flatMap(({ entry }) => (entry.project === project ? [entry] : []));
    const entries = [...this.#entriesIn(project).map(([, entry]) => entry), ...left];
    for (const output of entries.flatMap(({ outputs }) => outputs)) {
      const known = found.get(output.path);
      if (known === undefined) found.set(output.path, [output]);
      else known.push(output);
    }
    return found;
  }

  /** Whether a task may write at a path of a project, or is recorded to have written there. */
  claimsIn(project: string): (path: string) => boolean {
    let claims: readonly ((path: string) => boolean)[] | null = null;
    return (path) => {
      claims ??= [
        (one) => this.outputsIn(project).has(one),
        ...this.#graph.tasks
          .filter((task) => task.project === project)
          .flatMap(({ filesHint }) => filesHint.map(globMatcher)),
      ];
      return claims.some((covers) => covers(path));
    };
  }

  /** What the lock said of a task before this build; also of tasks that have left the backlog. */
  before(task: TaskId): LockEntry | null {
    return this.#before.get(featureOf(task))?.tasks[localIdOf(task)] ?? null;
  }

  /** Tasks that a lock names and no backlog holds in that project. */
  orphans(): readonly { readonly task: TaskId; readonly entry: LockEntry }[] {
    return this.#before.read.flatMap((lock) =>
      Object.entries(lock.tasks)
        .map(([id, entry]) => ({ task: taskId(lock.feature, id), entry }))
        .filter(({ task, entry }) => !this.#isPlaced(task, entry)),
    );
  }

  /** Null takes a selection back. */
  select(task: TaskId, entry: LockEntry | null): void {
    this.#openLock(featureOf(task));
    if (entry === null) this.#entries.delete(task);
    else this.#entries.set(task, entry);
    this.#changed.add(featureOf(task));
    // Dependents are judged only after this, so nothing else was computed from the old entry.
    const index = this.#graph.indexOf.get(task);
    if (index !== undefined) this.#foundations.delete(index);
  }

  /** After a merge, the edits that had to give way are gone. */
  settleEdits(project: string): void {
    for (const [task, entry] of this.#entriesIn(project)) {
      if (entry.yielding.length > 0) this.select(task, { ...entry, yielding: [] });
    }
  }

  /** Locks that differ from those on disk; one that says nothing any more is to be removed. */
  changedLocks(): readonly Lock[] {
    return [...this.#changed].sort().map((feature) => this.lockOf(feature));
  }

  lockOf(feature: string): Lock {
    const tasks: Record<string, LockEntry> = {};
    for (const task of this.#graph.features.get(feature)?.tasks ?? []) {
      const entry = this.entry(task.id);
      if (entry !== null) tasks[localIdOf(task.id)] = entry;
    }
    const planning = this.#graph.features.has(feature) ? this.#before.get(feature)?.planning : undefined;
    return { version: 1, feature, tasks, ...(planning === undefined ? {} : { planning }) };
  }

  /**
   * Digest of what the task and all below it put into `project`. Computed in graph order, so a chain of any length
   * needs no deep recursion.
   */
  foundationOf(node: number, project: string): Digest {
    const known = this.#foundations.get(node)?.get(project);
    if (known !== undefined) return known;
    for (const at of withDependencies(this.#graph, [node])) this.#lay(at, project);
    return this.#foundations.get(node)?.get(project) as Digest;
  }

  #lay(node: number, project: string): void {
    const task = this.#graph.tasks[node];
    const byProject = this.#foundations.get(node) ?? new Map<string, Digest>();
    this.#foundations.set(node, byProject);
    if (task === undefined || byProject.has(project)) return;
    const below = [...this.#graph.dependencies.of(node)].map(
      (dependency) => this.#foundations.get(dependency)?.get(project) as Digest,
    );
    const outputs = task.project === project ? (this.entry(task.id)?.outputs ?? []) : [];
    byProject.set(project, foundation(outputs, below));
  }
}
