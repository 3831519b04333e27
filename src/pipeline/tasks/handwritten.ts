// Would a draft that was made without looking replace what people wrote? The generator renders a file and never looks at what
// is there, so a file that people have where it writes is theirs until they hand it over. Where it inserts, it has looked.

import type { Failure } from "../../model/failure.ts";
import { FETCH_FILES, FETCH_HISTORY } from "../../model/fetch-commands.ts";
import { holdsRun, insertionsOf, linesOf, withoutEnd } from "../../model/inserted-lines.ts";
import type { Change } from "../../model/output.ts";
import { type Result, success } from "../../model/result.ts";
import { ownOutputs } from "../../model/trace.ts";
import { isShallow } from "../../workspaces/ancestry.ts";
import { gitAt, type Located } from "../../workspaces/locate.ts";
import { blobOid } from "../../workspaces/objects.ts";
import { isPartial } from "../../workspaces/partial-clone.ts";
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
  const { layers, waiting } = state.home;
  const { objectFormat } = state.repository.located;
  const standing = changes.filter(({ path, mode, content, inserted }) => {
    const entry = state.human.get(path);
    const told = state.told(path);
    const isOurs = layers.contribution.has(told) || waiting?.changes.has(told);
    if (entry === undefined || isOurs || isPackageManifest(path) || inserted !== undefined) return false;
    return content === null || mode !== entry.mode || blobOid(content, objectFormat) !== entry.oid;
  });
  if (standing.length === 0) return success(null);
  // A lock alone makes no file ours: but of a shared one it tells what lay below the task's change.
  const recorded = run.selected.outputsIn(state.project.repository);
  const isShared = (path: string) => recorded.get(path)?.some(({ base }) => base !== null) === true;
  const paths = standing.map(({ path }) => path).filter((path) => !isShared(state.told(path)));
  if (paths.length === 0) return success(null);
  const brought = await lackingVersions(state.repository.located);
  if (!brought.ok) return brought;
  return success({
    reason: "usage",
    message: `${task.id} would replace what people wrote: ${paths.join(", ")} is not a file of the factory`,
    fix: `${brought.value} it over with \`factory adopt\`, move it, or let the template write another path`,
  });
}

/** How the way out begins: an earlier version that this clone may lack would tell whose a file is. */
async function lackingVersions(located: Located): Promise<Result<string>> {
  const ends = await isShallow(gitAt(located));
  if (!ends.ok) return ends;
  const partial = ends.value ? success(false) : await isPartial(located);
  if (!partial.ok) return partial;
  const [why, command] = ends.value
    ? ["The history of this clone ends before its beginning, which may tell more", FETCH_HISTORY]
    : ["It is a partial clone, and an earlier version may tell more", FETCH_FILES];
  const isWhole = !ends.value && !partial.value;
  return success(isWhole ? "Hand" : `${why}: run \`${command}\` in the project, and build again. Or hand`);
}

/**
 * Lines that the task inserted before stand in what counts as people's: a squash that kept a title alone tells of none, and they
 * would stand there twice. Null where nothing of it is so.
 */
export async function insertedBefore(
  run: Run,
  { state, task }: Pick<Assignment, "state" | "task">,
  changes: readonly Change[],
): Promise<Result<Failure | null>> {
  const before = run.selected.before(task.id);
  const { layers, waiting } = state.home;
  for (const { path, content, inserted = [] } of changes) {
    const entry = state.human.get(path);
    const made = before === null ? undefined : ownOutputs(before).find((output) => output.path === path);
    const isKnown = [layers.contribution, waiting?.changes].some((paths) => paths?.has(state.told(path)));
    if (content === null || inserted.length === 0 || entry === undefined || isKnown) continue;
    if (made?.inserted === undefined) continue;
    const standing = await state.contents.of(entry.oid);
    if (!standing.ok) return standing;
    const last = await state.contents.ofOutput(made);
    if (!last.ok) return last;
    const runs =
      last.value === null ? insertionsOf(content, inserted) : insertionsOf(last.value, made.inserted);
    const lines = linesOf(standing.value).map(withoutEnd);
    if (!runs.some((one) => holdsRun(lines, one.lines.map(withoutEnd)))) continue;
    return success({
      reason: "usage",
      message: `${task.id} inserted lines into ${path} before, and no commit tells any more that those that stand there are its own`,
      fix: `Take them out of the file and commit that, or run \`${FETCH_HISTORY}\` in the project where its history ends early. Then build again`,
    });
  }
  return success(null);
}
