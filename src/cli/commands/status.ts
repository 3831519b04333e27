// `factory status [TARGET…]`: what is stale, and why. Nothing is run.

import { quietEnvironment } from "../../pipeline/commands/locked-build.ts";
import { isDelivered, statusesOf } from "../../pipeline/commands/task-statuses.ts";
import { evaluate } from "../../pipeline/line/evaluate.ts";
import { unansweredCalls } from "../../pipeline/upkeep/unanswered-calls.ts";
import { statusDocument } from "../../report/json.ts";
import { planLines } from "../../report/planning-text.ts";
import { sharedStoreOffer } from "../../report/shared-store-text.ts";
import { statusText } from "../../report/status-text.ts";
import { buildOptions } from "../build-targets.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import type { Invocation } from "../invocation.ts";

export async function run(invocation: Invocation): Promise<ExitCode> {
  const options = buildOptions(invocation, invocation.rest(0));
  const evaluation = await evaluate(quietEnvironment(invocation), options);
  if (!evaluation.ok) return invocation.refuse(evaluation.failure);
  const { plans, sharedStore } = evaluation.value;
  const tasks = statusesOf(evaluation.value);
  const open = new Set<string>([
    ...tasks.filter(({ verdict }) => verdict !== "fresh").map(({ id }) => id),
    ...plans.map(({ feature }) => feature),
  ]);
  const unanswered = await unansweredCalls(invocation.root, (subject) => open.has(subject));
  const diagnostics = [...evaluation.value.diagnostics, ...unanswered];
  if (invocation.json) invocation.printJson(statusDocument(tasks, diagnostics, plans, sharedStore));
  else if (plans.length === 0 || tasks.length > 0)
    invocation.print([
      ...planLines(plans),
      ...statusText(tasks, invocation.look.color, {
        delivered: isDelivered(diagnostics),
        named: options.targets.length > 0,
      }),
    ]);
  else invocation.print(planLines(plans));
  const offer = sharedStore === null ? null : sharedStoreOffer(sharedStore);
  if (offer !== null && !invocation.json) invocation.print([offer]);
  invocation.showFindings(diagnostics, "say");
  return EXIT.done;
}
