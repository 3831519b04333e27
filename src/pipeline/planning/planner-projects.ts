// What do planners see of the code? The branch of each project that the feature goes into, as it is now: a map of it in
// the window, and the files themselves for those who read.

import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { exportedSignatures, repoMap } from "../../context/repo-map.ts";
import type { Graph } from "../../engine/graph.ts";
import { type Digest, digestOf } from "../../model/digest.ts";
import type { EventBody } from "../../model/event.ts";
import type { Failure } from "../../model/failure.ts";
import { failed, type Result, success } from "../../model/result.ts";
import type { Tree } from "../../model/tree.ts";
import type { Blobs } from "../../store/blobs.ts";
import { writeDurably } from "../../store/durable.ts";
import { materialise } from "../../workspaces/worktree.ts";
import { isFailure, type ProjectState } from "../projects/project-state.ts";
import { ProjectStates } from "../projects/project-states.ts";
import { SelectedResults } from "../projects/selected-results.ts";
import type { Sources } from "../reading/sources.ts";
import { readText } from "./plan-facts.ts";

export interface PlannerGround {
  readonly project: string;
  readonly state: ProjectState;
  readonly tree: Tree;
  readonly map: string;
}

export interface PlannerProjectsOrder {
  readonly sources: Sources;
  readonly packageRoot: string;
  readonly graph: Graph;
  readonly blobs: Blobs;
  readonly emit: (event: EventBody) => void;
  readonly offline: boolean;
  readonly signal: AbortSignal;
}

export class PlannerProjects {
  readonly #sources: Sources;
  readonly #projects: ProjectStates;
  readonly #grounds = new Map<string, Promise<Result<PlannerGround>>>();

  constructor({ sources, packageRoot, graph, blobs, emit, offline, signal }: PlannerProjectsOrder) {
    const { root, workspace, locks } = sources;
    const selected = new SelectedResults(graph, locks);
    this.#sources = sources;
    this.#projects = new ProjectStates({
      root,
      packageRoot,
      projects: workspace.projects,
      selected,
      blobs,
      emit,
      earlyRepositories: new Map(),
      readOnly: false,
      mayMove: true,
      offline,
      signal,
    });
  }

  /**
   * Once per project and build; `sharers` is how many maps share the room of one. A project that does not exist yet is
   * made, so that planners see its scaffold.
   */
  ground(project: string, sharers: number): Promise<Result<PlannerGround>> {
    const name = `${project}/${sharers}`;
    const known = this.#grounds.get(name);
    if (known !== undefined) return known;
    const ground = this.#open(project, Math.floor(this.#sources.workspace.limits.mapBytes / sharers));
    this.#grounds.set(name, ground);
    return ground;
  }

  /** A folder of its own with the project's files, for agents that cannot ask. The caller disposes of its home. */
  async checkOut(
    { state, tree }: PlannerGround,
    name: string,
  ): Promise<Result<{ readonly home: string; readonly dir: string }>> {
    // Nobody finds it by its name: not another build, and not what a killed one left.
    const home = join(this.#sources.root, ".factory", "worktrees", `${name}-${randomUUID()}`);
    const flushed = await state.flush();
    if (!flushed.ok) return flushed;
    const dir = join(home, "tree");
    const laid = await materialise({ repository: state.repository, tree, human: state.human, dir });
    return laid.ok ? success({ home, dir }) : laid;
  }

  async #open(project: string, mapBytes: number): Promise<Result<PlannerGround>> {
    const state: ProjectState | Failure = await this.#projects.open(project);
    if (isFailure(state)) return failed(state);
    const { branch } = state.heads;
    const tree = branch === null ? success<Tree>(new Map()) : await state.repository.tree(branch);
    if (!tree.ok) return tree;
    const map = await this.#mapOf(state, tree.value, mapBytes);
    return map.ok ? success({ project, state, tree: tree.value, map: map.value }) : map;
  }

  /** Kept beside the store, and made anew when a file of the project is another. */
  async #mapOf(state: ProjectState, tree: Tree, mapBytes: number): Promise<Result<string>> {
    const key = mapKey(tree, mapBytes);
    const path = join(this.#sources.root, ".factory", "maps", `${state.project.id}.md`);
    const mark = `<!-- ${key} -->\n`;
    const kept = readText(path);
    // Whatever keeps it back, it is made anew.
    if (kept.ok && kept.value?.startsWith(mark)) return success(kept.value.slice(mark.length));
    const entries = [...tree].filter(([, { mode }]) => mode === "100644" || mode === "100755");
    const contents = await state.repository.read(entries.map(([, { oid }]) => oid));
    if (!contents.ok) return contents;
    const files = entries.map(([path], index) => {
      const text = Buffer.from(contents.value[index] as Uint8Array).toString("utf8");
      return { path, exports: exportedSignatures(path, text) };
    });
    const map = repoMap(files, mapBytes);
    await writeDurably(path, mark + map, { derived: true });
    return success(map);
  }
}

function mapKey(tree: Tree, limit: number): Digest {
  return digestOf("repo-map/1", {
    limit,
    files: [...tree].map(([path, { oid }]) => `${path} ${oid}`).sort(),
  });
}
