// Where do the projects stand, for whoever builds again when that changes? A person's commit, and a merge that was kept
// back by what is no longer there, are something to build. What a build did to a project itself is not.

import { dirname, join } from "node:path";
import { type Digest, digestOf } from "../../model/digest.ts";
import type { Event } from "../../model/event.ts";
import type { Failure } from "../../model/failure.ts";
import { CURRENT, type Project } from "../../model/project.ts";
import type { SourceSnapshot } from "../../model/source-snapshot.ts";
import type { Oid } from "../../model/tree.ts";
import { type Stamp, sameStamp, stampOf } from "../../platform/stamp.ts";
import { branchOf } from "../../workspaces/branch.ts";
import { type BranchState, branchStateOf } from "../../workspaces/branch-state.ts";
import { type Located, locate } from "../../workspaces/locate.ts";
import { refPaths } from "../reading/build-index.ts";
import { holdsSpecs, repositoryFolder } from "./project-place.ts";

interface Known {
  readonly located: Located;
  readonly branch: string;
  /** Of its branch, as git keeps one that moves. */
  readonly folder: string;
  /** Of all files that say where its branches are. */
  readonly stamps: ReadonlyMap<string, Stamp>;
  readonly state: BranchState;
}

/** How a build left a project. */
interface Ended {
  readonly commit: string | null;
  readonly failure: Failure | null;
}

/** What of a project says where it stands. */
export type ProjectBranch = Pick<Project, "id" | "path" | "branch">;

/** The repository that the specs lie in: a commit there answers what was asked about features that are gone. */
export const SPECS_REPOSITORY: ProjectBranch = { id: "specs", path: ".", branch: CURRENT };

/** By `project/`, as in a target. A project that cannot be looked at has no entry. */
type Entries = ReadonlyMap<string, Digest | null>;

export class BranchStates {
  readonly #root: string;
  #known = new Map<string, Known>();
  #ended = new Map<string, Ended>();

  constructor(root: string) {
    this.#root = root;
  }

  /** Folders that are touched where a branch moves. */
  get folders(): readonly string[] {
    return [...this.#known.values()].map(({ folder }) => folder);
  }

  /** git is asked about projects of which a file changed, and about those that something is in the way of. */
  async take(projects: readonly ProjectBranch[]): Promise<SourceSnapshot> {
    const before = this.#known;
    const now = await Promise.all(
      projects.map(
        async (project) => [project.id, await this.#look(project, before.get(project.id))] as const,
      ),
    );
    this.#known = new Map(now.flatMap(([id, known]) => (known === null ? [] : [[id, known] as const])));
    return new Map([...this.#known].map(([id, { state }]) => [`${id}/`, digestOfState(state)]));
  }

  /** What happens in a build, of which it notes how projects are left. */
  heard(event: Event): void {
    if (event.type !== "project-settled") return;
    const { result, failure } = event;
    this.#ended.set(result.id, { commit: result.commit, failure });
  }

  /**
   * What the build that has ended stands on. A branch that is neither where the build found it nor where it left it was
   * moved by somebody else meanwhile: of such a project nothing is said, so that the next look finds it changed.
   */
  async after(projects: readonly ProjectBranch[]): Promise<Entries> {
    const before = this.#known;
    const now = await this.take(projects);
    const gone = [...before.keys()].filter((id) => !this.#known.has(id));
    const stands = [...this.#known].flatMap(([id, { state }]) => {
      const expected: (Oid | string | null | undefined)[] = [
        before.get(id)?.state.tip,
        this.#ended.get(id)?.commit,
      ];
      const entry = `${id}/`;
      return expected.includes(state.tip) ? [[entry, now.get(entry) ?? null] as const] : [];
    });
    return new Map([...gone.map((id) => [`${id}/`, null] as const), ...stands]);
  }

  async #look(project: ProjectBranch, before: Known | undefined): Promise<Known | null> {
    const kept = this.#ended.get(project.id)?.failure ?? null;
    const isWaiting = kept?.reason === "dirty-worktree" || kept?.reason === "branch-elsewhere";
    if (before !== undefined && !isWaiting && this.#holds(before.stamps)) return before;
    const located = before?.located ?? (await locatedAt(repositoryFolder(this.#root, project)));
    if (located === null) return null;
    const named = await branchOf(located, project.branch, holdsSpecs(this.#root, project));
    if (!named.ok) return null;
    const branch = named.value;
    const paths = refPaths(this.#root, located, branch);
    const stamps = new Map(paths.map((path) => [path, stampOf(join(this.#root, path))]));
    const found = await branchStateOf(located, branch, kept);
    if (!found.ok) return null;
    const folder = dirname(join(located.commonDir, "refs", "heads", branch));
    return { located, branch, folder, stamps, state: found.value };
  }

  #holds(stamps: ReadonlyMap<string, Stamp>): boolean {
    return [...stamps].every(([path, stamp]) => sameStamp(stamp, stampOf(join(this.#root, path))));
  }
}

function digestOfState({ tip, isBlocked }: BranchState): Digest {
  return digestOf("standing/1", [tip, isBlocked]);
}

async function locatedAt(folder: string): Promise<Located | null> {
  const located = await locate(folder);
  return located.ok ? located.value : null;
}
