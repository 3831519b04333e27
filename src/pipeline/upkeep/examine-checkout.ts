// Is a worktree of the factory what people have before them? What it cannot lay out as they do is told here by name.

import { failureText } from "../../report/failure-text.ts";
import { unknownFilters } from "../../workspaces/human-filters.ts";
import { Repository, type RepositoryPlace } from "../../workspaces/repository.ts";
import { emptySubmodules } from "../../workspaces/submodules.ts";
import { type HealthFinding, problem } from "./health-finding.ts";

export async function examineCheckout(
  place: RepositoryPlace,
  subject: string,
): Promise<readonly HealthFinding[]> {
  const repository = await Repository.open(place);
  if (!repository.ok) return [failing(subject, repository.failure)];
  const tree = await repository.value.tree(repository.value.openedAt.branch);
  if (!tree.ok) return [failing(subject, tree.failure)];
  const filters = await unknownFilters(repository.value, tree.value);
  if (!filters.ok) return [failing(subject, filters.failure)];
  const submodules = await emptySubmodules(repository.value, tree.value);
  if (!submodules.ok) return [failing(subject, submodules.failure)];
  const empty = submodules.value.map((path) => {
    const says = `submodule ${path} is not here at its pinned commit, so its folder is empty for gates and agents`;
    const fix = "Run `git submodule update --init --recursive` in the project.";
    return problem("warning", { subject, code: "submodule-empty", says, fix });
  });
  const unknown = filters.value.map(({ filter, path }) => {
    const says = `your git has no filter ${filter}, so gates see ${path} and similar files in their stored form`;
    const fix = `Install it, such as with \`git lfs install\` where it is git-lfs, or remove it from .gitattributes.`;
    return problem("warning", { subject, code: "filter-missing", says, fix });
  });
  return [...empty, ...unknown];
}

function failing(subject: string, failure: Parameters<typeof failureText>[0]): HealthFinding {
  const { message, fix } = failureText(failure, subject);
  return problem("error", { subject, code: failure.reason, says: message, fix });
}
