// What would git store of a draft that never lay on a disk? Agents that are asked for files, and the generator, hand in
// texts; the project's .gitattributes decide what becomes of them.

import type { Change } from "../../model/output.ts";
import { type Result, success } from "../../model/result.ts";
import type { Tree } from "../../model/tree.ts";
import { hasAttributes, storedForm } from "../../workspaces/stored-form.ts";
import type { Site } from "../projects/site.ts";

/** Nothing is asked where the project has no attributes. */
export async function storedChanges(
  site: Site,
  tree: Tree,
  changes: readonly Change[],
): Promise<Result<readonly Change[]>> {
  if (!hasAttributes(tree, changes)) return success(changes);
  const flushed = await site.flush();
  if (!flushed.ok) return flushed;
  return storedForm(site.repository, { changes, tree, spoken: "as-blob" });
}
