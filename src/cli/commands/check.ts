// `factory check`: for CI. Exit 3 unless every task is fresh, every generated file owned and every requirement covered.
// It calls no model and runs no gate.

import type { Diagnostic } from "../../model/diagnostic.ts";
import { evaluate } from "../../pipeline/evaluate.ts";
import { auditSessions, standingBreaks } from "../../pipeline/history/past-sessions.ts";
import type { BrokenBound } from "../../report/audit.ts";
import { breakText } from "../../report/audit-text.ts";
import { diagnosticLine } from "../../report/build-text.ts";
import { checkDocument } from "../../report/json.ts";
import { planLines } from "../../report/planning-text.ts";
import { statusText } from "../../report/status-text.ts";
import { buildOptions } from "../build-targets.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import type { Invocation } from "../invocation.ts";
import { quietSurroundings } from "../session.ts";
import { isDelivered, orphanStatuses, statusesOf } from "../standing-text.ts";

/** Findings that a build lives with, and a check does not. */
const UNACCEPTABLE: ReadonlySet<Diagnostic["code"]> = new Set(["uncovered-requirement", "unmerged-product"]);

export async function run(invocation: Invocation): Promise<ExitCode> {
  const options = buildOptions(invocation, invocation.rest(0));
  const evaluation = await evaluate(quietSurroundings(invocation), options);
  if (!evaluation.ok) return invocation.refuse(evaluation.failure);
  const { run: checked, diagnostics: findings } = evaluation.value;
  const audit = await auditSessions(invocation.root, checked.sources);
  if (!audit.ok) return invocation.refuse(audit.failure);
  const diagnostics = [
    ...findings.map((one): Diagnostic => (UNACCEPTABLE.has(one.code) ? { ...one, severity: "error" } : one)),
    ...standingBreaks(audit.value, new Set(checked.graph.tasks.map(({ id }) => id))).map(brokenFinding),
  ];
  const tasks = [...statusesOf(evaluation.value), ...orphanStatuses(evaluation.value)];
  const { plans } = evaluation.value;
  const passes =
    plans.length === 0 &&
    tasks.every(({ verdict }) => verdict === "fresh") &&
    diagnostics.every(({ severity }) => severity !== "error");
  if (invocation.json) invocation.printJson(checkDocument(tasks, diagnostics, plans));
  else
    invocation.print([
      ...planLines(plans),
      ...statusText(tasks, invocation.look.color, isDelivered(diagnostics)),
    ]);
  invocation.say(...diagnostics.map(diagnosticLine));
  return passes ? EXIT.done : EXIT.stale;
}

function brokenFinding(broken: BrokenBound): Diagnostic {
  const { bound, subject } = broken;
  return {
    severity: "error",
    code: `audit-${bound}`,
    message: breakText(broken),
    target: subject,
    file: null,
    line: null,
    column: null,
    fix: `Look at the session in \`factory audit\`, and build it anew with \`factory build --force ${subject}\`.`,
  };
}
