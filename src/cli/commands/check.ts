// `factory check`: for CI. Exit 3 unless every task is fresh, every generated file owned and every requirement covered.
// It calls no model and runs no gate. With --strict, a criterion that nothing proves is as bad as one that is not met.

import type { Diagnostic } from "../../model/diagnostic.ts";
import type { PlanDue } from "../../model/planning.ts";
import { proofOfCriterion } from "../../model/proof.ts";
import { type Result, success } from "../../model/result.ts";
import type { Task } from "../../model/task.ts";
import { ADOPTED } from "../../model/trace.ts";
import { quietEnvironment } from "../../pipeline/commands/locked-build.ts";
import { isDelivered, statusesOf } from "../../pipeline/commands/task-statuses.ts";
import { auditSessions, currentBreaks } from "../../pipeline/history/past-sessions.ts";
import { evaluate } from "../../pipeline/line/evaluate.ts";
import { newsFirst } from "../../pipeline/run/recorder.ts";
import type { Run } from "../../pipeline/run/run.ts";
import type { BrokenBound } from "../../report/audit.ts";
import { breakText } from "../../report/audit-text.ts";
import { checkDocument } from "../../report/json.ts";
import { planLines } from "../../report/planning-text.ts";
import { statusFindings } from "../../report/status-findings.ts";
import { statusText, type TaskStatus } from "../../report/status-text.ts";
import { buildOptions } from "../build-targets.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import type { Invocation } from "../invocation.ts";
import { writeSarif } from "../report-file.ts";
import { isWorkflowLog } from "../workflow-log.ts";

/** Findings that a build lives with, and a check does not. */
const UNACCEPTABLE: readonly Diagnostic["code"][] = ["uncovered-requirement", "unmerged-product"];
/** What a check lives with, too, unless it is strict. */
const UNPROVEN: Diagnostic["code"] = "criteria-unproven";

interface Checked {
  readonly tasks: readonly TaskStatus[];
  readonly plans: readonly PlanDue[];
  readonly diagnostics: readonly Diagnostic[];
  /** Tasks and plans again, for those who show findings alone. */
  readonly overdue: readonly Diagnostic[];
}

export async function run(invocation: Invocation): Promise<ExitCode> {
  const checked = await check(invocation);
  if (!checked.ok) return writeSarif(invocation, checked, invocation.refuse(checked.failure));
  const { diagnostics, overdue } = checked.value;
  const code = tell(invocation, checked.value);
  return writeSarif(invocation, success([...diagnostics, ...overdue]), code);
}

async function check(invocation: Invocation): Promise<Result<Checked>> {
  const options = buildOptions(invocation, invocation.rest(0));
  const evaluation = await evaluate(quietEnvironment(invocation), options);
  if (!evaluation.ok) return evaluation;
  const { run, plans, diagnostics: findings } = evaluation.value;
  const audit = await auditSessions(invocation.root, run.sources, { withTools: false });
  if (!audit.ok) return audit;
  // Whoever asks about one project is not told what another fails to prove.
  const meant = new Set(evaluation.value.taskStates.map(({ task }) => `${task.project}/`));
  const isMeant = ({ code, target }: Diagnostic) => code !== UNPROVEN || meant.has(target ?? "");
  const refused = new Set(invocation.flag("strict") ? [...UNACCEPTABLE, UNPROVEN] : UNACCEPTABLE);
  const diagnostics = newsFirst([
    ...[...findings, ...adoptedFindings(run)].filter(isMeant).map((one): Diagnostic => {
      return refused.has(one.code) ? { ...one, severity: "error" } : one;
    }),
    ...currentBreaks(audit.value, new Set(run.graph.tasks.map(({ id }) => id))).map(brokenFinding),
  ]);
  const tasks = statusesOf(evaluation.value);
  const places = new Map(run.graph.tasks.map(({ id, place }) => [id, place]));
  return success({ tasks, plans, diagnostics, overdue: statusFindings(tasks, plans, places) });
}

function tell(invocation: Invocation, { tasks, plans, diagnostics, overdue }: Checked): ExitCode {
  const passes =
    plans.length === 0 &&
    tasks.every(({ verdict }) => verdict === "fresh") &&
    diagnostics.every(({ severity }) => severity !== "error");
  if (invocation.json) invocation.printJson(checkDocument(tasks, diagnostics, plans));
  else
    invocation.print([
      ...planLines(plans),
      ...statusText(tasks, invocation.look.color, {
        delivered: isDelivered(diagnostics),
        named: false,
      }),
    ]);
  invocation.showFindings(diagnostics, "say");
  // The table shows them, but not beside the lines that made them stale.
  if (isWorkflowLog()) invocation.showFindings(overdue, "say");
  return passes ? EXIT.done : EXIT.stale;
}

/** What people wrote before it had criteria was taken over as it stood: nothing has proven them yet. */
function adoptedFindings({ graph, selected, sources }: Run): Diagnostic[] {
  const isProvable = (task: Task) =>
    task.acceptance.some((one) => proofOfCriterion(one, task, sources.workspace).by !== "nobody");
  const tasks = graph.tasks.filter((task) => selected.entry(task.id)?.agent === ADOPTED && isProvable(task));
  return sources.workspace.projects.flatMap(({ id, place }): Diagnostic[] => {
    const own = tasks.filter(({ project }) => project === id).map((task) => task.id);
    if (own.length === 0) return [];
    const which =
      own.length > 3 ? `${own.slice(0, 3).join(", ")} and ${own.length - 3} more` : own.join(", ");
    return [
      {
        severity: "warning",
        code: UNPROVEN,
        message: `Nothing proves the criteria of adopted files of ${id}: ${which}.`,
        target: `${id}/`,
        file: place.file,
        line: place.line,
        column: place.column,
        fix: "Say in the spec what is to change: the new draft then has to prove them.",
      },
    ];
  });
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
    fix: `Look at the session in \`factory audit\`, and build it again with \`factory build --force ${subject}\`.`,
  };
}
