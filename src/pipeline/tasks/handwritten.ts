// Would a draft that was made without looking replace what people wrote? The generator renders a file and never looks at what
// is there, so a file that people have where it writes is theirs until they hand it over. Where it inserts, it has looked.

import type { Failure } from "../../model/failure.ts";
import type { Change } from "../../model/output.ts";
import { type Result, success } from "../../model/result.ts";
import { isShallow } from "../../workspaces/ancestry.ts";
import { gitAt } from "../../workspaces/locate.ts";
import { blobOid } from "../../workspaces/objects.ts";
import { isPackageManifest } from "../product/compose-shared-file.ts";
import type { Run } from "../run/run.ts";
import type { Assignment } from "./assignment.ts";

/** Null where nothing of people's is in the way. Manifests are merged by key, lines are inserted, and what is the same already stays. */
export async function replacedHandwriting(
  run: Run,
  { agent, state, task }: Pick<Assignment, "agent" | "state" | "task">,
  changes: readonly Change[],
): Promise<Result<Failure | null>> {
  if (agent.kind !== "generator") return success(null);
  // A lock alone makes no file ours: but of a shared one it tells what lay below the task's change.
  const shared = new Set(
    [...run.selected.outputsIn(state.project.repository)].flatMap(([path, outputs]) =>
      outputs.some(({ base }) => base !== null) ? [path] : [],
    ),
  );
  const { layers, waiting } = state.home;
  const { objectFormat } = state.repository.located;
  const paths = changes.flatMap(({ path, mode, content, inserted }) => {
    const entry = state.human.get(path);
    const told = state.told(path);
    const isOurs = layers.contribution.has(told) || waiting?.changes.has(told) || shared.has(told);
    if (entry === undefined || isOurs || isPackageManifest(path) || inserted !== undefined) return [];
    const isSame = content !== null && mode === entry.mode && blobOid(content, objectFormat) === entry.oid;
    return isSame ? [] : [path];
  });
  if (paths.length === 0) return success(null);
  const ends = await isShallow(gitAt(state.repository.located));
  if (!ends.ok) return ends;
  const older = ends.value
    ? "The history of this clone ends before its beginning, which may tell more: run `git fetch --unshallow` in the project, and build again. Or hand"
    : "Hand";
  return success({
    reason: "usage",
    message: `${task.id} would replace what people wrote: ${paths.join(", ")} is not a file of the factory`,
    fix: `${older} it over with \`factory adopt\`, move it, or let the template write another path`,
  });
}
