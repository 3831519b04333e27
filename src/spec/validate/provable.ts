// Is there somebody who could prove what tasks promise? A criterion that nothing proves is no fault of a spec, but whoever
// trusts the product has to know of it.

import type { Diagnostic } from "../../model/diagnostic.ts";
import type { Feature } from "../../model/feature.ts";
import { namesInTests, proofOfCriterion, roomlessCriteria, type Unproven } from "../../model/proof.ts";
import type { Task } from "../../model/task.ts";
import { sourcesIn, testFor } from "../../model/test-room.ts";
import type { Workspace } from "../../model/workspace.ts";
import { Findings } from "../findings/findings.ts";

/** The criteria of one feature in one project, and those of them that nothing proves. */
export interface CriteriaCount {
  readonly project: string;
  readonly all: number;
  readonly unproven: readonly UnprovenTask[];
}

export interface UnprovenTask {
  readonly task: string;
  readonly why: Unproven;
  readonly criteria: number;
}

export function criteriaIn(feature: Feature, workspace: Workspace): readonly CriteriaCount[] {
  const counts = new Map<string, { project: string; all: number; unproven: UnprovenTask[] }>();
  for (const task of feature.tasks) {
    const count = counts.get(task.project) ?? { project: task.project, all: 0, unproven: [] };
    counts.set(task.project, count);
    count.all += task.acceptance.length;
    const unproven = new Map<Unproven, number>();
    for (const criterion of task.acceptance) {
      const proof = proofOfCriterion(criterion, task, workspace);
      if (proof.by === "nobody") unproven.set(proof.why, 1 + (unproven.get(proof.why) ?? 0));
    }
    for (const [why, criteria] of unproven) count.unproven.push({ task: task.id, why, criteria });
  }
  return [...counts.values()];
}

/** One finding for each project that has criteria which nothing proves. */
export function unprovenFindings(workspace: Workspace, counts: readonly CriteriaCount[]): Diagnostic[] {
  const found = new Findings();
  for (const project of workspace.projects) {
    const own = counts.filter((count) => count.project === project.id);
    const told = unprovenText(project.id, own);
    if (told !== null)
      found.warning("criteria-unproven", { target: `${project.id}/`, place: project.place }, told);
  }
  return found.sorted();
}

/** What is to be said of the criteria of one project; null where each has somebody who proves it. */
export function unprovenText(
  project: string,
  counts: readonly CriteriaCount[],
): { readonly message: string; readonly fix: string } | null {
  const all = counts.reduce((sum, count) => sum + count.all, 0);
  const tasks = counts.flatMap(({ unproven }) => unproven);
  const number = tasks.reduce((sum, { criteria }) => sum + criteria, 0);
  if (number === 0) return null;
  const causes = CAUSES.flatMap(({ why, cause, fix }) => {
    const ids = tasks.filter((task) => task.why === why).map(({ task }) => task);
    return ids.length === 0 ? [] : [{ cause: cause(ids), fix }];
  });
  const which = `${number} of ${all} ${all === 1 ? "criterion" : "criteria"} of ${project}`;
  return {
    message: `Nothing proves ${which}: ${causes.map(({ cause }) => cause).join("; ")}.`,
    fix: causes.map(({ fix }) => fix).join(" "),
  };
}

interface Cause {
  readonly why: Unproven;
  readonly cause: (tasks: readonly string[]) => string;
  readonly fix: string;
}

const CAUSES: readonly Cause[] = [
  {
    why: "no-report",
    cause: () => "no gate reports its tests",
    fix: "Give the gate that runs the tests `report:` with junit, go, tap or cargo.",
  },
  {
    why: "other-gates",
    cause: (tasks) => `the \`gates:\` of ${listed(tasks)} leave out every gate that reports tests`,
    fix: "Add a gate with `report:` to these `gates:`.",
  },
  {
    why: "no-test-file",
    cause: (tasks) =>
      `${listed(tasks)} may write no test, and nobody reviews ${tasks.length === 1 ? "it" : "them"}`,
    fix: "Route a reviewer with `routing: {reviewer: …}`, add the file of a test to `files_hint`, or say in the criterion what shows it: `proof: {test: …}` for a test that is there, or `proof: {gate: …}`.",
  },
  {
    why: "no-reviewer",
    cause: (tasks) =>
      `${listed(tasks)} ${tasks.length === 1 ? "leaves" : "leave"} them to a reviewer, and none is asked`,
    fix: "Route a reviewer with `routing: {reviewer: …}`, or have them shown otherwise: `proof: {test: …}` for a test that is there, `proof: {gate: …}`, or no `proof:` and a file in `files_hint` that can hold a test with their tags.",
  },
];

const TOLD = 3;

function listed(tasks: readonly string[]): string {
  const more = tasks.length > TOLD ? [`${tasks.length - TOLD} more`] : [];
  const all = [...tasks.slice(0, TOLD), ...more];
  return all.length === 1 ? (all[0] as string) : `${all.slice(0, -1).join(", ")} and ${all.at(-1)}`;
}

/** The names of a project that stand in its tests; null where the project could not be looked at. */
export type SaidInTests = (project: string) => ReadonlySet<string> | null;

/** Tasks of code whose criteria are proved by tests, which have no file for one, and which no test that is there names. */
export function testRoomFindings(
  tasks: readonly Task[],
  workspace: Workspace,
  saidIn: SaidInTests,
): Diagnostic[] {
  const found = new Findings();
  for (const task of tasks) {
    const said = saidIn(task.project);
    const unsaid = roomlessCriteria(task, workspace).filter(
      (criterion) => !namesInTests(task, criterion).some((name) => said?.has(name)),
    );
    if (unsaid.length === 0) continue;
    const ids = unsaid.map(({ id }) => id).join(", ");
    const [source = ""] = sourcesIn(task.filesHint);
    found.warning(
      "no-test-file",
      { target: task.id, place: task.places["scope.files_hint"] ?? task.place },
      {
        message: `${task.id} may write no file that could hold a test, and ${said === null ? `the tests of ${task.project} cannot be read to see whether one names ${ids}` : `no committed test names ${ids}`}.`,
        fix: `Add the file of its tests to files_hint, such as ${testFor(source, []) ?? "tests/**"}. Where a test that is there, a gate or a reviewer shows a criterion, say so: proof: {test: …}, {gate: …} or reviewer.`,
      },
    );
  }
  return found.sorted();
}
