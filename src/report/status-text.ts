// What does `factory status` print? Tasks by feature with their verdicts and reasons; one line where all is fresh.

import { featureOf, localIdOf, type TaskId } from "../model/address.ts";
import { BUILT_IN_TYPES, type TaskType } from "../model/task.ts";
import type { Reason, Verdict } from "../model/verdict.ts";
import { clip, columns, pad } from "./columns.ts";
import { count } from "./figures.ts";
import { plain } from "./plain.ts";
import { reasonText } from "./stale-text.ts";
import { type Line, paintAll, type Span } from "./theme.ts";
import { VERDICT_MARK } from "./verdict-style.ts";

/** What a status knows of a task: the engine's verdict, without anything having been run. */
export interface TaskStatus {
  readonly id: TaskId;
  readonly title: string;
  /** Null of a task that is gone. */
  readonly type: TaskType | null;
  readonly project: string;
  readonly verdict: Verdict;
  readonly reasons: readonly Reason[];
  readonly agent: string;
  readonly windowBytes: number;
}

const WORDS = Object.keys(VERDICT_MARK) as Verdict[];
const WORD_WIDTH = Math.max(...WORDS.map((word) => word.length));
const TITLE_WIDTH = 40;

export interface StatusView {
  /** Whether what the tasks put out is on the branches of their projects, as far as is known. */
  readonly delivered: boolean;
  /** Whether a person named tasks, and so wants to see each of them. */
  readonly named: boolean;
}

export function statusText(
  tasks: readonly TaskStatus[],
  color: boolean,
  { delivered, named }: StatusView = { delivered: true, named: false },
): string[] {
  if (tasks.length === 0)
    return ["no tasks yet: create one with `factory new`, or write specs/<feature>/feature.md"];
  const projects = new Set(tasks.map((task) => task.project)).size;
  if (tasks.every((task) => task.verdict === "fresh")) {
    const all = `${count(tasks.length, "task")} in ${count(projects, "project")}`;
    const summary = delivered
      ? `${all} up to date`
      : `${all} fresh, but some branches do not have their output`;
    // Where nobody asks for it, a fresh task is shown only where there is something to tell of it.
    const told = groups(tasks.filter(({ reasons }) => named || reasons.length > 0)).flatMap(featureLines);
    return told.length === 0 ? [summary] : paintAll([...told, [summary]], color);
  }
  const lines = [...groups(tasks).flatMap(featureLines), summaryLine(tasks), ...questionLines(tasks)];
  return paintAll(lines, color);
}

/** What waits for a person's words, each question once, with the command that takes them. */
function questionLines(tasks: readonly TaskStatus[]): Line[] {
  const asked = tasks.flatMap(({ id, reasons }) =>
    reasons.flatMap(({ code, subject }): [target: string, question: string][] => {
      if (code === "question-open") return [[id, subject]];
      return code === "needs-clarification" ? [[featureOf(id), subject]] : [];
    }),
  );
  const open = new Map(asked.map(([target, question]) => [`${target} ${question}`, { target, question }]));
  return [...open.values()].flatMap(({ target, question }): Line[] => [
    [],
    [["warn", "? "], ["strong", plain(target)], `  ${plain(question)}`],
    [["note", "    → "], `factory answer ${plain(target)} "…"`],
  ]);
}

function groups(tasks: readonly TaskStatus[]): [feature: string, tasks: TaskStatus[]][] {
  const byFeature = new Map<string, TaskStatus[]>();
  for (const task of tasks) {
    const feature = featureOf(task.id);
    byFeature.set(feature, [...(byFeature.get(feature) ?? []), task]);
  }
  return [...byFeature];
}

function featureLines([feature, tasks]: [string, TaskStatus[]]): Line[] {
  const ids = Math.max(...tasks.map((task) => columns(plain(localIdOf(task.id)))));
  const titles = Math.min(TITLE_WIDTH, Math.max(...tasks.map((task) => columns(titleOf(task)))));
  return [[["strong", feature]], ...tasks.flatMap((task) => taskLines(task, ids, titles)), []];
}

/** With the type before it, where that is the workspace's own. */
function titleOf({ type, title }: TaskStatus): string {
  return plain(type === null || BUILT_IN_TYPES.includes(type) ? title : `${type}: ${title}`);
}

/** The first reason stands in the task's row, the others below it. */
function taskLines(task: TaskStatus, ids: number, titles: number): Line[] {
  const { sign, style } = VERDICT_MARK[task.verdict];
  const [first, ...others] = task.reasons.map(reasonText);
  const row: Span[] = [
    "  ",
    [style, `${sign} ${pad(task.verdict, WORD_WIDTH)}`],
    `  ${pad(plain(localIdOf(task.id)), ids)}  `,
    pad(clip(titleOf(task), titles), titles),
  ];
  if (first === undefined) return [row];
  const indent = " ".repeat(2 + 2 + WORD_WIDTH + 2 + ids + 2 + titles);
  return [
    [...row, ["faint", `  ${first}`]],
    ...others.map((reason): Line => [indent, ["faint", `  ${reason}`]]),
  ];
}

function summaryLine(tasks: readonly TaskStatus[]): Line {
  const present = WORDS.map((word) => [word, tasks.filter((task) => task.verdict === word).length] as const);
  const parts = present.filter(([, number]) => number > 0).map(([word, number]) => `${number} ${word}`);
  return [`${count(tasks.length, "task")}: ${parts.join(", ")}`];
}
