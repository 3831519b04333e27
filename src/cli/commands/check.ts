// `factory check`: for CI. Exit 3 unless every task is fresh, every generated file owned and every requirement covered.
// It calls no model and runs no gate.

import type { Diagnostic } from "../../model/diagnostic.ts";
import { evaluate } from "../../pipeline/evaluate.ts";
import { diagnosticLine } from "../../report/build-text.ts";
import { checkDocument } from "../../report/json.ts";
import { planLines } from "../../report/planning-text.ts";
import { statusText } from "../../report/status-text.ts";
import { buildOptions } from "../build-targets.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import type { Invocation } from "../invocation.ts";
import { quietSurroundings } from "../session.ts";
import { orphanStatuses, statusesOf } from "../standing-text.ts";

/** Findings that a build lives with, and a check does not. */
const COVERAGE: ReadonlySet<Diagnostic["code"]> = new Set(["uncovered-requirement"]);

export async function run(invocation: Invocation): Promise<ExitCode> {
  const options = buildOptions(invocation, invocation.rest(0));
  const evaluation = await evaluate(quietSurroundings(invocation), options);
  if (!evaluation.ok) return invocation.refuse(evaluation.failure);
  const diagnostics = evaluation.value.diagnostics.map((one): Diagnostic => {
    return COVERAGE.has(one.code) ? { ...one, severity: "error" } : one;
  });
  const tasks = [...statusesOf(evaluation.value), ...orphanStatuses(evaluation.value)];
  const { plans } = evaluation.value;
  const passes =
    plans.length === 0 &&
    tasks.every(({ verdict }) => verdict === "fresh") &&
    diagnostics.every(({ severity }) => severity !== "error");
  if (invocation.json) invocation.printJson(checkDocument(tasks, diagnostics, plans));
  else invocation.print([...planLines(plans), ...statusText(tasks, invocation.look.color)]);
  invocation.say(...diagnostics.map(diagnosticLine));
  return passes ? EXIT.done : EXIT.stale;
}
