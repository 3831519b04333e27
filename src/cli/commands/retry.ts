// `factory retry TARGET…`: forget what failed attempts left, and build the targets again.

import { success } from "../../model/result.ts";
import { evaluate } from "../../pipeline/line/evaluate.ts";
import { planAnew } from "../../pipeline/planning/rounds.ts";
import { withdraw } from "../../pipeline/planning/settle-plan.ts";
import { beginAnew } from "../../pipeline/tasks/task-files.ts";
import { dropProposal } from "../../pipeline/tasks/task-proposal.ts";
import { buildOptions, buildTargets } from "../build-targets.ts";
import type { ExitCode } from "../exit-code.ts";
import type { Invocation } from "../invocation.ts";
import { quietEnvironment } from "../locked-build.ts";

export async function run(invocation: Invocation): Promise<ExitCode> {
  const targets = invocation.rest(0);
  const evaluation = await evaluate(quietEnvironment(invocation), buildOptions(invocation, targets));
  if (!evaluation.ok) return invocation.refuse(evaluation.failure);
  return buildTargets(invocation, targets, async (root) => {
    for (const { feature } of evaluation.value.plans) {
      const withdrawn = await withdraw(root, feature);
      if (!withdrawn.ok) return withdrawn;
      const anew = await planAnew(root, feature);
      if (!anew.ok) return anew;
    }
    for (const { task } of evaluation.value.taskStates) {
      const dropped = await dropProposal(root, task.id);
      if (!dropped.ok) return dropped;
      const begun = await beginAnew(root, task.id);
      if (!begun.ok) return begun;
    }
    return success(undefined);
  });
}
