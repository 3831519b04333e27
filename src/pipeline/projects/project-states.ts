// Which projects does this build work in? The repository of each is opened when the first task asks for it, once for all
// projects that lie in it; one that does not exist is made from its scaffold, or cloned.

import { realpath } from "node:fs/promises";
import { relative, resolve } from "node:path";
import type { EventBody } from "../../model/event.ts";
import type { Failure } from "../../model/failure.ts";
import { CURRENT, type Project } from "../../model/project.ts";
import { failed, type Result, success } from "../../model/result.ts";
import type { Blobs } from "../../store/blobs.ts";
import { DETACHED } from "../../workspaces/branch.ts";
import { ensureProject } from "../../workspaces/project-repository.ts";
import { Repository } from "../../workspaces/repository.ts";
import type { EarlyRepositories } from "./open-early.ts";
import { placeOf } from "./project-place.ts";
import { isFailure, ProjectState } from "./project-state.ts";
import { type ProjectOnBranch, RepositoryState } from "./repository-state.ts";
import { readScaffold } from "./scaffold.ts";
import type { SelectedResults } from "./selected-results.ts";

export interface ProjectStatesOrder {
  readonly root: string;
  readonly packageRoot: string;
  readonly projects: readonly Project[];
  readonly selected: SelectedResults;
  readonly blobs: Blobs;
  readonly emit: (event: EventBody) => void;
  readonly earlyRepositories: EarlyRepositories;
  /** Reading commands create no project and write nothing into one. */
  readonly readOnly: boolean;
  /** What is built may be new, so that a branch has to take it. */
  readonly mayMove: boolean;
  /** Nothing may be fetched. */
  readonly offline: boolean;
  readonly signal: AbortSignal;
}

export class ProjectStates {
  readonly #order: ProjectStatesOrder;
  readonly #found = new Map<string, Promise<Result<Repository>>>();
  readonly #opening = new Map<string, Promise<ProjectState | Failure>>();
  readonly #opened = new Map<string, ProjectState | Failure>();
  /** By the first project that lies there. */
  readonly #repositories = new Map<string, Promise<Result<RepositoryState>>>();
  #homes: Promise<ReadonlyMap<string, string>> | null = null;

  constructor(order: ProjectStatesOrder) {
    this.#order = order;
  }

