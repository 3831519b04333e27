// What does a build know of one project? What it knows of its repository, with all paths as they are seen from the project's
// root, and the tools by which the project is judged.

import { currentNodeMajor, toolchainDigest } from "../../gates/toolchain.ts";
import type { Digest } from "../../model/digest.ts";
import type { Failure } from "../../model/failure.ts";
import { inRepository, seenFrom } from "../../model/path.ts";
import type { Result } from "../../model/result.ts";
import type { Oid, Tree } from "../../model/tree.ts";
import type { Heads } from "../../workspaces/heads.ts";
import type { Edit } from "../../workspaces/human-layer.ts";
import type { Repository } from "../../workspaces/repository.ts";
import type { ProjectContents } from "./project-contents.ts";
import type { ProjectOnBranch, RepositoryState } from "./repository-state.ts";
import { mapInRepository, mapSeenFrom } from "./seen-paths.ts";

export class ProjectState {
  readonly project: ProjectOnBranch;
  /** The repository that it lies in. */
  readonly home: RepositoryState;
  /** The branch as it is. */
  readonly branch: Tree;
  /** The branch's tree with the factory's contribution taken out. */
  readonly human: Tree;
  /** The newest product: what the branch holds, with what waits. */
  readonly product: Tree;
  readonly toolchain: Digest;
  readonly contents: ProjectContents;
  /** As `environmentOf` (task-environment.ts) found them: files of people that gates and setup run from. */
  gateAndSetupFiles: readonly (readonly [path: string, oid: string])[] | null = null;

  constructor(project: ProjectOnBranch, home: RepositoryState) {
    const { root, setup, services } = project;
    this.project = project;
    this.home = home;
    this.branch = mapSeenFrom(root, home.branch);
    this.human = mapSeenFrom(root, home.human);
    this.product = mapSeenFrom(root, home.product);
    this.toolchain = toolchainDigest({
      ...{ nodeMajor: currentNodeMajor(), setup, lockfiles: home.lockfiles, root },
      services: services.map(({ id, run }) => `${id}\0${run}`),
    });
    const { branch, human, product } = this;
    this.contents = root === "" ? home.contents : home.contents.seenFrom(root, { branch, human, product });
  }

  get repository(): Repository {
    return this.home.repository;
  }

  get heads(): Heads {
    return this.home.heads;
  }

  /** Generated files that a person changed or deleted on the branch. */
  get edited(): ReadonlyMap<string, Edit> {
    return mapSeenFrom(this.project.root, this.home.edited);
  }

  /** A path of the repository as the project says it. */
  seen(path: string): string {
    return seenFrom(this.project.root, path);
  }

  /** A path of the project as its repository says it. */
  told(path: string): string {
    return inRepository(this.project.root, path);
  }

  treeSeen(tree: Tree): Tree {
    return mapSeenFrom(this.project.root, tree);
  }

  treeInRepository(tree: Tree): Tree {
    return mapInRepository(this.project.root, tree);
  }

  writeTree(tree: Tree): Promise<Result<Oid>> {
    return this.repository.writeTree(this.treeInRepository(tree));
  }
}

export function isFailure(state: ProjectState | Failure): state is Failure {
  return !(state instanceof ProjectState);
}
