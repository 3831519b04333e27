// What do planners see of the code? What the tasks of the feature will see: of each project that it goes into the human
// layer and what other features made, as a map in the window, and as files for those who read. What the feature itself made
// is no part of it: its tasks begin without that, and a plan of yesterday's code would be a patch.

import { randomUUID } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { type MapGround, mapGround } from "../../context/map-ground.ts";
import type { Graph } from "../../engine/graph.ts";
import type { EventBody } from "../../model/event.ts";
import type { Failure } from "../../model/failure.ts";
import type { Feature } from "../../model/feature.ts";
import { failed, type Result, success } from "../../model/result.ts";
import type { Tree } from "../../model/tree.ts";
import type { Blobs } from "../../store/blobs.ts";
import { onDisk } from "../../workspaces/disk.ts";
import { materialise } from "../../workspaces/worktree.ts";
import { groundBeside } from "../product/ground.ts";
import { isFailure, type ProjectState } from "../projects/project-state.ts";
import { ProjectStates } from "../projects/project-states.ts";
import { SelectedResults } from "../projects/selected-results.ts";
import type { Sources } from "../reading/sources.ts";
import { sketchesOf } from "./sketches.ts";

export interface PlannerGround {
  readonly project: string;
  readonly state: ProjectState;
  readonly tree: Tree;
  /** What maps of it are drawn from, whatever is asked for. */
  readonly code: MapGround;
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
  readonly #graph: Graph;
  readonly #selected: SelectedResults;
  readonly #projects: ProjectStates;
  readonly #grounds = new Map<string, Promise<Result<PlannerGround>>>();

  constructor({ sources, packageRoot, graph, blobs, emit, offline, signal }: PlannerProjectsOrder) {
    const { root, workspace, locks } = sources;
    const selected = new SelectedResults(graph, locks, workspace.projects);
    this.#sources = sources;
    this.#graph = graph;
    this.#selected = selected;
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
   * Once per project and build, for features of which nothing is built yet. A project that does not exist yet is made, so
   * that planners see its scaffold.
   */
  ground(project: string, { id, tasks }: Feature): Promise<Result<PlannerGround>> {
    const isBuilt = tasks.some((task) => this.#selected.entry(task.id) !== null);
    const name = `${project}/${isBuilt ? id : ""}`;
    const known = this.#grounds.get(name);
    if (known !== undefined) return known;
    const ground = this.#open(project, isBuilt ? id : "");
    this.#grounds.set(name, ground);
    return ground;
  }

  /** A folder of its own with the project's files, for agents that cannot ask. The caller disposes of its home. */
  async checkOut(
    { state, tree }: PlannerGround,
    name: string,
  ): Promise<Result<{ readonly home: string; readonly dir: string; readonly borrows: readonly string[] }>> {
    // Nobody finds it by its name: not another build, and not what a killed one left.
    const home = join(this.#sources.root, ".factory", "worktrees", `${name}-${randomUUID()}`);
    const flushed = await state.contents.flush();
    if (!flushed.ok) return flushed;
    const top = join(home, "tree");
    const { repository, human } = state.home;
    const laid = await materialise({ repository, tree: state.treeInRepository(tree), human, dir: top });
    if (!laid.ok) return laid;
    const dir = join(top, state.project.root);
    const made = await onDisk(dir, "make the folder of a project", () => mkdir(dir, { recursive: true }));
    return made.ok ? success({ home, dir, borrows: laid.value.borrows }) : made;
  }

  async #open(project: string, feature: string): Promise<Result<PlannerGround>> {
    const state: ProjectState | Failure = await this.#projects.open(project);
    if (isFailure(state)) return failed(state);
    const ground = await groundBeside({ graph: this.#graph, selected: this.#selected }, state, feature);
    if (!ground.ok) return ground;
    const { tree } = ground.value;
    const kept = join(this.#sources.root, ".factory", "maps", `${state.project.id}.json`);
    const files = await sketchesOf(tree, kept, (oids) => state.contents.ofAll(oids));
    return files.ok ? success({ project, state, tree, code: mapGround(files.value) }) : files;
  }
}