  /** The failure, where the project cannot be worked in. */
  open(id: string): Promise<ProjectState | Failure> {
    const known = this.#opening.get(id);
    if (known !== undefined) return known;
    const opening = this.#open(id).then((result) => {
      const state = result.ok ? result.value : result.failure;
      this.#opened.set(id, state);
      return state;
    });
    this.#opening.set(id, opening);
    return opening;
  }

  /** Whether the project is not there. `open` makes or clones it then, which may take long; whoever only looks gets a failure. */
  async mustBeMade(id: string): Promise<boolean> {
    if (this.#opened.has(id) && !this.#order.readOnly) return false;
    const found = await this.#find(id);
    return !found.ok && found.failure.reason === "project-missing";
  }

  /** Null where nobody has asked for it yet. */
  at(id: string): ProjectState | Failure | null {
    return this.#opened.get(id) ?? null;
  }

  /** What was opened until now. */
  get opened(): ReadonlyMap<string, ProjectState | Failure> {
    return this.#opened;
  }

  /** The repositories of those, each once. */
  get homes(): readonly RepositoryState[] {
    const states = [...this.#opened.values()];
    return [...new Set(states.flatMap((state) => (isFailure(state) ? [] : [state.home])))];
  }

  #find(id: string): Promise<Result<Repository>> {
    const { root, earlyRepositories } = this.#order;
    const project = this.#project(id);
    const { repository } = project;
    const found =
      this.#found.get(repository) ??
      earlyRepositories.get(repository) ??
      Repository.open(placeOf(root, project));
    this.#found.set(repository, found);
    return found;
  }

  #project(id: string): Project {
    const project = this.#order.projects.find((candidate) => candidate.id === id);
    if (project === undefined) throw new Error(`bug: no project ${id}`);
    return project;
  }

  async #open(id: string): Promise<Result<ProjectState>> {
    const { repository } = this.#project(id);
    const opening = this.#repositories.get(repository) ?? this.#openRepository(id);
    this.#repositories.set(repository, opening);
    const home = await opening;
    if (!home.ok) return home;
    const project = home.value.projects.find((one) => one.id === id) as ProjectOnBranch;
    return success(new ProjectState(project, home.value));
  }

  async #openRepository(id: string): Promise<Result<RepositoryState>> {
    const { root, readOnly, selected, blobs } = this.#order;
    const project = this.#project(id);
    const place = placeOf(root, project);
    const twin = await this.#twinOf(project);
    if (twin !== null)
      return failed({
        ...{ reason: "project-unusable", path: project.path },
        detail: `it is the repository of the project ${twin} by another name; write the same \`path\`, and a \`root\` for each`,
      });
    let repository = await this.#find(id);
    if (!repository.ok && repository.failure.reason === "project-missing" && !readOnly) {
      const made = await this.#make(project, place.path);
      if (!made.ok) return made;
      repository = await Repository.open(place);
    }
    if (!repository.ok) return repository;
    if (!readOnly && this.#order.mayMove && repository.value.branch === DETACHED)
      return failed({ reason: "branch-detached", path: place.path });
    if (!readOnly) {
      const recovered = await repository.value.recover();
      if (!recovered.ok) return recovered;
    }
    const { repository: home } = project;
    const words = {
      released: selected.releasedIn(home),
      tasks: selected.tasks,
      recorded: selected.outputsIn(home),
      isClaimed: selected.claimsIn(home),
    };
    const siblings = this.#order.projects.filter((one) => one.repository === home);
    const projects = siblings as [Project, ...Project[]];
    return RepositoryState.open({ root, projects, repository: repository.value, ...words, blobs });
  }

  /** Two that write into one repository would undo each other's merges. Links show only on the disk, so nobody saw it before. */
  async #twinOf({ repository, path }: Project): Promise<string | null> {
    this.#homes ??= homesOf(this.#order);
    const homes = await this.#homes;
    const home = await homeOf(this.#order.root, path);
    const owner = home === null ? undefined : homes.get(home);
    return owner === undefined || owner === repository ? null : owner;
  }

  async #make(project: Project, path: string): Promise<Result<unknown>> {
    const { root, packageRoot, emit, signal } = this.#order;
    const { git: url, branch } = project;
    const refused = (why: "offline" | "failed", detail: string) =>
      failed({ reason: "project-not-cloned" as const, path: project.path, url: url ?? "", why, detail });
    if (url !== null && this.#order.offline) return refused("offline", "");
    const scaffold = await readScaffold({ root, packageRoot, project, path, signal });
    if (!scaffold.ok) return scaffold;
    const ensured = await ensureProject(
      path,
      branch === CURRENT ? null : branch,
      url === null ? scaffold.value : { url, signal },
    );
    if (!ensured.ok && url !== null && ensured.failure.reason === "git")
      return refused("failed", ensured.failure.stderr);
    if (ensured.ok && ensured.value.created) {
      emit({ type: "project-created", project: project.id, path: relative(root, path), from: url });
    }
    return ensured;
  }
}

/** By real folder: the first project whose repository is declared to be there. */
async function homesOf({ root, projects }: ProjectStatesOrder): Promise<ReadonlyMap<string, string>> {
  const homes = new Map<string, string>();
  const found = await Promise.all(projects.map(({ path }) => homeOf(root, path)));
  for (const [index, home] of found.entries()) {
    const { repository } = projects[index] as Project;
    if (home !== null && !homes.has(home)) homes.set(home, repository);
  }
  return homes;
}

/** Null where nothing is there, or nothing that could be looked at: opening it says why. */
function homeOf(root: string, path: string): Promise<string | null> {
  return realpath(resolve(root, path)).catch(() => null);
}
