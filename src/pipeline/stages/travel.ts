// Which trees may go to another machine, and how is one told there?

import { type Result, success } from "../../model/result.ts";
import type { Tree } from "../../model/tree.ts";
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
