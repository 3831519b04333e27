// In which shape do reports take what the engine found about tasks?

import { segmentBytes } from "../../context/bounded.ts";
import { withDependents } from "../../engine/graph.ts";
import type { Diagnostic } from "../../model/diagnostic.ts";
import type { Explanation } from "../../model/explanation.ts";
import type { Reason } from "../../model/verdict.ts";
import type { TaskStatus } from "../../report/status-text.ts";
import type { Evaluation } from "../line/evaluate.ts";
import type { TaskState } from "../line/walk.ts";
import type { Run } from "../run/run.ts";
import { statusNow, unseenByReview } from "../tasks/left-open.ts";

export function statusesOf({ run, taskStates, orphans }: Evaluation): TaskStatus[] {
  return [
    ...taskStates.map((taskState): TaskStatus => {
      const { task, judgement, agent, windowBytes } = taskState;
      const { id, title, type, project } = task;
      return {
        ...{ id, title, type, project, agent, windowBytes },
        verdict: judgement.verdict,
        reasons: reasonsOf(run, taskState),
      };
    }),
    ...orphans.map(({ task: id, project, judgement: { verdict, reasons } }): TaskStatus => {
      const title = verdict === "orphan" ? "left the backlog" : "its feature is gone";
      return { id, title, type: null, project, verdict, reasons, agent: "", windowBytes: 0 };
    }),
  ];
}

/** How it failed before, then why it is what it is, then what its reviewers were not shown. */
function reasonsOf(run: Run, { task, job, past, judgement }: TaskState): readonly Reason[] {
  const key = job?.key ?? run.selected.entry(task.id)?.key ?? null;
  const unseen = judgement.work === "nothing" ? unseenByReview(run, task.id, key) : [];
  return [...(past === null ? [] : [past]), ...judgement.reasons, ...unseen];
}

/** Whether every product that is known has reached its branch. */
export function isDelivered(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.every(({ code }) => code !== "unmerged-product");
}

export function explanationOf({ run }: Evaluation, taskState: TaskState): Explanation {
  const { task, judgement, agent, job } = taskState;
  const node = run.graph.indexOf.get(task.id) as number;
  const after = withDependents(run.graph, [node]).filter((at) => at !== node);
  const status = statusNow(run, task.id, job?.key ?? null);
  return {
    task: task.id,
    title: task.title,
    type: task.type,
    project: task.project,
    verdict: judgement.verdict,
    agent,
    said: status?.said ?? null,
    review: status?.review ?? null,
    key: job?.key ?? null,
    reasons: reasonsOf(run, taskState),
    segments: (job?.window.segments ?? []).map((segment) => ({
      kind: segment.kind,
      name: segment.name,
      bytes: segmentBytes(segment),
      ...(segment.basis === undefined ? {} : { whole: Buffer.byteLength(segment.basis, "utf8") }),
    })),
    dependents: after.flatMap((at) => run.graph.tasks[at]?.id ?? []),
    outputs: (run.selected.entry(task.id)?.outputs ?? []).map((output) => output.path),
  };
}
