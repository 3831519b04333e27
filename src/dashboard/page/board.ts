// In which column of the board does a task stand? By its verdict, and by what happens to it now. It draws nothing.

import type { Column } from "./board-columns.ts";
import type { State } from "./store.ts";
import type { StatusTask } from "./wire.ts";

const WAITING: ReadonlySet<string> = new Set([
  ...["needs-clarification", "question-open", "review-undecided"],
  ...["plan-waits", "change-waits", "unsettled-edit"],
]);
const FAILING: ReadonlySet<string> = new Set([
  "failed-before",
  "gate-failed",
  "whole-failed",
  "draft-refused",
]);

export function columnOf(task: StatusTask, { live, ended }: Pick<State, "live" | "ended">): Column {
  if (live.running.has(task.id)) return "running";
  const { verdict, reasons } = task;
  if (verdict === "modified" || verdict === "conflict" || reasons.some(({ code }) => WAITING.has(code)))
    return "waits";
  if (ended.get(task.id) === "failed" || reasons.some(({ code }) => FAILING.has(code))) return "failing";
  return verdict === "fresh" ? "fresh" : "stale";
}

/** Tasks of one feature that stand in the same column. */
export interface Card {
  readonly feature: string;
  readonly projects: readonly string[];
  readonly tasks: readonly StatusTask[];
}

export type Board = ReadonlyMap<Column, readonly Card[]>;

/** `words`: parts that all occur in the address, project, verdict or agent of a task. */
export function boardOf(state: State, words: string): Board {
  const columns = new Map<Column, Map<string, StatusTask[]>>();
  for (const task of state.tasks?.values() ?? []) {
    if (!matches(task, words)) continue;
    const column = columnOf(task, state);
    const cards = columns.get(column) ?? new Map<string, StatusTask[]>();
    columns.set(column, cards);
    const feature = task.id.slice(0, task.id.indexOf(":"));
    const tasks = cards.get(feature) ?? [];
    cards.set(feature, tasks);
    tasks.push(task);
  }
  const cardsOf = (cards: ReadonlyMap<string, readonly StatusTask[]>) =>
    [...cards].map(([feature, tasks]) => ({
      feature,
      projects: [...new Set(tasks.map(({ project }) => project))],
      tasks,
    }));
  return new Map([...columns].map(([column, cards]) => [column, cardsOf(cards)]));
}

/** `more`: what else of the task a word may occur in. */
export function matches(
  { id, project, verdict, agent }: StatusTask,
  words: string,
  more: readonly string[] = [],
): boolean {
  const text = [id, `${project}/`, verdict, agent, ...more].join(" ").toLowerCase();
  return words
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}
