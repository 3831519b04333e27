// What would git store of a draft that never lay on a disk? Agents that are asked for files, and the generator, hand in
// texts; the project's .gitattributes decide what becomes of them.

import type { Change } from "../../model/output.ts";
import { failed, type Result, success } from "../../model/result.ts";
import type { Tree } from "../../model/tree.ts";
import { filtersOf, hasAttributes, isAttributes, storedForm } from "../../workspaces/stored-form.ts";
import type { ProjectState } from "../projects/project-state.ts";
import type { Assignment } from "./assignment.ts";

/** Nothing is asked where the project has no attributes. */
export async function storedChanges(
  state: ProjectState,
  tree: Tree,
  changes: readonly Change[],
): Promise<Result<readonly Change[]>> {
  if (!hasAttributes(tree, changes)) return success(changes);
  const flushed = await state.contents.flush();
  if (!flushed.ok) return flushed;
  const stored = await storedForm(state.repository, {
    changes: changes.map((change) => ({ ...change, path: state.told(change.path) })),
    tree: state.treeInRepository(tree),
    form: "as-blob",
  });
  return changesSeen(state, stored);
}

/** What was looked at in the repository, as the project says it. */
export function changesSeen(
  state: ProjectState,
  found: Result<readonly Change[]>,
): Result<readonly Change[]> {
  if (found.ok) return success(found.value.map((change) => ({ ...change, path: state.seen(change.path) })));
  const { failure } = found;
  const namesPath = failure.reason === "filtered-path" || failure.reason === "not-encoded";
  return namesPath ? failed({ ...failure, path: state.seen(failure.path) }) : found;
}

/**
 * `filtered-path` where a task is to write a file that no draft may hold, so that nobody is paid for it. Patterns may
 * mean other files, and a task that writes attributes may change them: their drafts are looked at by path.
 */
export async function hintedFilter({ state, task }: Assignment): Promise<Result<null>> {
  if (!hasAttributes(state.human) || task.filesHint.some(isAttributes)) return success(null);
  const named = task.filesHint.filter((path) => !/[*?[\]{}!]/.test(path));
  const told = named.map((path) => state.told(path));
  const filters = await filtersOf(state.repository, state.home.human, told);
  if (!filters.ok) return filters;
  const [found] = filters.value;
  return found === undefined
    ? success(null)
    : failed({ reason: "filtered-path", path: state.seen(found[0]), filter: found[1] });
}
