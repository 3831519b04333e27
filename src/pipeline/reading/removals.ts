// What does the git of the specs say of a feature or a project that is gone? Asked only where something is gone.

import type { TaskId } from "../../model/address.ts";
import { taskId } from "../../model/address.ts";
import type { Project } from "../../model/project.ts";
import { type Result, success } from "../../model/result.ts";
import { LOCK_NAME, readLock } from "../../store/locks.ts";
import type { Git } from "../../workspaces/git.ts";
import { hasCommit, workspaceRepository } from "../../workspaces/workspace-repository.ts";

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

  /** Features of which the commit that is checked out keeps a lock, by the lock's path. */
  async lockedFeatures(): Promise<Result<ReadonlyMap<string, string>>> {
    if (this.#repository === null) return success(new Map());
    const { git, prefix } = this.#repository;
    const listed = await git.feed([
      ...["ls-tree", "-r", "-z", "--name-only", "--full-tree", "HEAD", "--"],
      `${prefix}specs/`,
    ]);
    if (!listed.ok) return listed;
    const found = new Map<string, string>();
    for (const path of listed.value.toString("utf8").split("\0")) {
      const [feature, file, ...deeper] = path.slice(`${prefix}specs/`.length).split("/");
      if (feature !== undefined && file === LOCK_NAME && deeper.length === 0) found.set(feature, path);
    }
    return success(found);
  }

  /** A committed lock that cannot be understood names no task; its feature is known by the lock being there. */
  async tasksIn(path: string): Promise<Result<readonly KnownTask[]>> {
    if (this.#repository === null) return success([]);
    const text = await this.#repository.git.feed(["cat-file", "blob", `HEAD:${path}`]);
    if (!text.ok) return text;
    const lock = readLock(text.value, path);
    if (!lock.ok) return success([]);
    const { feature, tasks } = lock.value;
    return success(
      Object.entries(tasks).map(([id, { project }]): KnownTask => [taskId(feature, id), project]),
    );
  }

  async ofFeature(feature: string): Promise<Result<Removal>> {
    if (this.#repository === null) return success("untold");
    const { git, prefix } = this.#repository;
    const folder = `${prefix}specs/${feature}`;
    const request = `${folder}/feature.md`;
    const entries = await git.feed(["ls-tree", "-z", "--full-tree", "HEAD", "--", folder, request]);
    if (!entries.ok) return entries;
    // A link stands for the folder that it leads to. Both are asked for, so a lock that stayed is listed, too.
    const kept = entries.value.toString("utf8").split("\0");
    const has = (kind: string, path: string) =>
      kept.some((entry) => entry.startsWith(kind) && entry.endsWith(`\t${path}`));
    if (has("100", request) || has("120000", request) || has("120000", folder)) return success("uncommitted");
    return this.#everIn(["--", request]);
  }

  /** The projects that the commit which is checked out declares; null where it declares nothing that can be read. */
  async declaredProjects(): Promise<Result<readonly Project[] | null>> {
    if (this.#repository === null) return success(null);
    const { git, prefix } = this.#repository;
    const path = `${prefix}projects.yaml`;
    const entry = await git.feed(["ls-tree", "--full-tree", "HEAD", "--", path]);
    if (!entry.ok) return entry;
    if (!entry.value.toString("utf8").startsWith("100")) return success(null);
    const bytes = await git.feed(["cat-file", "blob", `HEAD:${path}`]);
    if (!bytes.ok) return bytes;
    const { CATALOGUE } = await import("../../agents/agent-kinds.ts");
    const { parseWorkspace } = await import("../../spec/read/parse-workspace.ts");
    return success(
      parseWorkspace({ path: "projects.yaml", bytes: bytes.value }, CATALOGUE).value?.projects ?? null,
    );
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
