// In which shape do reports take what the engine found about tasks?

import { segmentBytes } from "../context/bounded.ts";
import { withDependents } from "../engine/graph.ts";
import type { Diagnostic } from "../model/diagnostic.ts";
import type { Explanation } from "../model/explanation.ts";
import type { Evaluation, Standing } from "../pipeline/line/evaluate.ts";
import type { TaskStatus } from "../report/status-text.ts";

export function statusesOf({ standings }: Evaluation): TaskStatus[] {
  return standings.map(({ task, verdict, reasons, agent, windowBytes }) => ({
    id: task.id,
    title: task.title,
    project: task.project,
    verdict,
    reasons,
    agent,
    windowBytes,
  }));
}

/** Tasks that left the backlog show as orphans until the next build takes their files away. */
export function orphanStatuses({ orphans }: Evaluation): TaskStatus[] {
  return orphans.map(({ task: id, project }) => ({
    id,
    title: "left the backlog",
    project,
    verdict: "orphan",
    reasons: [{ code: "task-removed", subject: id, file: null, line: null }],
    agent: "",
    windowBytes: 0,
  }));
}

/** Whether every product that is known has reached its branch. */
export function isDelivered(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.every(({ code }) => code !== "unmerged-product");
}

export function explanationOf({ run }: Evaluation, standing: Standing): Explanation {
  const { task, verdict, agent, reasons, order } = standing;
  const node = run.graph.indexOf.get(task.id) as number;
  const after = withDependents(run.graph, [node]).filter((at) => at !== node);
  return {
    task: task.id,
    title: task.title,
    project: task.project,
    verdict,
    agent,
    key: order?.key ?? null,
    reasons,
    segments: (order?.window.segments ?? []).map((segment) => ({
      kind: segment.kind,
      name: segment.name,
      bytes: segmentBytes(segment),
    })),
    dependents: after.flatMap((at) => run.graph.tasks[at]?.id ?? []),
    outputs: (run.book.entry(task.id)?.outputs ?? []).map((output) => output.path),
  };
}
