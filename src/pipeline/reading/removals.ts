// What does the git of the specs say of a feature or a project that is gone? Asked only where something is gone.

import type { TaskId } from "../../model/address.ts";
import { taskId } from "../../model/address.ts";
import type { Project } from "../../model/project.ts";
import { type Result, success } from "../../model/result.ts";
import { featureFolderAt, featureIn, specFolders } from "../../model/spec-folders.ts";
import { lockPath, readLock } from "../../store/locks.ts";
import type { Git } from "../../workspaces/git.ts";
import { hasCommit, workspaceRepository } from "../../workspaces/workspace-repository.ts";
import { projectsAt } from "./declared-projects.ts";

/**
 * `uncommitted`: the commit that is checked out has it. `committed`: that commit's history had it. `elsewhere`: another
 * line had it, and what is checked out never did. `untold`: git never kept it, or there is no git.
 */
export type Removal = "uncommitted" | "committed" | "elsewhere" | "untold";

/** A task that a lock names, and where it was built. */
export type KnownTask = readonly [task: TaskId, project: string];

export class SpecHistory {
  readonly #repository: { readonly git: Git; readonly prefix: string } | null;

  private constructor(repository: { readonly git: Git; readonly prefix: string } | null) {
    this.#repository = repository;
  }

  /** Of a workspace in no repository, or in one without a commit, it has nothing to tell. */
  static async of(root: string): Promise<Result<SpecHistory>> {
    const repository = await workspaceRepository(root);
    if (!repository.ok) return repository;
    if (repository.value === null) return success(new SpecHistory(null));
    const { git, prefix } = repository.value;
    const born = await hasCommit(git);
    if (!born.ok) return born;
    return success(new SpecHistory(born.value ? { git, prefix } : null));
  }

  /**
   * Features of which the commit that is checked out keeps a lock, by the lock's path from the workspace root: in `specs`, or
   * where that commit itself says that features lie.
   */
  async lockedFeatures(specs: readonly string[]): Promise<Result<ReadonlyMap<string, string>>> {
    if (this.#repository === null) return success(new Map());
    const { git, prefix } = this.#repository;
    const declared = await this.declaredProjects();
    if (!declared.ok) return declared;
    const folders = [...new Set([...specs, ...specFolders(declared.value ?? [])])];
    const listed = await git.feed([
      ...["ls-tree", "-r", "-z", "--name-only", "--full-tree", "HEAD", "--"],
      ...folders.map((folder) => `${prefix}${folder}/`),
    ]);
    if (!listed.ok) return listed;
    const found = new Map<string, string>();
    for (const path of listed.value.toString("utf8").split("\0")) {
      const own = path.slice(prefix.length);
      const folder = featureFolderAt(folders, own);
      if (folder !== null && own === lockPath(folder)) found.set(featureIn(folder), own);
    }
    return success(found);
  }

  /** A committed lock that cannot be understood names no task; its feature is known by the lock being there. */
  async tasksIn(path: string): Promise<Result<readonly KnownTask[]>> {
    if (this.#repository === null) return success([]);
    const { git, prefix } = this.#repository;
    const text = await git.feed(["cat-file", "blob", `HEAD:${prefix}${path}`]);
    if (!text.ok) return text;
    const lock = readLock(text.value, path);
    if (!lock.ok) return success([]);
    const { feature, tasks } = lock.value;
    return success(
      Object.entries(tasks).map(([id, { project }]): KnownTask => [taskId(feature, id), project]),
    );
  }

  /** `places`: folders in which it may have lain, from the workspace root. */
  async ofFeature(places: readonly string[]): Promise<Result<Removal>> {
    if (this.#repository === null) return success("untold");
    const { git, prefix } = this.#repository;
    const folders = places.map((folder) => `${prefix}${folder}`);
    const requests = folders.map((folder) => `${folder}/feature.md`);
    const entries = await git.feed(["ls-tree", "-z", "--full-tree", "HEAD", "--", ...folders, ...requests]);
    if (!entries.ok) return entries;
    // A link stands for the folder that it leads to. Both are asked for, so a lock that stayed is listed, too.
    const kept = entries.value.toString("utf8").split("\0");
    const has = (kind: string, paths: readonly string[]) =>
      kept.some((entry) => entry.startsWith(kind) && paths.some((path) => entry.endsWith(`\t${path}`)));
    if (has("100", requests) || has("120000", requests) || has("120000", folders))
      return success("uncommitted");
    return this.#everIn(["--", ...requests]);
  }

  /** The projects that the commit which is checked out declares; null where it declares nothing that can be read. */
  async declaredProjects(): Promise<Result<readonly Project[] | null>> {
    if (this.#repository === null) return success(null);
    return projectsAt(this.#repository, "HEAD");
  }

  /** Of one that is not declared in the commit that is checked out. */
  async ofProject(id: string): Promise<Result<Removal>> {
    if (this.#repository === null) return success("untold");
    const word = id.replace(/[^A-Za-z0-9_-]/g, (letter) => `[${letter}]`);
    const line = `(^|[^A-Za-z0-9_-])id"?: *["']?${word}["']?([^A-Za-z0-9_-]|$)`;
    return this.#everIn([`-G${line}`, "--", `${this.#repository.prefix}projects.yaml`]);
  }

  async #everIn(question: readonly string[]): Promise<Result<Removal>> {
    if (this.#repository === null) return success("untold");
    const { git } = this.#repository;
    for (const [lines, removal] of [
      [["HEAD"], "committed"],
      [["--all", "--reflog"], "elsewhere"],
    ] as const) {
      // A merge that took nothing of a line had it all the same.
      const log = ["log", "--max-count=1", "--full-history", "--format=%H"];
      const found = await git.feed([...log, ...lines, ...question]);
      if (!found.ok) return found;
      if (found.value.toString("utf8").trim() !== "") return success(removal);
    }
    return success("untold");
  }
}
