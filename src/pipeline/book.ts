// Which result of every task is selected now? Begins as the locks say, and is written back to them at the end.

import type { Graph } from "../engine/graph.ts";
import { withDependencies } from "../engine/graph.ts";
import { foundation } from "../engine/verification.ts";
import { localIdOf, type TaskId, taskId } from "../model/address.ts";
import type { Digest } from "../model/digest.ts";
import type { Lock, LockEntry } from "../model/trace.ts";

export class Book {
  readonly #graph: Graph;
  readonly #before: ReadonlyMap<string, Lock>;
  readonly #entries = new Map<TaskId, LockEntry>();
  readonly #changed = new Set<string>();
  readonly #foundations = new Map<number, Map<string, Digest>>();

  constructor(graph: Graph, locks: ReadonlyMap<string, Lock>) {
    this.#graph = graph;
    this.#before = locks;
    for (const lock of locks.values()) {
      for (const [id, entry] of Object.entries(lock.tasks)) {
        const address = taskId(lock.feature, id);
        const index = graph.indexOf.get(address);
        // A task that moved to another project starts anew there; one that left the backlog is an orphan.
        if (index !== undefined && graph.tasks[index]?.project === entry.project)
          this.#entries.set(address, entry);
        else this.#changed.add(lock.feature);
      }
    }
  }

  entry(task: TaskId): LockEntry | null {
    return this.#entries.get(task) ?? null;
  }

  /** Files of a project that tasks have handed to people. */
  releasedIn(project: string): ReadonlySet<string> {
    const entries = [...this.#entries.values()].filter((entry) => entry.project === project);
    return new Set(entries.flatMap((entry) => entry.released));
  }

  /** What the lock said of a task before this build; also of tasks that have left the backlog. */
  before(task: TaskId): LockEntry | null {
    const index = task.indexOf(":");
    return this.#before.get(task.slice(0, index))?.tasks[task.slice(index + 1)] ?? null;
  }

  /** Tasks that a lock names and no backlog holds in that project. */
  orphans(): readonly { readonly task: TaskId; readonly entry: LockEntry }[] {
    const found: { task: TaskId; entry: LockEntry }[] = [];
    for (const lock of this.#before.values()) {
      for (const [id, entry] of Object.entries(lock.tasks)) {
        const address = taskId(lock.feature, id);
        const index = this.#graph.indexOf.get(address);
        if (index === undefined || this.#graph.tasks[index]?.project !== entry.project) {
          found.push({ task: address, entry });
        }
      }
    }
    return found;
  }

  /** Null takes a selection back. */
  select(task: TaskId, entry: LockEntry | null): void {
    if (entry === null) this.#entries.delete(task);
    else this.#entries.set(task, entry);
    this.#changed.add(task.slice(0, task.indexOf(":")));
    // Dependents are judged only after this, so nothing else was computed from the old entry.
    const index = this.#graph.indexOf.get(task);
    if (index !== undefined) this.#foundations.delete(index);
  }

  /** After a merge, the edits that had to give way are gone. */
  settleEdits(project: string): void {
    for (const [task, entry] of this.#entries) {
      if (entry.project === project && entry.yielding.length > 0)
        this.select(task, { ...entry, yielding: [] });
    }
  }

  /** Locks that differ from those on disk; one that says nothing any more is to be removed. */
  changedLocks(): readonly Lock[] {
    return [...this.#changed].sort().map((feature) => this.lockOf(feature));
  }

  lockOf(feature: string): Lock {
    const tasks: Record<string, LockEntry> = {};
    for (const task of this.#graph.features.get(feature)?.tasks ?? []) {
      const entry = this.#entries.get(task.id);
      if (entry !== undefined) tasks[localIdOf(task.id)] = entry;
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
    const below = (this.#graph.dependencies[node] ?? []).map(
      (dependency) => this.#foundations.get(dependency)?.get(project) as Digest,
    );
    const outputs = task.project === project ? (this.entry(task.id)?.outputs ?? []) : [];
    byProject.set(project, foundation(outputs, below));
  }
}
