// Who shows that the criteria of a task hold? Tests that a gate reports by name, where there are such; else a reviewer,
// where no test could be written; else nobody, and that has to be said. A criterion may name its own proof.

import type { Gate } from "./project.ts";
import {
  type Criterion,
  type CriterionProof,
  criterionTag,
  criterionWord,
  isWhole,
  type Task,
} from "./task.ts";
import { testRoomIn } from "./test-room.ts";
import { drafterIds, type Workspace } from "./workspace.ts";

export type Proof =
  | { readonly by: "tests" | "reviewer" | "gate" }
  | { readonly by: "nobody"; readonly why: Unproven };

/**
 * `no-report`: no gate of its project reports tests. `other-gates`: the task's own list of gates has none that does.
 * `no-test-file`: it may write no test, and nobody reviews it. `no-reviewer`: its criterion leaves it to a reviewer.
 */
export type Unproven = "no-report" | "other-gates" | "no-test-file" | "no-reviewer";

/** Of the criteria that name no proof of their own. */
export function proofOf(task: Task, workspace: Workspace): Proof {
  if (!isProvedByTests(task)) {
    return isReviewed(task, workspace) ? { by: "reviewer" } : { by: "nobody", why: "no-test-file" };
  }
  return reportedIn(task, workspace);
}

export function proofOfCriterion({ proof }: Criterion, task: Task, workspace: Workspace): Proof {
  if (proof === undefined) return proofOf(task, workspace);
  if (proof === "reviewer")
    return isReviewed(task, workspace) ? { by: "reviewer" } : { by: "nobody", why: "no-reviewer" };
  return "gate" in proof ? { by: "gate" } : reportedIn(task, workspace);
}

/** In the words of a spec. */
export function proofWords(proof: CriterionProof): string {
  if (proof === "reviewer") return "proof: reviewer";
  return "gate" in proof ? `proof: {gate: ${proof.gate}}` : `proof: {test: ${proof.test}}`;
}

/** Those that a test has to name by its tag. */
export function taggedCriteria(task: Pick<Task, "acceptance" | "filesHint" | "type">): readonly Criterion[] {
  return isProvedByTests(task) ? task.acceptance.filter(({ proof }) => proof === undefined) : [];
}

/** Those that a report of tests decides about. */
export function testedCriteria(task: Pick<Task, "acceptance" | "filesHint" | "type">): readonly Criterion[] {
  const tagged = new Set(taggedCriteria(task));
  return task.acceptance.filter(
    (criterion) =>
      tagged.has(criterion) || (typeof criterion.proof === "object" && "test" in criterion.proof),
  );
}

/** Those that only a test proves which the task could not write: one that is there has to. */
export function roomlessCriteria(task: Task, workspace: Workspace): readonly Criterion[] {
  const needed = testRoomIn(task.filesHint) === "sources" && proofOf(task, workspace).by === "tests";
  return needed ? taggedCriteria(task) : [];
}

/** By these a test says that it is about the criterion. */
export function namesInTests(task: Pick<Task, "id">, { id }: Pick<Criterion, "id">): readonly string[] {
  return [criterionTag(task.id, id), criterionWord(task.id, id)];
}

function reportedIn(task: Task, workspace: Workspace): Proof {
  const gates = workspace.projects.find(({ id }) => id === task.project)?.gates ?? [];
  if (!gates.some(reports)) return { by: "nobody", why: "no-report" };
  const own = task.gates;
  const judging = own === null ? gates : gates.filter(({ id }) => own.includes(id));
  return judging.some(reports) ? { by: "tests" } : { by: "nobody", why: "other-gates" };
}

/** Whether its criteria need tests at all: nobody asks for those that a task has no file for. */
export function isProvedByTests({ filesHint, type }: Pick<Task, "filesHint" | "type">): boolean {
  const room = testRoomIn(filesHint);
  return room === "tests" || (room === "sources" && type !== "docs");
}

/** What a generator renders was reviewed when its template was. */
function isReviewed(task: Task, workspace: Workspace): boolean {
  const { agents, routing } = workspace;
  // A reviewer is shown a change, and a whole changes nothing.
  if (isWhole(task)) return false;
  const kindOf = (id: string | undefined) => agents.find((agent) => agent.id === id)?.kind ?? "generator";
  const reviewers = routing.roles.reviewer ?? [];
  return (
    kindOf(drafterIds(task, workspace)[0] ?? agents[0]?.id) !== "generator" &&
    reviewers.some((id) => kindOf(id) !== "generator")
  );
}

function reports({ report }: Gate): boolean {
  return report !== null;
}
