// In which shape do reports take what the engine found about tasks?

import { segmentBytes } from "../context/bounded.ts";
import { withDependents } from "../engine/graph.ts";
import { featureOf } from "../model/address.ts";
import type { Diagnostic } from "../model/diagnostic.ts";
import type { Explanation } from "../model/explanation.ts";
import type { Evaluation, Standing } from "../pipeline/line/evaluate.ts";
import { statusNow } from "../pipeline/tasks/left-open.ts";
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

/**
 * Tasks that left the backlog show as orphans until the next build takes their files away. Those of features that are
 * gone without a word wait for one.
 */
export function orphanStatuses({ orphans, vanished }: Evaluation): TaskStatus[] {
  const unsaid = new Set(vanished.question?.features);
  const at = { file: null, line: null };
  return orphans.map(({ task: id, project }) => {
    const plain = { id, project, agent: "", windowBytes: 0 };
    const feature = featureOf(id);
    if (!unsaid.has(feature)) {
      const reasons = [{ code: "task-removed" as const, subject: id, ...at }];
      return { ...plain, title: "left the backlog", verdict: "orphan", reasons };
    }
    const reasons = [{ code: "sources-vanished" as const, subject: `specs/${feature}/feature.md`, ...at }];
    return { ...plain, title: "its feature is gone", verdict: "blocked", reasons };
  });
}

/** Whether every product that is known has reached its branch. */
export function isDelivered(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.every(({ code }) => code !== "unmerged-product");
}

export function explanationOf({ run }: Evaluation, standing: Standing): Explanation {
  const { task, verdict, agent, reasons, order } = standing;
  const node = run.graph.indexOf.get(task.id) as number;
  const after = withDependents(run.graph, [node]).filter((at) => at !== node);
  const status = statusNow(run, task.id, order?.key ?? null);
  return {
    task: task.id,
    title: task.title,
    project: task.project,
    verdict,
    agent,
    said: status?.said ?? null,
    review: status?.review ?? null,
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
