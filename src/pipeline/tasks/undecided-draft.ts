// Which draft waits for a person, since its reviewer could not judge it? It is paid for and has passed its gates, so it is
// neither drafted again nor reviewed again.

import { type Result, success } from "../../model/result.ts";
import type { DraftRemarks } from "./draft-remarks.ts";
import type { TaskJob } from "./judge-task.ts";
import type { UndecidedDraft } from "./task-files.ts";

/** Of an earlier build; null where there is none, or its bytes are gone. */
export async function undecidedDraft(
  { state }: TaskJob,
  { undecided }: DraftRemarks,
): Promise<Result<UndecidedDraft | null>> {
  if (undecided === null) return success(null);
  const located = await state.contents.locate(undecided.outputs);
  if (!located.ok) return located;
  return success(located.value.lost.length === 0 ? undecided : null);
}
