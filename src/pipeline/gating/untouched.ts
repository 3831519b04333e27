// A gate fails on the untouched tree: in what does the copy that it ran in differ from the folder where a person sees it
// pass? Asked only after the failure. Whatever else can differ, such as variables, is one more fact in this list.

import type { Difference } from "../../model/difference.ts";
import { checkoutDifferences } from "../../workspaces/checkout-differences.ts";
import type { ProjectState } from "../projects/project-state.ts";

export async function differencesBetween(state: ProjectState, copy: string): Promise<readonly Difference[]> {
  const { project } = state;
  const { repository, heads, human } = state.home;
  const found = await checkoutDifferences({
    located: repository.located,
    branch: project.branch,
    tree: human,
    copy,
    hasSetup: project.setup !== null,
  });
  const branch = await repository.tree(heads.branch);
  if (!branch.ok) return [...found, { kind: "unknown", what: "generated files", why: branch.failure.reason }];
  const paths = [...branch.value.keys()].filter((path) => !human.has(path));
  return paths.length === 0 ? found : [...found, { kind: "generated", paths }];
}
