// What of a draft is taken for inspection? What the task may write, without files that a person keeps, and beside the tests
// that another wrote for it.

import type { Change, Output } from "../../model/output.ts";
import { failed, type Result } from "../../model/result.ts";
import type { Run } from "../run/run.ts";
import { inspectScope } from "./inspect-scope.ts";
import type { TaskJob } from "./judge-task.ts";
import { keepDraft } from "./keep-draft.ts";

/** Fails with `gates-failed` where it goes beyond its scope. */
export async function takeDraft(
  run: Run,
  job: TaskJob,
  { changes, tests }: { readonly changes: readonly Change[]; readonly tests: readonly Change[] },
): Promise<Result<Output[]>> {
  const released = run.selected.entry(job.task.id)?.released ?? [];
  const own = changes.filter((change) => !released.includes(change.path));
  const scope = await inspectScope(run, job, own, tests);
  if (!scope.ok) return scope;
  run.emit({ type: "gate-ended", subject: job.task.id, result: scope.value });
  if (!scope.value.passed) return failed({ reason: "gates-failed", results: [scope.value] });
  return keepDraft(run, job, [...tests, ...own]);
}
