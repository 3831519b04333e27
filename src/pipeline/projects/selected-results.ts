// Which result of every task is selected now? Begins as the locks say, each opened when somebody asks for one of its
// tasks, and is written back to them at the end.

import type { Graph } from "../../engine/graph.ts";
import { tasksOf, withDependencies } from "../../engine/graph.ts";
import { foundation } from "../../engine/verification.ts";
import { featureOf, localIdOf, type TaskId, taskId } from "../../model/address.ts";
import type { Digest } from "../../model/digest.ts";
import { globMatcher } from "../../model/glob.ts";
import type { Output } from "../../model/output.ts";
import { inRepository } from "../../model/path.ts";
import type { Project } from "../../model/project.ts";
import type { Lock, LockEntry } from "../../model/trace.ts";
import type { TasksByPath } from "../../workspaces/human-base.ts";
import type { Locks } from "../reading/feature-reading.ts";
import { entryInRepository } from "./seen-paths.ts";

/** Where a project lies. */
type Rooted = Pick<Project, "id" | "repository" | "root">;

export class SelectedResults {
  readonly #graph: Graph;
  readonly #before: Locks;
  /** Features whose lock is open. */
  readonly #open = new Set<string>();
  readonly #entries = new Map<TaskId, LockEntry>();
  readonly #changed = new Set<string>();
  readonly #foundations = new Map<number, Map<string, Digest>>();
  readonly #projects: ReadonlyMap<string, Rooted>;
  /** Tasks that a lock names and no backlog holds in that project. */
  readonly orphans: readonly { readonly task: TaskId; readonly entry: LockEntry }[];
  #tasks: ReadonlySet<TaskId> | null = null;
  /** How many selections there were, and after how many each task had its last one. */
  #selections = 0;
  readonly #selectedAt: Int32Array;

