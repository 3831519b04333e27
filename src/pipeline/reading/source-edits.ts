// What does the build under way stand on, and what did people change beneath it? No call is begun for what an edit
// reaches: it would be paid for and never be used. It ends nothing that was begun, and starts no build.

import { type Graph, withDependents } from "../../engine/graph.ts";
import type { TaskId } from "../../model/address.ts";
import { type Digest, digestOfBytes } from "../../model/digest.ts";
import type { Feature } from "../../model/feature.ts";
import type { SourceSnapshot } from "../../model/source-snapshot.ts";
import { featureFolderAt, featureIn, specFolders } from "../../model/spec-folders.ts";
import { touchedTasks } from "../../spec/compare/touched-tasks.ts";
import { isLock } from "../../store/locks.ts";
import { featureNow } from "./read.ts";

import type { Sources } from "./sources.ts";

/** What a build did not do: what people edited beneath it, or what it was not allowed to pay for. */
export type Left = "nothing" | "withdrawn" | "unpaid";

/** The graph is another one after each task that was written anew. */
interface Followed {
  readonly sources: Sources;
  graph: Graph;
}

/** Locks, and what is fetched, are no work of people. */
function isWritten(path: string): boolean {
  return !isLock(path) && !path.startsWith(".factory/");
}

export class SourceEdits {
  #mayPay: boolean;
  readonly #stands: Map<string, Digest>;
  readonly #joined: (files: readonly string[]) => void;
  /** Features by id as they are now; null for one that is gone or not sound. */
  #features: ReadonlyMap<string, Feature | null> = new Map();
  /** What every task is made with has changed. */
  #everything = false;
  #run: Followed | null = null;
  #reached: { readonly graph: Graph; readonly tasks: ReadonlySet<TaskId> } | null = null;
  readonly #withdrawn = new Set<string>();

  /**
   * `snapshot` is what the build is expected to read; `mayPay` false withdraws all that would cost money. `joined` hears
   * of files that were read otherwise.
   */
  constructor(snapshot: SourceSnapshot, mayPay: boolean, joined: (files: readonly string[]) => void) {
    this.#stands = new Map(snapshot);
    this.#mayPay = mayPay;
    this.#joined = joined;
  }

  /** The sources as the build read them, with what it wrote itself. */
  get stands(): SourceSnapshot {
    return this.#stands;
  }

  get left(): Left {
    if (this.#withdrawn.size === 0) return "nothing";
    return this.#mayPay ? "withdrawn" : "unpaid";
  }

  /**
   * The build begins with these files. An edit that came in time is built with the rest, but nobody has told yet what it
   * will cost, so that this build may not pay any more.
   */
  begins(digests: ReadonlyMap<string, Digest | null>): void {
    const files = [...digests]
      .filter(([path, digest]) => isWritten(path) && (this.#stands.get(path) ?? null) !== digest)
      .map(([path]) => path);
    this.saw(digests);
    if (files.length === 0) return;
    this.#mayPay = false;
    this.#joined(files.sort());
  }

  /** The build has read these files. */
  saw(digests: ReadonlyMap<string, Digest | null>): void {
    for (const [path, digest] of digests) this.#put(path, digest);
  }

  /** The build has written a file over what it had read; null: removed it. */
  wrote(path: string, text: string | null): void {
    this.#put(path, text === null ? null : digestOfBytes(text));
  }

  /** As `wrote`, of a file that a person may have edited since it was read: then the edit is still to be built. */
  rewrote(path: string, before: string, after: string): void {
    if (this.#stands.get(path) === digestOfBytes(before)) this.wrote(path, after);
  }

  #put(path: string, digest: Digest | null): void {
    if (digest === null) this.#stands.delete(path);
    else this.#stands.set(path, digest);
  }

  /** From now on, tasks are known one by one. */
  follow(run: Followed): void {
    this.#run = run;
  }

  /**
   * Takes the place of what was noted before: an edit that was undone withdraws nothing any more. Gives the files that
   * something is begun with: locks tell what was done, and nobody is shown them.
   */
  async note(files: readonly string[]): Promise<readonly string[]> {
    const changed = files.filter(isWritten);
    const sources = this.#run?.sources;
    const specs = specFolders(sources?.workspace.projects ?? []);
    const folders = new Set<string>();
    let everything = false;
    for (const path of changed) {
      const folder = featureFolderAt(specs, path);
      if (folder === null) everything = true;
      else folders.add(folder);
    }
    const features = new Map<string, Feature | null>();
    for (const folder of folders) {
      features.set(featureIn(folder), sources === undefined ? null : await featureNow(folder, sources));
    }
    this.#features = features;
    this.#everything = everything;
    this.#reached = null;
    return changed;
  }

  /** Whether to begin no call about a task, or about a feature as a whole. What is asked for is remembered. */
  withdraws(subject: string): boolean {
    const isWithdrawn = !this.#mayPay || this.#everything || this.#reaches(subject);
    if (isWithdrawn) this.#withdrawn.add(subject);
    return isWithdrawn;
  }

  #reaches(subject: string): boolean {
    if (this.#features.size === 0) return false;
    if (!subject.includes(":") || this.#run === null) {
      return this.#features.has(subject.split(":")[0] as string);
    }
    const { graph } = this.#run;
    if (this.#reached?.graph !== graph) this.#reached = { graph, tasks: this.#tasksIn(graph) };
    return this.#reached.tasks.has(subject as TaskId);
  }

  /** Tasks whose windows the edits can change, and all that comes after them. */
  #tasksIn(graph: Graph): ReadonlySet<TaskId> {
    const touched = new Set<number>();
    for (const [id, after] of this.#features) {
      const before = graph.features.get(id);
      if (before === undefined) continue;
      for (const id of touchedTasks(before, after)) {
        const node = graph.indexOf.get(id);
        if (node !== undefined) touched.add(node);
      }
    }
    return new Set(withDependents(graph, touched).flatMap((node) => graph.tasks[node]?.id ?? []));
  }
}
