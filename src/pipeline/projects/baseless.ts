// Which outputs did a person edit where nobody has what was edited? As in a shallow clone without a store: the lock tells
// the digest of the base, and its bytes are nowhere. What the person made of it stands in for the output, so that nothing
// else waits for it; a new draft of it could not be merged.

import { digestOfBytes } from "../../model/digest.ts";
import type { Output } from "../../model/output.ts";
import { type Result, success } from "../../model/result.ts";
import { givesWay, type LockEntry, ownOutputs } from "../../model/trace.ts";
import type { ProjectState } from "./project-state.ts";

/** A project or a repository, and the entry in its own paths. */
type EditedState = Pick<ProjectState, "edited" | "branch" | "contents">;

/** Paths of such outputs; not of those at which the product wins by a person's word. */
export function baselessPaths(
  entry: LockEntry,
  { edited }: Pick<EditedState, "edited">,
): ReadonlySet<string> {
  const lost = ownOutputs(entry).filter(({ path, digest }) => {
    const edit = edited.get(path);
    return digest !== null && edit?.lost === digest && !givesWay(entry, path, edit.current);
  });
  return new Set(lost.map(({ path }) => path));
}

/** The outputs whose recorded bytes are needed. */
export function basedOutputs(entry: LockEntry, state: Pick<EditedState, "edited">): readonly Output[] {
  const baseless = baselessPaths(entry, state);
  return ownOutputs(entry).filter(({ path }) => !baseless.has(path));
}

/** As others see them: what stands on the branch in place of what nobody has. */
export async function shownOutputs(entry: LockEntry, state: EditedState): Promise<Result<readonly Output[]>> {
  const baseless = baselessPaths(entry, state);
  if (baseless.size === 0) return success(entry.outputs);
  const shown: Output[] = [];
  for (const output of entry.outputs) {
    if (!baseless.has(output.path)) {
      shown.push(output);
      continue;
    }
    const current = state.branch.get(output.path);
    if (current === undefined) continue;
    const content = await state.contents.of(current.oid);
    if (!content.ok) return content;
    shown.push({ ...output, digest: digestOfBytes(content.value) });
  }
  return success(shown);
}
