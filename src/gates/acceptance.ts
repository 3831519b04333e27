// Is every acceptance criterion of a task proved by a test that passed? It goes by the criterion's tag in the test's
// name, and does not know whether the test is worth its name.

import type { GateResult } from "../model/inspection.ts";
import { type Criterion, criterionTag, type Task } from "../model/task.ts";
import { oneLine } from "./evidence.ts";
import type { TestCase } from "./junit.ts";

/**
 * The built-in gate `acceptance`. A criterion is met where at least one test that carries its tag passed, and none
 * failed; a skipped test proves nothing.
 */
export function acceptanceGate(task: Task, cases: readonly TestCase[]): GateResult {
  const findings = task.acceptance.flatMap((criterion) => finding(task, criterion, cases));
  return {
    gate: "acceptance",
    passed: findings.length === 0,
    ms: 0,
    evidence: oneLine(findings.join("; ")),
    output: findings.join("\n"),
    end: "built-in",
  };
}

function finding(task: Task, criterion: Criterion, cases: readonly TestCase[]): string[] {
  const tag = criterionTag(task.id, criterion.id);
  const carriers = cases.filter((test) => `${test.classname} ${test.name}`.includes(tag));
  if (carriers.some((test) => test.outcome === "failed")) return [`${tag} failed: ${criterion.text}`];
  if (carriers.some((test) => test.outcome === "passed")) return [];
  const how = carriers.length > 0 ? "is skipped" : "has no test";
  return [`${tag} ${how}: ${criterion.text}`];
}