  constructor(graph: Graph, locks: Locks, projects: readonly Rooted[]) {
    this.#graph = graph;
    this.#before = locks;
    this.#selectedAt = new Int32Array(graph.tasks.length);
    this.#projects = new Map(projects.map((project) => [project.id, project]));
    this.orphans = locks.read.flatMap((lock) =>
      Object.entries(lock.tasks)
        .map(([id, entry]) => ({ task: taskId(lock.feature, id), entry }))
        .filter(({ task, entry }) => !this.#isPlaced(task, entry)),
    );
    for (const { task } of this.orphans) this.#changed.add(featureOf(task));
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

  #idsIn(repository: string): readonly string[] {
    return [...this.#projects.values()].flatMap((one) => (one.repository === repository ? [one.id] : []));
  }

  #rootIn(repository: string, project: string): string | null {
    const known = this.#projects.get(project);
    return known?.repository === repository ? known.root : null;
  }

  /** As the locks have them. */
  #entriesIn(repository: string): readonly (readonly [TaskId, LockEntry])[] {
    return tasksOf(this.#graph, this.#idsIn(repository)).flatMap(({ id }) => {
      const entry = this.entry(id);
      return entry === null ? [] : [[id, entry] as const];
    });
  }

  #told(entry: LockEntry): LockEntry {
    return entryInRepository(this.#projects.get(entry.project)?.root ?? "", entry);
  }

  /** Files of a repository that tasks have handed to people. */
  releasedIn(repository: string): TasksByPath {
    const found = new Map<string, Set<TaskId>>();
    for (const [task, entry] of this.#entriesIn(repository)) {
      for (const path of this.#told(entry).released)
        found.set(path, (found.get(path) ?? new Set()).add(task));
    }
    return found;
  }

  /** Those of the backlogs. */
  get tasks(): ReadonlySet<TaskId> {
    this.#tasks ??= new Set(this.#graph.indexOf.keys());
    return this.#tasks;
  }

  /** What the locks tell of a repository's paths: every content that a task is recorded to have made of it. */
  outputsIn(repository: string): ReadonlyMap<string, readonly Output[]> {
    const found = new Map<string, Output[]>();
    const left = this.orphans
      .map(({ entry }) => entry)
      .filter(({ project }) => this.#rootIn(repository, project) !== null);
    const entries = [...this.#entriesIn(repository).map(([, entry]) => entry), ...left];
    for (const output of entries.flatMap((entry) => madeBy(this.#told(entry)))) {
      const known = found.get(output.path);
      if (known === undefined) found.set(output.path, [output]);
      else known.push(output);
    }
    return found;
  }

  /** Whether a task may write at a path of a repository, or is recorded to have written there. */
  claimsIn(repository: string): (path: string) => boolean {
    let claims: readonly ((path: string) => boolean)[] | null = null;
    return (path) => {
      claims ??= this.#claimsIn(repository);
      return claims.some((covers) => covers(path));
    };
  }

  #claimsIn(repository: string): readonly ((path: string) => boolean)[] {
    const recorded = this.outputsIn(repository);
    const hints = tasksOf(this.#graph, this.#idsIn(repository)).flatMap(({ project, filesHint }) => {
      const root = this.#projects.get(project)?.root ?? "";
      return filesHint.map((hint) => globMatcher(inRepository(root, hint)));
    });
    return [(path) => recorded.has(path), ...hints];
  }

  /** What the lock said of a task before this build; also of tasks that have left the backlog. */
  before(task: TaskId): LockEntry | null {
    return this.#before.get(featureOf(task))?.tasks[localIdOf(task)] ?? null;
  }

  /** Null takes a selection back. */
  select(task: TaskId, entry: LockEntry | null): void {
    this.#openLock(featureOf(task));
    if (entry === null) this.#entries.delete(task);
    else this.#entries.set(task, entry);
    this.#changed.add(featureOf(task));
    const index = this.#graph.indexOf.get(task);
    if (index === undefined) return;
    this.#forget(index);
    this.#selectedAt[index] = ++this.#selections;
  }

  /** Of a task and of all after it: most are judged only then, but a whole is before a part that it sends back. */
  #forget(node: number): void {
    const open = [node];
    for (let at = open.pop(); at !== undefined; at = open.pop())
      if (this.#foundations.delete(at)) open.push(...this.#graph.dependents.of(at));
  }

  /** A moment in the order of selections. */
  get moment(): number {
    return this.#selections;
  }

  /** Whether the results of these tasks are what they were at that moment. */
  areAsAt(moment: number, nodes: readonly number[]): boolean {
    return nodes.every((node) => (this.#selectedAt[node] as number) <= moment);
  }

  /** After a merge, the edits that had to give way are gone. */
  settleEdits(repository: string): void {
    for (const [task, entry] of this.#entriesIn(repository)) {
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
   * Digest of what the task and all below it put into a repository, in whichever of its projects. Computed in graph order,
   * so a chain of any length needs no deep recursion.
   */
  foundationOf(node: number, repository: string): Digest {
    const known = this.#foundations.get(node)?.get(repository);
    if (known !== undefined) return known;
    for (const at of withDependencies(this.#graph, [node])) this.#lay(at, repository);
    return this.#foundations.get(node)?.get(repository) as Digest;
  }

  #lay(node: number, repository: string): void {
    const task = this.#graph.tasks[node];
    const byRepository = this.#foundations.get(node) ?? new Map<string, Digest>();
    this.#foundations.set(node, byRepository);
    if (task === undefined || byRepository.has(repository)) return;
    const below = [...this.#graph.dependencies.of(node)].map(
      (dependency) => this.#foundations.get(dependency)?.get(repository) as Digest,
    );
    const entry = this.#rootIn(repository, task.project) === null ? null : this.entry(task.id);
    byRepository.set(repository, foundation(entry === null ? [] : this.#told(entry).outputs, below));
  }
}

/** Also files that were handed over, since they were made; but lines in a file of people are no task's any more. */
function madeBy({ outputs, released }: LockEntry): readonly Output[] {
  return outputs.filter(({ path, inserted }) => inserted === undefined || !released.includes(path));
}
