// `factory status [TARGET…]`: what is stale, and why. Nothing is run.

import type { BuildOptions } from "../../model/build-options.ts";
import type { FleetState } from "../../model/fleet-state.ts";
import { quietEnvironment } from "../../pipeline/commands/locked-build.ts";
import { isDelivered, statusesOf } from "../../pipeline/commands/task-statuses.ts";
import { type Evaluation, evaluate } from "../../pipeline/line/evaluate.ts";
import { fleetFor, versionOf } from "../../pipeline/run/open-stages.ts";
import { unansweredCalls } from "../../pipeline/upkeep/unanswered-calls.ts";
import { fleetLines } from "../../report/fleet-text.ts";
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
  const fleet = await fleetOf(invocation, evaluation.value, options);
  if (invocation.json)
    invocation.printJson(statusDocument(tasks, diagnostics, plans, { sharedStore, fleet }));
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
  if (fleet !== null && !invocation.json) invocation.print(fleetLines(fleet));
  invocation.showFindings(diagnostics, "say");
  return EXIT.done;
}

/** Null where none is declared, and nothing of it is loaded then. */
async function fleetOf(
  { writer }: Invocation,
  { run: { sources } }: Evaluation,
  options: BuildOptions,
): Promise<FleetState | null> {
  const declaration = fleetFor(sources.workspace, options);
  if (declaration === null) return null;
  const { lookAtFleet } = await import("../../pipeline/stages/look-at-fleet.ts");
  return lookAtFleet(declaration, versionOf(writer));
}
