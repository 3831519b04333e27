// What comes before an attempt? Whether it may cost anything, tests of another author, written once for all attempts, and the
// window as this one is given it.

import type { Change } from "../../model/output.ts";
import { failed, type Result, success } from "../../model/result.ts";
import type { Window } from "../../model/window.ts";
import type { Run } from "../run/run.ts";
import { windowToDeliver } from "./deliver.ts";
import type { TaskJob } from "./judge-task.ts";
import type { TaskRecord } from "./task-record.ts";

/** What costs nothing needs no budget. */
export function mayBePaid({ sessions, ledger }: Run, { task, agent }: TaskJob): Result<void> {
  if (agent.kind === "generator") return success(undefined);
  if (sessions.withdrawn(task.id)) return failed({ reason: "withdrawn" });
  return ledger.check({ task: task.id, project: task.project });
}

/** `known` were written for an earlier attempt. Null where the drafter writes them as well. */
export async function testsFirst(
  run: Run,
  job: TaskJob,
  record: TaskRecord,
  known: readonly Change[] | null,
): Promise<Result<readonly Change[] | null>> {
  if (job.testers.length === 0 || known !== null) return success(known);
  const { writeTests } = await import("./independent-tests.ts");
  const { result, usage } = await writeTests(run, job, record.roundSalt);
  record.spent(usage);
  return result;
}

export async function deliveredWindow(run: Run, job: TaskJob, record: TaskRecord): Promise<Result<Window>> {
  const { roundSalt: salt, lessons, outdated } = record;
  const { result, usage } = await windowToDeliver(run, job, { salt, lessons, outdated });
  record.spent(usage);
  return result;
}
