// `factory approve FEATURE`: let a planned backlog be built. `factory approve PROJECT/`: let its product be merged.

import { approveFeature } from "../../pipeline/planning/approve.ts";
import { buildOptions } from "../build-targets.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import type { Invocation } from "../invocation.ts";
import { asBuild, withLock } from "../session.ts";

const TOLD = {
  backlog: "approved: its tasks are built by the next `factory build`",
  files: "approved: the files are as you want them, and the new plan is merged",
  nothing: "it was approved before",
} as const;

export async function run(invocation: Invocation): Promise<ExitCode> {
  const target = invocation.argument(0) ?? "";
  if (target.endsWith("/")) return mergeNow(invocation, target.slice(0, -1));
  const approved = await withLock(invocation, (place) => approveFeature(place, target));
  if (!approved.ok) return invocation.refuse(approved.failure, target);
  if (invocation.json)
    invocation.printJson({ schema: 1, ok: true, feature: target, approved: approved.value });
  invocation.say(`${target}: ${TOLD[approved.value]}`);
  return EXIT.done;
}

async function mergeNow(invocation: Invocation, project: string): Promise<ExitCode> {
  const { approveMerge } = await import("../../pipeline/projects/approve-merge.ts");
  const options = buildOptions(invocation, []);
  const merged = await asBuild(invocation, (surroundings) => approveMerge(surroundings, options, project));
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
