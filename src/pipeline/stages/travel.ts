// Which trees may go to another machine, and how is one told there?

import type { Change } from "../../model/output.ts";
import { foldersOf } from "../../model/path.ts";
import { type Result, success } from "../../model/result.ts";
import type { Tree } from "../../model/tree.ts";
import { BLOCK_BYTES, MAX_DRAFT_BYTES } from "../../workspaces/collect-draft.ts";
import { changesFault } from "../../workspaces/draft-fault.ts";
import { smudgedFiles } from "../../workspaces/human-filters.ts";
import type { ProjectState } from "../projects/project-state.ts";
import type { SentTree } from "./sent-trees.ts";
import type { OrderedTree } from "./stage-order.ts";

/** Whether another machine sees in it what this one does. `tree`: as the project sees it. */
export async function canTravel(state: ProjectState, tree: Tree): Promise<Result<boolean>> {
  if ([...tree.values()].some(({ mode }) => mode === "160000")) return success(false);
  const { home } = state;
  // Programs of the person's make something else of these files.
  const smudged = await smudgedFiles(home.repository, {
    tree: state.treeInRepository(tree),
    human: home.human,
  });
  return smudged.ok ? success(smudged.value.size === 0) : smudged;
}

export function orderedTree({ home, project }: ProjectState, { human, tree }: SentTree): OrderedTree {
  return {
    ...{ project: project.id, repository: home.id, root: project.root, branch: home.branchName },
    ...{ setup: home.setup, env: home.env, keep: home.keep, network: home.projects[0].network ?? null },
    ...{ human, tree },
  };
}

/** Whether a draft that came from elsewhere is what a worktree could hold; what it may change is for its scope to say. */
export function isSoundDraft(
  { state, tree: seen }: { readonly state: ProjectState; readonly tree: Tree },
  changes: readonly Change[],
): boolean {
  const tree = state.treeInRepository(seen);
  const bytes = changes.reduce((sum, { content }) => sum + Math.max(BLOCK_BYTES, content?.length ?? 0), 0);
  const paths = new Set(changes.map(({ path }) => path));
  const isOfTree = changes.every(
    ({ path, content }) => tree.get(path)?.mode !== "160000" && (content !== null || tree.has(path)),
  );
  const isOneEach = paths.size === changes.length;
  const left = [...tree.keys()].filter((path) => !paths.has(path));
  const files = [...left, ...changes.flatMap(({ path, content }) => (content === null ? [] : [path]))];
  const folders = foldersOf(files);
  // No path is a file and a folder, as a link would be that others lie below.
  const isTree = files.every((path) => !folders.has(path));
  return isOfTree && isOneEach && isTree && bytes <= MAX_DRAFT_BYTES && changesFault(tree, changes) === null;
}
