// `factory plan FEATURE`: run the planning pipeline alone, also where a person wrote the plan. Nothing of theirs is lost:
// without a base to merge with, their files go only with --yes, and only where git keeps them.

import type { Failure } from "../../model/failure.ts";
import { type Result, success } from "../../model/result.ts";
import { asBuild } from "../../pipeline/commands/locked-build.ts";
import { planAlone } from "../../pipeline/planning/plan-alone.ts";
import { plannedDocument } from "../../report/settled-json.ts";
import { buildOptions } from "../build-targets.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import type { Invocation } from "../invocation.ts";

export async function run(invocation: Invocation): Promise<ExitCode> {
  const feature = invocation.argument(0) ?? "";
  const planned: Result<Failure | null> = await asBuild(invocation, async (environment) => {
    const failure = await planAlone(environment, {
      feature,
      options: buildOptions(invocation, []),
      replace: invocation.flag("yes"),
    });
    return failure.ok ? success(failure.value) : failure;
  });
  if (!planned.ok) return invocation.refuse(planned.failure, feature);
  if (planned.value !== null) return invocation.refuse(planned.value, feature);
  if (invocation.json) invocation.printJson(plannedDocument(feature));
  invocation.say(
    `${feature} is planned: look at its PLAN.md and BACKLOG.yaml, then run \`factory build ${feature}\``,
  );
  return EXIT.done;
}
