// Which files does the branch of a project hold, for whoever asks without a build?

import type { Project } from "../../model/project.ts";
import { type Result, success } from "../../model/result.ts";
import type { Tree } from "../../model/tree.ts";
import { kindBehind } from "../../platform/files.ts";
import { Repository } from "../../workspaces/repository.ts";
import { placeOf, repositoryFolder } from "./project-place.ts";
import { mapSeenFrom } from "./seen-paths.ts";

export interface BranchFiles {
  readonly repository: Repository;
  /** As the project sees it. */
  readonly tree: Tree;
}

/** Null where there is no project yet, or nothing on its branch. */
export async function branchFiles(root: string, project: Project): Promise<Result<BranchFiles | null>> {
  const folder = kindBehind(repositoryFolder(root, project));
  if (!folder.ok) return folder;
  if (folder.value !== "folder") return success(null);
  const repository = await Repository.open(placeOf(root, project));
  if (!repository.ok) return repository;
  const heads = await repository.value.heads();
  if (!heads.ok) return heads;
  if (heads.value.branch === null) return success(null);
  const tree = await repository.value.tree(heads.value.branch);
  if (!tree.ok) return tree;
  return success({ repository: repository.value, tree: mapSeenFrom(project.root, tree.value) });
}
