// `--dry-run`: what would a build do, and what would it cost? The status of what is not fresh, in the words of a plan.

import { quietEnvironment } from "../pipeline/commands/locked-build.ts";
import { statusesOf } from "../pipeline/commands/task-statuses.ts";
import { evaluate } from "../pipeline/line/evaluate.ts";
import { forecast } from "../pipeline/line/forecast-build.ts";
import { failureBlock } from "../report/failure-block.ts";
import { forecastDocument, forecastLines } from "../report/forecast-text.ts";
import { planLines } from "../report/planning-text.ts";
import { statusText } from "../report/status-text.ts";
import { buildOptions } from "./build-targets.ts";
import { EXIT, type ExitCode, exitOf } from "./exit-code.ts";
import type { Invocation } from "./invocation.ts";

export async function dryRun(invocation: Invocation, targets: readonly string[]): Promise<ExitCode> {
  if (invocation.text("junit") !== null) {
    const message = "--junit reports a build, but --dry-run does not build";
    return invocation.refuse({ reason: "usage", message, fix: "Leave one of them out." });
  }
  const evaluation = await evaluate(quietEnvironment(invocation), buildOptions(invocation, targets));
  if (!evaluation.ok) return invocation.refuse(evaluation.failure);
  const tasks = statusesOf(evaluation.value);
  const { diagnostics, plans } = evaluation.value;
  const expected = forecast(evaluation.value);
  if (invocation.json) invocation.printJson(forecastDocument(tasks, diagnostics, plans, expected));
  else {
    const due = tasks.filter(({ verdict }) => verdict !== "fresh" && verdict !== "modified");
    const lines = due.length === 0 ? [] : statusText(due, invocation.look.color);
    const cost = forecastLines(expected);
    const all = [...planLines(plans), ...lines, ...(cost.length === 0 ? [] : ["", ...cost])];
    invocation.print(all.length === 0 ? ["nothing to do"] : all);
  }
  // A build asks before it does any of this.
  const { question } = evaluation.value.vanished;
  if (question === null) return EXIT.done;
  invocation.warn(...failureBlock(question, null, invocation.look.color));
  return exitOf(question);
}
