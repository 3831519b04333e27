// Who shows that the criteria of a task hold? Tests that a gate reports by name, where there are such; else a reviewer,
// where no test could be written; else nobody, and that has to be said.

import type { Gate } from "./project.ts";
import { isWhole, type Task } from "./task.ts";
import { testRoomIn } from "./test-room.ts";
import { drafterIds, type Workspace } from "./workspace.ts";

export type Proof = { readonly by: "tests" | "reviewer" } | { readonly by: "nobody"; readonly why: Unproven };

/**
 * `no-report`: no gate of its project reports tests. `other-gates`: the task's own list of gates has none that does.
 * `no-test-file`: it may write no test, and nobody reviews it.
 */
export type Unproven = "no-report" | "other-gates" | "no-test-file";

export function proofOf(task: Task, workspace: Workspace): Proof {
  if (!isProvedByTests(task)) {
    return isReviewed(task, workspace) ? { by: "reviewer" } : { by: "nobody", why: "no-test-file" };
  }
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
