// Which projects does this build work in? Each is opened when the first task asks for it, once; one that does not exist
// is made from its scaffold, or cloned.

import { realpath } from "node:fs/promises";
import { relative, resolve } from "node:path";
import type { EventBody } from "../../model/event.ts";
import type { Failure } from "../../model/failure.ts";
import { CURRENT, type Project } from "../../model/project.ts";
import { failed, type Result } from "../../model/result.ts";
import type { Blobs } from "../../store/blobs.ts";
import { DETACHED } from "../../workspaces/branch.ts";
import { ensureProject } from "../../workspaces/project-repository.ts";
import { Repository } from "../../workspaces/repository.ts";
import type { Book } from "./book.ts";
import type { Early } from "./open-early.ts";
import { readScaffold } from "./scaffold.ts";
import { placeOf, Site } from "./site.ts";

export interface SitesOrder {
  readonly root: string;
  readonly packageRoot: string;
  readonly projects: readonly Project[];
  readonly book: Book;
  readonly blobs: Blobs;
  readonly emit: (happening: EventBody) => void;
  readonly early: Early;
  /** Reading commands create no project and write nothing into one. */
  readonly readOnly: boolean;
  /** What is built may be new, so that a branch has to take it. */
  readonly mayMove: boolean;
  /** Nothing may be fetched. */
  readonly offline: boolean;
  readonly signal: AbortSignal;
}

export class Sites {
  readonly #order: SitesOrder;
  readonly #found = new Map<string, Promise<Result<Repository>>>();
  readonly #opening = new Map<string, Promise<Site | Failure>>();
  readonly #opened = new Map<string, Site | Failure>();
  #homes: Promise<ReadonlyMap<string, string>> | null = null;

  constructor(order: SitesOrder) {
    this.#order = order;
  }

  /** The failure, where the project cannot be worked in. */
  open(id: string): Promise<Site | Failure> {
    const known = this.#opening.get(id);
    if (known !== undefined) return known;
    const opening = this.#open(id).then((result) => {
      const site = result.ok ? result.value : result.failure;
      this.#opened.set(id, site);
      return site;
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
  at(id: string): Site | Failure | null {
    return this.#opened.get(id) ?? null;
  }

  /** What was opened until now. */
  get opened(): ReadonlyMap<string, Site | Failure> {
    return this.#opened;
  }

  #find(id: string): Promise<Result<Repository>> {
    const { root, early } = this.#order;
    const found = this.#found.get(id) ?? early.get(id) ?? Repository.open(placeOf(root, this.#project(id)));
    this.#found.set(id, found);
    return found;
  }

  #project(id: string): Project {
    const project = this.#order.projects.find((candidate) => candidate.id === id);
    if (project === undefined) throw new Error(`bug: no project ${id}`);
    return project;
  }

  async #open(id: string): Promise<Result<Site>> {
    const { root, readOnly, book, blobs } = this.#order;
    const project = this.#project(id);
    const place = placeOf(root, project);
    const twin = await this.#twinOf(project);
    if (twin !== null)
      return failed({
        ...{ reason: "project-unusable", path: project.path },
        detail: `it is the repository of the project ${twin} by another name`,
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
    const words = {
      released: book.releasedIn(id),
      recorded: book.outputsIn(id),
      isClaimed: book.claimsIn(id),
    };
    return Site.open({ root, project, repository: repository.value, ...words, blobs });
  }

  /** Two that write into one repository would undo each other's merges. Links show only on the disk, so nobody saw it before. */
  async #twinOf({ id, path }: Project): Promise<string | null> {
    this.#homes ??= homesOf(this.#order);
    const homes = await this.#homes;
    const home = await homeOf(this.#order.root, path);
    const owner = home === null ? undefined : homes.get(home);
    return owner === undefined || owner === id ? null : owner;
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

/** By real folder: the first project that is declared to be there. */
async function homesOf({ root, projects }: SitesOrder): Promise<ReadonlyMap<string, string>> {
  const homes = new Map<string, string>();
  const found = await Promise.all(projects.map(({ path }) => homeOf(root, path)));
  for (const [index, home] of found.entries()) {
    const { id } = projects[index] as Project;
    if (home !== null && !homes.has(home)) homes.set(home, id);
  }
  return homes;
}

/** Null where nothing is there, or nothing that could be looked at: opening it says why. */
function homeOf(root: string, path: string): Promise<string | null> {
  return realpath(resolve(root, path)).catch(() => null);
}
