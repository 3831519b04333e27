// How does every task stand, if a build began now? Walks the graph as a build does, and goes on from task to task as if each
// were done.

import { type Before, type Judgement, judge } from "../../engine/judge.ts";
import type { Task } from "../../model/task.ts";
import type { Reason } from "../../model/verdict.ts";
import type { Card } from "../reading/memory.ts";
import type { OpenedRun } from "../run/opened-run.ts";
import type { Run } from "../run/run.ts";
import { type Foreseen, foresee } from "../tasks/foresee.ts";
import { judgeTask, type Order } from "../tasks/judge-task.ts";
import { failureReason } from "../tasks/past-failure.ts";
import { agentOf } from "./open-run.ts";

/** One task as it stands. */
export interface Standing {
  readonly task: Task;
  readonly judgement: Judgement;
  /** How it failed before, which is no verdict; null where it did not. */
  readonly past: Reason | null;
  readonly agent: string;
  readonly windowBytes: number;
  /** Null where it was not looked at again, or could not be judged. */
  readonly order: Order | null;
}

export interface Walk {
  /** Of the tasks that the targets name, in graph order. */
  readonly standings: readonly Standing[];
  /** Tasks whose results nobody can know yet. */
  readonly uncertain: ReadonlySet<number>;
  /** Tasks with outputs that nobody has. */
  readonly lost: ReadonlySet<number>;
}

type Looking = (run: Run, node: number, before: Before) => Promise<Foreseen>;

/** Judges every task by what will stand when its turn comes. */
export const lookAhead: Looking = async (run, node, before) => {
  const judged = await judgeTask(run, node, before);
  return before.uncertain.length > 0 ? { ...judged, isKnown: false } : foresee(run, judged);
};

/** Judges none that waits for a draft, and drafts none. */
export const lookAtFront: Looking = async (run, node, before) => {
  if (before.uncertain.length > 0)
    return { judgement: judge({ at: "dependencies", before }), order: null, isKnown: false };
  const judged = await judgeTask(run, node, before);
  const { work } = judged.judgement;
  return work === "draft" || work === "rebase" ? { ...judged, isKnown: false } : foresee(run, judged);
};

export async function walk({ run, settled, named, recollection }: OpenedRun, look: Looking): Promise<Walk> {
  const blocked = new Set<number>();
  const uncertain = new Set<number>();
  const lost = new Set<number>();
  const standings: Standing[] = [];
  for (const [node, task] of run.graph.tasks.entries()) {
    const below = [...run.graph.dependencies.of(node)];
    const among = (nodes: ReadonlySet<number>) =>
      below.flatMap((at) => (nodes.has(at) ? (run.graph.tasks[at]?.id ?? []) : []));
    const card = recollection.cards.get(task.id);
    const seen = settled.has(node)
      ? remembered(card)
      : await look(run, node, { blocked: among(blocked), uncertain: among(uncertain) });
    const { judgement, order, isKnown } = seen;
    if (judgement.verdict === "blocked" || judgement.obstacle !== null) blocked.add(node);
    else if (!isKnown) uncertain.add(node);
    if (order?.facts.due.verdict === "missing" && !isKnown) lost.add(node);
    if (!named.has(node)) continue;
    const agent = order?.agent.id ?? agentOf(run, node);
    const windowBytes = order?.window.taskBytes ?? (settled.has(node) ? (card?.[3] ?? 0) : 0);
    const past = order === null ? null : pastOf(run, order);
    standings.push({ task, judgement, past, agent, windowBytes, order });
  }
  return { standings, uncertain, lost };
}

function remembered(card: Card | undefined): Foreseen {
  return { judgement: judge({ at: "memory", edited: card?.[4] ?? [] }), order: null, isKnown: true };
}

function pastOf(run: Run, order: Order): Reason | null {
  const { due, hindrance } = order.facts;
  const isTried = due.work === "draft" || due.work === "verify" || due.work === "rebase";
  return isTried || hindrance !== null ? failureReason(run, order) : null;
}
