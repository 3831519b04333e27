// `factory approve FEATURE`: let a planned backlog be built. `FEATURE:TASK`: take an agent's new text of it, or a draft. `PROJECT/`:
// let its product be merged.

import type { TaskId } from "../../model/address.ts";
import { approveFeature } from "../../pipeline/planning/approve-plan.ts";
import { buildOptions } from "../build-targets.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import type { Invocation } from "../invocation.ts";
import { asBuild, withLock } from "../locked-build.ts";

const TOLD = {
  backlog: "approved: the next `factory build` builds its tasks",
  plan: "approved: the new plan is in its files, and the next `factory build` builds it",
  files: "approved: the files are as you want them, and the new plan is merged",
  nothing: "it was already approved",
} as const;

export async function run(invocation: Invocation): Promise<ExitCode> {
  const target = invocation.argument(0) ?? "";
  if (target.endsWith("/")) return mergeNow(invocation, target.slice(0, -1));
  if (target.includes(":")) return takeText(invocation, target as TaskId);
  const approved = await withLock(invocation, (place) => approveFeature(place, target));
  if (!approved.ok) return invocation.refuse(approved.failure, target);
  if (invocation.json)
    invocation.printJson({ schema: 1, ok: true, feature: target, approved: approved.value });
  invocation.say(`${target}: ${TOLD[approved.value]}`);
  return EXIT.done;
}

async function takeText(invocation: Invocation, task: TaskId): Promise<ExitCode> {
  const { approveTask } = await import("../../pipeline/tasks/approve-task.ts");
  const taken = await withLock(invocation, (place) => approveTask(place, task));
  if (!taken.ok) return invocation.refuse(taken.failure, task);
  const file = taken.value;
  if (invocation.json)
    invocation.printJson({ schema: 1, ok: true, task, approved: file === null ? "draft" : "text", file });
  invocation.say(
    file === null
      ? `${task}: approved: the next \`factory build\` takes its draft`
      : `${task}: approved: its new text is in ${file}, and the next \`factory build\` builds it`,
  );
  return EXIT.done;
}

async function mergeNow(invocation: Invocation, project: string): Promise<ExitCode> {
  const { approveMerge } = await import("../../pipeline/settling/approve-merge.ts");
  const options = buildOptions(invocation, []);
  const merged = await asBuild(invocation, (environment) => approveMerge(environment, options, project));
  if (!merged.ok) return invocation.refuse(merged.failure, `${project}/`);
  const { result, failure } = merged.value;
  if (failure !== null) return invocation.refuse(failure, `${project}/`);
  if (invocation.json) {
    const { branch, commit, tree } = result;
    invocation.printJson({ schema: 1, ok: true, project, branch, commit, tree });
  }
  invocation.say(
    result.moved ? `${project}: merged into ${result.branch}` : `${project}: there was nothing to merge`,
  );
  return EXIT.done;
}
