// How are targets tried again as if nothing had failed? What attempts and planners left is forgotten, models of theirs that
// refused for a while are asked at once, and then the targets are built.

import { join } from "node:path";
import { askedFor, askedForPlans } from "../../engine/route.ts";
import type { BuildOptions } from "../../model/build-options.ts";
import type { Result } from "../../model/result.ts";
import { ShutModels } from "../../store/shut-models.ts";
import { type Evaluation, evaluate } from "../line/evaluate.ts";
import { planAnew } from "../planning/rounds.ts";
import { withdraw } from "../planning/settle-plan.ts";
import type { Outcome } from "../run/recorder.ts";
import { limitPlace } from "../sessions/call-key.ts";
import { beginAnew } from "../tasks/task-files.ts";
import { dropProposal } from "../tasks/task-proposal.ts";
import { buildAfter } from "./build-after.ts";
import type { Caller } from "./caller.ts";
import { quietEnvironment } from "./locked-build.ts";

export async function retryTargets(caller: Caller, options: BuildOptions): Promise<Result<Outcome>> {
  const evaluation = await evaluate(quietEnvironment(caller), options);
  if (!evaluation.ok) return evaluation;
  return buildAfter(caller, options, (root) => forget(root, evaluation.value));
}

async function forget(root: string, { run, plans, taskStates }: Evaluation): Promise<Result<void>> {
  for (const { feature } of plans) {
    const withdrawn = await withdraw(root, feature);
    if (!withdrawn.ok) return withdrawn;
    const anew = await planAnew(root, feature);
    if (!anew.ok) return anew;
  }
  for (const { task } of taskStates) {
    const dropped = await dropProposal(root, task.id);
    if (!dropped.ok) return dropped;
    const begun = await beginAnew(root, task.id);
    if (!begun.ok) return begun;
  }
  const shut = ShutModels.open(join(root, ".factory", "store"));
  if (!shut.ok) return shut;
  const { workspace } = run.sources;
  const agents = [
    ...(plans.length === 0 ? [] : askedForPlans(workspace)),
    ...taskStates.flatMap(({ task }) => askedFor(task, workspace)),
  ];
  return shut.value.reopen(
    ...agents.flatMap((agent) => (agent.kind === "hosted" ? [limitPlace(agent)] : [])),
  );
}
